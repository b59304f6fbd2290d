"""script/bundle packs what script/bootstrap then takes without a network."""

import shutil
import subprocess
import sys
import tarfile

import pytest

from tests.trial.conftest import ROOT


PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
LOCKS = ("requirements.lock", "package-lock.json")
FRONT_END = "node_modules/echarts/dist/echarts.common.min.js"


def shell(command: str, folder) -> None:
    subprocess.run(["sh", "-ec", command], cwd=folder, check=True)


@pytest.fixture
def unpacked(machine):
    """A checkout with its bundle, on a machine that has nothing of what is asked for.

    Its Python tells what pip was asked, and is known only by the name that the bundle gives.
    """
    checkout = machine.checkout
    for folder in ("bundle/wheels", "static", "kept/node_modules/echarts/dist"):
        (checkout / folder).mkdir(parents=True)
    for file in (*LOCKS, "static/icons.txt"):
        shutil.copy(ROOT / file, checkout / file)
    (checkout / "bundle/wheels/one.whl").write_text("a wheel")
    (checkout / "bundle/python").write_text("python3.99\n")
    (checkout / "kept" / FRONT_END).write_text("charts")
    shell("tar czf bundle/node_modules.tar.gz -C kept node_modules", checkout)
    shell("sha256sum requirements.lock package-lock.json bundle/wheels/* >sums", checkout)
    shell("sha256sum bundle/node_modules.tar.gz >>sums; mv sums bundle/SHA256SUMS", checkout)
    machine.pretend(
        "python3.99",
        f"""case "$*" in
*"venv --clear"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
*"pip --version"*) exit 1 ;;
*"pip install"*) echo "$*" >>"{machine.log}" ;;
*build_icons*) touch static/generated/icons.svg ;;
esac""",
    )
    for forbidden in ("npm", "node", "apt-get"):
        machine.pretend(forbidden, f'echo {forbidden} >>"{machine.log}"; exit 9')
    machine.pretend(
        "ldconfig", "echo libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0"
    )
    return machine


def test_bootstrap_takes_everything_from_the_bundle(unpacked):
    done = unpacked()
    assert (done.returncode, done.stderr) == (0, "")
    (asked,) = unpacked.log.read_text().splitlines()
    assert asked.endswith(
        "--require-hashes --no-index --find-links bundle/wheels -r requirements.lock"
    )
    assert (unpacked.checkout / FRONT_END).read_text() == "charts"
    assert (unpacked.checkout / "static/generated/echarts.js").read_text() == "charts"


def test_prepared_once_it_takes_nothing_more(unpacked):
    unpacked()
    unpacked.log.unlink()
    (unpacked.checkout / "bundle/wheels/one.whl").unlink()
    done = unpacked()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not unpacked.log.exists()


@pytest.mark.parametrize("file", ["bundle/wheels/one.whl", "requirements.lock"])
def test_bundle_that_is_spoilt_or_of_another_version_is_refused(unpacked, file):
    (unpacked.checkout / file).write_text("other")
    done = unpacked()
    assert done.returncode == 1
    assert done.stderr == ("bundle/ 不完整，或不是为这一版制作的。请重新拷贝并解开离线安装包。\n")
    assert not unpacked.log.exists()
    assert not (unpacked.checkout / "node_modules").exists()


@pytest.fixture
def packed(tmp_path):
    """What script/bundle makes of a small checkout whose bootstrap and pip are pretended."""
    checkout, out = tmp_path / "a checkout", tmp_path / "out"
    for folder in ("script", ".venv/bin", "node_modules"):
        (checkout / folder).mkdir(parents=True)
    out.mkdir()
    shutil.copy(ROOT / "script/bundle", checkout / "script")
    (checkout / "script/bootstrap").write_text("#!/bin/sh\n")
    (checkout / "script/bootstrap").chmod(0o755)
    for lock in LOCKS:
        (checkout / lock).write_text(lock)
    (checkout / ".gitignore").write_text(".venv\nnode_modules\n")
    git = "git -c user.name=x -c user.email=x@example.org"
    shell(f"git init -q; git add .; {git} commit -qm one", checkout)
    (checkout / "node_modules/.bootstrapped").write_text("stamp")
    (checkout / "node_modules/file.js").write_text("file")
    (checkout / ".venv/bin/python").write_text(
        f"""#!/bin/sh
case "$*" in
*"pip download"*) for last; do :; done; mkdir -p "$last"; echo wheel >"$last/one.whl" ;;
*) exec {sys.executable} "$@" ;;
esac
"""
    )
    (checkout / ".venv/bin/python").chmod(0o755)

    def bundle():
        return subprocess.run(
            [checkout / "script/bundle", out], capture_output=True, text=True, check=False
        )

    bundle.checkout, bundle.out = checkout, out
    return bundle


def test_bundle_is_one_file_whose_checksums_hold(packed, tmp_path):
    done = packed()
    assert (done.returncode, done.stderr) == (0, "")
    (made,) = packed.out.iterdir()
    assert done.stdout == f"{made}\n"
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path / "there", filter="data")
    (there,) = (tmp_path / "there").iterdir()
    shell("sha256sum --check --status bundle/SHA256SUMS", there)
    named = {line.split("  ")[1] for line in (there / "bundle/SHA256SUMS").read_text().splitlines()}
    inside = {f"bundle/{name}" for name in ("README", "node_modules.tar.gz", "python")}
    assert named == {*LOCKS, *inside, "bundle/wheels/one.whl"}
    assert (there / "bundle/python").read_text() == f"{PYTHON}\n"
    assert len((there / "bundle/README").read_text().splitlines()) == 3
    with tarfile.open(there / "bundle/node_modules.tar.gz") as archive:
        assert archive.getnames() == ["node_modules", "node_modules/file.js"]


def test_bundle_of_locks_that_are_not_committed_is_refused(packed):
    (packed.checkout / "package-lock.json").write_text("other")
    done = packed()
    assert done.returncode == 1
    assert "未提交" in done.stderr
    assert list(packed.out.iterdir()) == []
