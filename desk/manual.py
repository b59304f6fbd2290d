"""The manuals of docs/manual: whose they are, how they are drawn, what each page's 帮助 opens."""

import dataclasses
import functools
import re
import struct

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.token import Token

from directory.enums import Role


FOLDER = settings.BASE_DIR / "docs" / "manual"
PIXELS = 2  # of a picture to one of the page
ANCHOR = re.compile(r"\s*\{#([a-z-]+)\}$")  # at the end of a heading: its lasting address


@dataclasses.dataclass(frozen=True, eq=False)
class Manual:
    """One file of docs/manual. ``name`` is the file's and the address's.

    ``roles`` are those whose work it explains; none means everybody. ``helps`` leads from the
    beginning of a page's URL name to the heading that explains the page. The longest beginning
    wins, and between two alike that of the role's own manual.
    """

    name: str
    roles: frozenset[str] = frozenset()
    helps: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A manual as a page: its title, the sentence under it, (anchor, heading)s and HTML."""

    title: str
    opening: str
    contents: tuple[tuple[str, str], ...]
    html: str


# In the order of the list. The first is everybody's, also of roles without one of their own.
MANUALS = (
    Manual(
        "start",
        helps={
            "account_login": "sign-in",
            "account-activate": "password",
            "own-account": "security",
            "own-password": "security",
            "own-codes": "security",
            "own-second-factor": "security",
            "workbench": "workbench",
            "search": "search",
            "job": "jobs",
            "import": "import",
        },
    ),
    Manual(
        "bureau",
        frozenset(
            {
                Role.BUREAU_EDUCATION,
                Role.BUREAU_RESEARCH,
                Role.BUREAU_INSPECTION,
                Role.BUREAU_FINANCE,
            }
        ),
        {
            "group": "groups",
            "membership": "groups",
            "cluster": "groups",
            "school": "schools",
            "teacher": "schools",
            "import": "import",
            "account": "accounts",
            "slip": "accounts",
            "calendar": "calendar",
            "area": "calendar",
            "rule": "rules",
            "adoption": "rules",
            "scheme": "assessment",
            "scheme-scores": "scores",
            "scheme-upload": "scores",
            "scheme-missing": "scores",
            "entrant": "scores",
            "scheme-results": "explain",
            "scheme-what-if": "explain",
            "group-assessment": "explain",
            "scheme-submit": "submit",
            "scheme-objections": "submit",
            "objection": "submit",
            "dashboard": "reports",
            "report": "reports",
            "filing": "filings",
            "roster": "filings",
            "placement": "filings",
            "log": "filings",
            "deputyship": "filings",
            "facility": "rooms",
            "booking": "rooms",
        },
    ),
    Manual(
        "personnel",
        frozenset({Role.BUREAU_PERSONNEL}),
        {
            "filing": "review",
            "roster": "review",
            "deputyship": "deputy",
            "placement": "placements",
            "group-exchange": "placements",
            "log": "placements",
            "teacher": "teachers",
            "teacher-placements": "placements",
            "import": "teachers",
            "account": "accounts",
            "slip": "accounts",
        },
    ),
    Manual(
        "head",
        frozenset({Role.BUREAU_HEAD}),
        {
            "filing": "approve",
            "roster": "approve",
            "placement": "approve",
            "deputyship": "deputy",
            "scheme": "publish",
            "scheme-correct": "correct",
            "scheme-objections": "correct",
            "objection": "correct",
            "report": "reports",
            "dashboard": "reports",
            "rule": "rules",
            "adoption": "rules",
            "account": "accounts",
            "account-second-factor-reset": "accounts",
            "slip": "accounts",
            "audit": "audit",
        },
    ),
    Manual(
        "leader",
        frozenset({Role.LEADERSHIP}),
        {
            "dashboard": "dashboard",
            "report": "reports",
            "scheme": "scores",
            "group": "groups",
            "school": "groups",
            "teacher": "groups",
            "placement": "groups",
            "roster": "groups",
            "log": "groups",
            "facility": "groups",
            "booking": "groups",
        },
    ),
    Manual(
        "school",
        frozenset({Role.PRINCIPAL, Role.SCHOOL_CLERK}),
        {
            "roster": "rosters",
            "filing": "filings",
            "deputyship": "filings",
            "placement": "arrival",
            "teacher-placements": "arrival",
            "group-exchange": "arrival",
            "log": "logs",
            "facility": "rooms",
            "facility-new": "own-rooms",
            "facility-edit": "own-rooms",
            "facility-blackouts": "own-rooms",
            "facility-withdraw": "own-rooms",
            "booking": "rooms",
            "series": "rooms",
            "booking-requests": "requests",
            "scheme": "scores",
            "group-assessment": "scores",
            "objection": "objection",
            "account": "accounts",
            "slip": "accounts",
            "teacher": "own-data",
            "school": "own-data",
            "group": "own-data",
        },
    ),
    Manual(
        "teacher",
        frozenset({Role.TEACHER}),
        {
            "log": "log",
            "placement": "log",
            "facility": "rooms",
            "booking": "rooms",
            "series": "rooms",
            "teacher": "own-data",
        },
    ),
    # Who runs the server works beside it, on no page of the product.
    Manual("system"),
)
BY_NAME = {it.name: it for it in MANUALS}


def of_role(role: str) -> Manual:
    """The manual of a role, the common one where it has none."""
    return next((it for it in MANUALS if role in it.roles), MANUALS[0])


def help_for(url_name: str, role: str) -> str:
    """The address of what explains a page to that role; empty where nothing does."""
    found = [
        (len(beginning), it.roles != frozenset(), it.name, anchor)
        for it in {of_role(role), MANUALS[0]}
        for beginning, anchor in it.helps.items()
        if url_name.startswith(beginning)
    ]
    if not found:
        return ""
    *_, name, anchor = max(found)
    return f"{reverse('manual-page', args=[name])}#{anchor}"


@functools.cache
def drawn(name: str) -> Drawn:
    """The manual's file as a page. It is our own text and part of the release: drawn once."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    contents = [_anchor(*pair) for pair in _headings(tokens, "h2")]
    for token in tokens:
        for child in token.children or ():
            _point(child)
    (title,) = (inline.content for _, inline in _headings(tokens, "h1"))
    return Drawn(
        title=title,
        opening=tokens[4].content,  # the paragraph after the title
        contents=tuple(contents),
        html=markdown.renderer.render(tokens[6:], markdown.options, {}),
    )


def _headings(tokens: list[Token], tag: str):
    """(opening, inline) of each heading of that level."""
    return [
        (token, tokens[place + 1])
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == tag
    ]


def _anchor(heading: Token, inline: Token) -> tuple[str, str]:
    """Give a heading the id written at its end; (id, text)."""
    anchor = ANCHOR.search(inline.content)[1]
    inline.content = ANCHOR.sub("", inline.content)
    inline.children[-1].content = ANCHOR.sub("", inline.children[-1].content)
    heading.attrSet("id", anchor)
    return anchor, inline.content


def _point(token: Token) -> None:
    """Pictures and links as they stand in the folder lead to where the product serves them."""
    if token.type == "image":
        with (FOLDER / token.attrs["src"]).open("rb") as picture:
            width, height = struct.unpack(">II", picture.read(24)[16:])  # of a PNG
        token.attrSet("src", static(f"manual/{token.attrs['src'].removeprefix('pictures/')}"))
        token.attrSet("width", str(width // PIXELS))
        token.attrSet("height", str(height // PIXELS))
    elif token.type == "link_open":
        page, _, anchor = token.attrs["href"].partition("#")
        if page.removesuffix(".md") in BY_NAME:
            address = reverse("manual-page", args=[page.removesuffix(".md")])
            token.attrSet("href", f"{address}#{anchor}" if anchor else address)
