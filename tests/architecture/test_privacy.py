"""Every field says what it tells of a person, and what is personal leaves only masked."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

from core.privacy import Privacy


ROOT = Path(__file__).resolve().parents[2]
OWN = (
    "core",
    "directory",
    "policies",
    "filings",
    "groups",
    "resources",
    "exchange",
    "assessment",
    "reports",
    "desk",
)
MODELS = [model for app in OWN for model in apps.get_app_config(app).get_models()]
CLOSED = {Privacy.CONTACT, Privacy.IDENTITY, Privacy.SECRET}
# Common words, personal in AuditEvent and ImportRow only: those two have tests of their own.
COMMON = {"user_id", "address", "cells", "before"}
PERSONAL = {
    field
    for model in MODELS
    for field, kind in getattr(model, "privacy", {}).items()
    if kind in CLOSED
} - COMMON
# What leaves: lists and their workbooks, papers, pages, the API. Spreadsheets only come in.
LEAVES = (
    "tables.py", "tables/*.py", "api.py", "api/*.py", "documents.py", "documents/*.py",
    "views.py", "views/*.py",
)  # fmt: skip
SHOWS = {"reveal", "masked_id_number", "masked_phone", "masked_birth"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_classified_exactly_once(model):
    fields = {field.name for field in model._meta.concrete_fields}
    assert set(getattr(model, "privacy", {})) == fields


def test_no_field_is_named_in_two_classes():
    """The decorator keeps the last class of a field; naming it twice would hide the stricter."""
    twice = []
    for path in (path for app in OWN for path in sorted((ROOT / app / "models").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "classified":
                named = [it for key in node.keywords for it in ast.literal_eval(key.value).split()]
                twice += [f"{path.name}: {it}" for it in named if named.count(it) > 1]
    assert twice == []


def test_what_is_encrypted_is_closed_and_what_hashes_is_secret():
    for model in MODELS:
        for field in model._meta.concrete_fields:
            if type(field).__name__ == "EncryptedTextField":
                assert model.privacy[field.name] in CLOSED, field
            if re.search(r"_(?:index|hash)$|^password$", field.name):
                assert model.privacy[field.name] is Privacy.SECRET, field


def test_known_fields_are_where_they_belong():
    assert {"id_number", "phone", "born_on", "password", "id_number_index"} <= PERSONAL


def test_personal_fields_leave_masked_only():
    """No table, export or API names one, unless the same function masks or reveals it."""
    bare = []
    for path in sorted(path for app in OWN for it in LEAVES for path in (ROOT / app).glob(it)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for unit in _units(tree):
            read = {
                node.attr
                for node in ast.walk(unit)
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
            } | _serialized(unit)
            names = {getattr(n, "id", getattr(n, "attr", "")) for n in ast.walk(unit)}
            if read & PERSONAL and not names & SHOWS:
                bare.append((str(path.relative_to(ROOT)), unit.lineno, sorted(read & PERSONAL)))
    assert bare == []


def test_templates_name_no_personal_field():
    """A template is given what is masked already."""
    pattern = re.compile(rf"\{{\{{[^}}]*\.(?:{'|'.join(sorted(PERSONAL))})\b(?![\w.])[^}}]*\}}\}}")
    found = {
        str(path.relative_to(ROOT)): pattern.findall(text)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if pattern.search(text := path.read_text(encoding="utf-8"))
    }
    assert {name: hits for name, hits in found.items() if not _form_fields_only(hits)} == {}


def _units(tree):
    """The functions and class bodies of a module, each by itself."""
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign)
    ]


def _serialized(unit):
    """Strings of a ``fields = (…)`` as serializers and filters declare them."""
    return {
        constant.value
        for node in ast.walk(unit)
        if isinstance(node, ast.Assign)
        and any(getattr(target, "id", "") == "fields" for target in node.targets)
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant)
    }


def _form_fields_only(hits):
    return all("form." in hit for hit in hits)
