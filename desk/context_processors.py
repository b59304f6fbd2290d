import dataclasses

from desk import manual
from directory.enums import WHOLE_DISTRICT_ROLES, Permission, Role


@dataclasses.dataclass(frozen=True)
class Entry:
    """A place in the navigation; ``prefixes`` are the beginnings of URL names that belong to it."""

    label: str
    icon: str
    url_name: str
    prefixes: tuple[str, ...]
    tabs: tuple["Tab", ...] = ()
    hidden_from: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Tab:
    """A page of an entry. ``permissions``: one of them is needed, none means everybody."""

    label: str
    url_name: str
    prefixes: tuple[str, ...]
    permissions: frozenset[str] = frozenset()


WORKBENCH = Entry("工作台", "layout-dashboard", "workbench", ("workbench", "search"))
SCHOOLS = Entry(
    "学校与集团",
    "school",
    "group-list",
    ("group", "membership", "school", "teacher", "cluster"),
    tabs=(
        Tab("集团", "group-list", ("group", "membership")),
        Tab("学校", "school-list", ("school",)),
        Tab("片区", "cluster-list", ("cluster",)),
        Tab("教师", "teacher-list", ("teacher",)),
    ),
    hidden_from=frozenset({Role.TEACHER, Role.EVALUATOR}),
)
FILINGS = Entry(
    "报送中心",
    "file-text",
    "filing-list",
    ("filing", "deputyship"),
    hidden_from=frozenset({Role.TEACHER, Role.EVALUATOR, Role.LEADERSHIP}),
)
EXCHANGE = Entry(
    "交流轮岗",
    "transfer",
    "placement-list",
    ("placement", "roster", "log"),
    tabs=(
        Tab("交流教师", "placement-list", ("placement",)),
        Tab("花名册", "roster-list", ("roster",)),
        Tab("日志", "log-list", ("log",)),
    ),
    hidden_from=frozenset({Role.TEACHER, Role.EVALUATOR}),
)
LOG = Entry(
    "日志",
    "notebook",
    "log-week",
    ("log", "placement"),
    hidden_from=frozenset(Role) - {Role.TEACHER},
)
RESOURCES = Entry(
    "资源共享",
    "calendar-event",
    "facility-list",
    ("facility", "booking", "series"),
    tabs=(
        Tab("场地", "facility-list", ("facility-list", "facility-new", "facility-detail")),
        Tab("一周总览", "facility-wall", ("facility-wall",)),
        Tab("我的预约", "booking-mine", ("booking-mine", "series"), frozenset({Permission.BOOK})),
        Tab("使用记录", "booking-used", ("booking-used",), frozenset({Permission.EXPORT})),
        Tab(
            "审批",
            "booking-requests",
            ("booking-requests",),
            frozenset({Permission.MANAGE_FACILITIES}),
        ),
    ),
    hidden_from=frozenset({Role.EVALUATOR}),
)
ASSESSMENT = Entry(
    "考核评估",
    "clipboard-check",
    "scheme-list",
    ("scheme", "entrant", "objection", "rule", "adoption"),
    tabs=(
        Tab("考核", "scheme-list", ("scheme", "entrant", "objection")),
        Tab("规则", "rule-list", ("rule", "adoption")),
    ),
    hidden_from=frozenset({Role.TEACHER, Role.EVALUATOR}),
)
REPORTS = Entry(
    "报表中心",
    "report",
    "dashboard",
    ("dashboard", "report"),
    tabs=(
        Tab("概览", "dashboard", ("dashboard",)),
        Tab("报告", "report-list", ("report",)),
    ),
    hidden_from=frozenset(Role) - WHOLE_DISTRICT_ROLES,
)
SYSTEM = Entry(
    "系统管理",
    "settings",
    "account-list",
    ("account", "calendar", "area", "import", "audit", "bell"),
    tabs=(
        Tab("账号", "account-list", ("account",), frozenset({Permission.ISSUE_ACCOUNTS})),
        Tab(
            "导入",
            "import-list",
            ("import",),
            frozenset(
                {Permission.MANAGE_SCHOOLS, Permission.MANAGE_GROUPS, Permission.MANAGE_TEACHERS}
            ),
        ),
        Tab("校历", "calendar-year", ("calendar",), frozenset({Permission.MANAGE_SCHOOLS})),
        Tab("区划", "area-list", ("area",), frozenset({Permission.MANAGE_SCHOOLS})),
        Tab("审计", "audit-list", ("audit",), frozenset({Permission.READ_AUDIT})),
    ),
)
ENTRIES = (WORKBENCH, LOG, SCHOOLS, FILINGS, EXCHANGE, RESOURCES, ASSESSMENT, REPORTS, SYSTEM)


def navigation(request) -> dict:
    """The entries and tabs that the actor's post can use, with the one that is open; the 帮助.

    A view whose page belongs elsewhere than its URL name says so: ``request.stands_as``.
    """
    actor, match = getattr(request, "actor", None), request.resolver_match
    name = getattr(request, "stands_as", "") or (match and match.url_name) or ""
    helped = {"help_address": manual.help_for(name, actor.role if actor else "")}
    if actor is None or not actor.post_id:
        return {"nav_entries": [(WORKBENCH, True, WORKBENCH.url_name)], "nav_tabs": [], **helped}
    entries, tabs = [], []
    for entry in ENTRIES:
        usable = [tab for tab in entry.tabs if _usable(tab, actor)]
        if actor.role in entry.hidden_from or (entry.tabs and not usable):
            continue
        here = name.startswith(entry.prefixes)
        entries.append((entry, here, usable[0].url_name if usable else entry.url_name))
        if here:
            tabs = [(tab, name.startswith(tab.prefixes)) for tab in usable]
    return {"nav_entries": entries, "nav_tabs": tabs, **helped}


def pages_for(actor) -> list[tuple[str, str]]:
    """(label, URL name) of every page of the navigation that the actor's post can use."""
    if actor is None or not actor.post_id:
        return []
    pages = [(WORKBENCH.label, WORKBENCH.url_name)]
    for entry in ENTRIES:
        if actor.role not in entry.hidden_from:
            pages += [(tab.label, tab.url_name) for tab in entry.tabs if _usable(tab, actor)]
    return pages


def _usable(tab: Tab, actor) -> bool:
    return not tab.permissions or any(actor.may(permission) for permission in tab.permissions)
