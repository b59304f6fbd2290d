"""Style sheets run on Chromium 90 and under the content security policy."""

import re
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOO_NEW = re.compile(
    r":has\(|color-mix\(|oklch\(|oklab\(|@layer|@container|@scope|subgrid|accent-color"
    r"|\b\d+[dsl]v[hw]\b|(?:^|[;{])\s*&"
)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheet(path):
    css = COMMENT.sub("", path.read_text(encoding="utf-8"))
    assert TOO_NEW.findall(css) == []
    assert re.findall(r"@import|url\((?!['\"]?data:)[^)]*\)", css) == []


def test_every_style_sheet_is_loaded():
    markup = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "templates").rglob("*.html"))
    assert [path.name for path in STYLES if f"'css/{path.name}'" not in markup] == []


def test_every_token_is_defined():
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", tokens))
    used = {
        name for path in STYLES for name in re.findall(r"var\((--[a-z0-9-]+)", path.read_text())
    }
    assert used - defined == set()
