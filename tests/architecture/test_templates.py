"""What every template keeps to. Drawing the pages is the browser tests' work."""

import re
import subprocess
import sys
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parents[2]
DJLINT = Path(sys.executable).parent / "djlint"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
HAN = r"\u3400-\u9fff\u3000-\u303f\uff00-\uffef"


def offending(pattern):
    """``{template: [matches]}`` of what must not be in any of them."""
    found = {
        str(path.relative_to(ROOT)): [match.group(0) for match in re.finditer(pattern, text)]
        for path in TEMPLATES
        if (text := path.read_text(encoding="utf-8"))
    }
    return {name: matches for name, matches in found.items() if matches}


@pytest.mark.parametrize("mode", ["--check", "--lint"])
def test_djlint(mode):
    done = subprocess.run(
        [DJLINT, mode, "templates"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_style_attribute():
    assert offending(r"\bstyle\s*=") == {}


def test_no_inline_script_or_handler():
    assert offending(r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=") == {}


def test_chinese_carries_chinese_punctuation():
    assert offending(rf"[{HAN}]\s?[,;:?!]\s?(?=[{HAN}])") == {}


def test_no_address_of_another_host():
    assert offending(r"(?:https?:)?//[a-z][^\s\"'<]*") == {}


def test_title_of_every_page():
    # A page that extends another page has its title from there, or from its own block.
    pages = [
        p
        for p in TEMPLATES
        if re.search(r'extends "(base|bare)\.html"', p.read_text(encoding="utf-8"))
    ]
    untitled = [
        path.name
        for path in pages
        if path.name != "bare.html" and "{% block title %}" not in path.read_text(encoding="utf-8")
    ]
    assert pages
    assert untitled == []


def test_icons_listed_are_those_used():
    listed = (ROOT / "static" / "icons.txt").read_text(encoding="utf-8").splitlines()
    assert listed == sorted(set(listed))
    markup = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    drawn = set(
        re.findall(r"<c-(?:icon\b[^>]*?\sname|[a-z-]+[^>]*?\sicon)=\"([a-z0-9-]+)\"", markup)
    )
    enums = "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*/enums.py", "*/context_processors.py", "desk/views/search.py")
        for path in ROOT.glob(pattern)
    )
    in_enums = set(re.findall(r"\"([a-z0-9]+(?:-[a-z0-9]+)*)\"", enums))
    assert drawn - set(listed) == set()
    assert set(listed) - drawn - in_enums == set()
