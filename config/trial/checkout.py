"""What this checkout is made of, so that a later start prepares anew only what has changed."""

import hashlib
import os
from pathlib import Path


# Nothing of these is prepared, or it is made from what is told.
APART = {"node_modules", "generated", "var", "tests", "bench", "__pycache__"}


def stamp(base: Path) -> str:
    """Changes with every file that a table, a page's file or the sample data could come from.

    Names, sizes and times, not contents: some thousand files take a few hundredths of a second.
    Packages are told by the lock files.
    """
    told = hashlib.sha256()
    for folder, below, names in os.walk(base):
        below[:] = sorted(it for it in below if it not in APART and not it.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            status = file.lstat()
            told.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
    return told.hexdigest()
