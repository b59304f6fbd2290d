"""What a paper may show besides its own text: files under ``static/``, by ``static:img/seal.svg``.

Anything else (http, file, data, a path that climbs out) ends the layout: a chapter is made by our
templates, so a foreign address in it is an attack or a fault, and an official paper with a
picture missing is no paper.
"""

from pathlib import Path
from urllib.parse import unquote

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


SCHEME = "static:"
KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


class Foreign(FatalURLFetchingError):
    """An address that is none of our own files."""


class OwnFiles(URLFetcher):
    """WeasyPrint's fetcher without any of its handlers: it cannot open a connection."""

    def __init__(self, root: Path):
        super().__init__()
        self.root = root.resolve()

    def fetch(self, url, headers=None):
        """The own static file behind the address. Raises Foreign."""
        path = self._path(url)
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": KINDS[path.suffix]})

    def open(self, url, data=None, timeout=None):
        """Nothing is opened past ``fetch``."""
        return self.fetch(getattr(url, "full_url", url))

    def _path(self, url: str) -> Path:
        name = unquote(url.removeprefix(SCHEME))
        if not url.startswith(SCHEME) or "\0" in name:
            raise Foreign(url)
        path = (self.root / name).resolve()  # symbolic links and .. lead out as little as //
        if not path.is_relative_to(self.root) or path.suffix not in KINDS or not path.is_file():
            raise Foreign(url)
        return path
