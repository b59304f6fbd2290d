"""What is done and what leaves is in the audit log: every action, every answer with a file."""

import ast
import re

import pytest

from tests.architecture.test_house import ROOT, tracked


APPS = (
    "core", "directory", "policies", "filings", "groups", "resources", "exchange", "assessment",
    "reports", "desk",
)  # fmt: skip
RECORDS = {"core.actions.audit.record", "core.actions.audit.record_all"}
# Actions that write no event of their own, each with who does, or why nobody.
SILENT = {
    "assessment.actions.reckonings.reckon": "part of the acts that change what is reckoned",
    "assessment.actions.schemes.moved": "part of the acts that move a scheme",
    "core.actions.files.store": "part of the acts that keep a file",
    "core.actions.files.sweep": "no person asks: bytes that no row knows",
    "core.actions.imports.check": "no person asks: the preview of what was uploaded",
    "core.actions.imports.request_write": "asks for the job whose writing is recorded",
    "core.actions.jobs.claim": "no person asks",
    "core.actions.jobs.enqueue": "part of the acts that ask for a job; its work records itself",
    "core.actions.jobs.fail": "no person asks",
    "core.actions.jobs.finish": "no person asks",
    "core.actions.jobs.step": "no person asks",
    "core.actions.jobs.sweep": "no person asks",
    "core.actions.seals.seal": "no person asks; the seal itself tells its time",
    "directory.actions.imports.schools.enter": "part of writing an import",
    "directory.actions.passwords.set_password": "part of the acts that set one",
    "directory.actions.sessions.sweep": "no person asks: sessions that are over",
    "exchange.actions.lines.filled": "writes nothing",
    "groups.actions.groups.state": "part of the acts on a group",
    "groups.actions.memberships.place": "part of the acts on a group",
    "policies.actions.adoptions.make_room": "part of the acts on adoptions",
    "reports.actions.builds.ask": "asks for the job that records the report made",
    "reports.actions.builds.ask_again": "asks for the job that records the report made",
    "reports.actions.builds.ask_to_issue": "asks for the job that records the report issued",
    "reports.actions.schedules.run_due": "no person asks; each report made is recorded",
    "resources.actions.insertion.insert": "part of booking",
}
# Where an answer carries a file, and by which action that is written down.
LEAVING = {
    "assessment/views/exports.py": "exports.export(",
    "assessment/views/scores.py": "exports.export(",
    "core/views/files.py": "files.downloaded(",
    "core/views/lists.py": "exports.export(",
    "desk/views/imports.py": "desk.mark(",
    "policies/views/rules.py": "exports.export(",
    "resources/views/feeds.py": "feeds.fetched(",
}
FILE = re.compile(
    r"FileResponse|StreamingHttpResponse|Content-Disposition|text/calendar|as_attachment"
)


def calls(node: ast.AST, module: str, names: dict[str, str]) -> set[str]:
    """Dotted names that the node mentions, as far as the module's imports tell them."""
    found = set()
    for it in ast.walk(node):
        if isinstance(it, ast.Name):
            found.add(names.get(it.id, f"{module}.{it.id}"))
        elif isinstance(it, ast.Attribute) and isinstance(it.value, ast.Name):
            found.add(f"{names.get(it.value.id, f'{module}.{it.value.id}')}.{it.attr}")
    return found


@pytest.fixture(scope="module")
def actions():
    """(what each function and class of actions mentions, the public actions that take ``now``)."""
    graph, public = {}, set()
    for path in tracked("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] not in APPS or parts[1] != "actions":
            continue
        module, tree = ".".join(parts).removesuffix(".__init__"), ast.parse(path.read_text())
        names = {
            each.asname or each.name: f"{it.module}.{each.name}"
            for it in ast.walk(tree)
            if isinstance(it, ast.ImportFrom)
            for each in it.names
        }
        for it in tree.body:
            if isinstance(it, ast.FunctionDef | ast.ClassDef):
                graph[f"{module}.{it.name}"] = calls(it, module, names)
            if isinstance(it, ast.FunctionDef) and not it.name.startswith("_"):
                arguments = {each.arg for each in (*it.args.args, *it.args.kwonlyargs)}
                public |= {f"{module}.{it.name}"} if "now" in arguments else set()
    return graph, public


def records(name: str, graph: dict, seen: set) -> bool:
    if name in RECORDS:
        return True
    if name in seen:
        return False
    seen.add(name)
    return any(records(it, graph, seen) for it in graph.get(name, ()))


def test_every_action_writes_its_event_or_says_why_not(actions):
    graph, public = actions
    assert len(public) > 150
    assert {it for it in public if not records(it, graph, set())} == set(SILENT)


def test_every_answer_with_a_file_is_written_down():
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in tracked("*.py")
        if path.relative_to(ROOT).parts[0] in APPS
        and {"views", "api"} & {it.removesuffix(".py") for it in path.relative_to(ROOT).parts}
    }
    leaving = {name for name, text in found.items() if FILE.search(text)}
    assert leaving == set(LEAVING)
    assert [name for name, action in LEAVING.items() if action not in found[name]] == []
