"""The manuals: drawn, reached from the pages they explain, and true to the product's words."""

import functools
import re

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from desk import manual
from directory.enums import Role
from directory.models import User
from tests.factories import county as made


ROOT = settings.BASE_DIR
NAMES = [it.name for it in manual.MANUALS]
MOST_PICTURES, MOST_BYTES = 5, 120 * 1024
QUOTED = re.compile(r"“([^“”]+)”")
VARIES = re.compile(r"\s*(?:\bn\b|\d+|…+)\s*")  # what stands for a number or a name of the moment
HAN = re.compile(r"[\u4e00-\u9fff]")
SOURCES = ("templates/**/*.html", "static/js/*.js", "*/*.py", "*/*/*.py", "*/*/*/*.py")
APPS = ("core", "desk", "directory", "policies", "filings", "groups", "resources", "exchange",
        "assessment", "reports")  # fmt: skip


def text(name: str) -> str:
    return (manual.FOLDER / f"{name}.md").read_text(encoding="utf-8")


@functools.cache
def words_of_the_product() -> str:
    files = (path for pattern in SOURCES for path in ROOT.glob(pattern))
    return "".join(
        path.read_text(encoding="utf-8")
        for path in files
        if path.relative_to(ROOT).parts[0] in {*APPS, "templates", "static"}
    )


def pictures(name: str) -> list[str]:
    return re.findall(r"\]\(pictures/([^)]+)\)", text(name))


def test_every_file_of_the_folder_is_a_manual_and_every_picture_is_shown():
    assert sorted(NAMES) == sorted(path.stem for path in manual.FOLDER.glob("*.md"))
    shown = sorted(picture for name in NAMES for picture in pictures(name))
    assert shown == sorted(path.name for path in (manual.FOLDER / "pictures").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_few_small_and_described(name):
    assert all(picture.startswith(f"{name}-") for picture in pictures(name))
    assert len(pictures(name)) <= MOST_PICTURES
    files = [manual.FOLDER / "pictures" / picture for picture in pictures(name)]
    assert {
        path.name: path.stat().st_size for path in files if path.stat().st_size > MOST_BYTES
    } == {}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in files)
    assert "![](" not in text(name)


@pytest.mark.parametrize("name", NAMES)
def test_words_in_quotes_are_those_of_the_product(name):
    """A button that is renamed or gone fails here, and the manual is mended with it."""
    unknown = [
        quoted
        for quoted in QUOTED.findall(text(name))
        if not all(part in words_of_the_product() for part in VARIES.split(quoted))
    ]
    assert unknown == []


@pytest.mark.parametrize("name", NAMES)
def test_headings_have_lasting_addresses_of_their_own(name):
    headings = re.findall(r"^## .*$", text(name), re.M)
    assert [it for it in headings if not manual.ANCHOR.search(it)] == []
    anchors = [anchor for anchor, _ in manual.drawn(name).contents]
    assert len(anchors) == len(set(anchors)) == len(headings)
    assert "{#" not in manual.drawn(name).html


@pytest.mark.parametrize("name", NAMES)
def test_drawn_page_keeps_to_the_content_security_policy_and_leads_somewhere(name):
    html = manual.drawn(name).html
    assert re.findall(r"\sstyle=|<script|\son\w+=", html) == []
    linked = re.findall(r'href="/manual/([a-z]+)/(?:#([a-z-]+))?"', html)
    assert len(linked) == html.count("href=")
    for target, anchor in linked:
        assert not anchor or anchor in dict(manual.drawn(target).contents)


def test_every_page_that_is_explained_leads_to_a_heading():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    for it in manual.MANUALS:
        assert set(it.helps.values()) <= set(dict(manual.drawn(it.name).contents))
        unused = [each for each in it.helps if not any(name.startswith(each) for name in names)]
        assert unused == []


def test_every_role_has_one_manual_and_every_manual_is_reached_from_a_page():
    assert {role: sum(role in it.roles for it in manual.MANUALS) for role in Role} == {
        role: 0 if role == Role.EVALUATOR else 1 for role in Role
    }
    # Who runs the server works on no page.
    assert [it.name for it in manual.MANUALS if not it.helps] == ["system"]


@pytest.mark.parametrize(
    ("url_name", "role", "address"),
    [
        ("roster-approve", Role.BUREAU_HEAD, "/manual/head/#approve"),
        ("roster-of-filing", Role.PRINCIPAL, "/manual/school/#rosters"),
        ("scheme-missing", Role.BUREAU_EDUCATION, "/manual/bureau/#scores"),
        ("scheme-new", Role.BUREAU_FINANCE, "/manual/bureau/#assessment"),
        ("booking-requests", Role.SCHOOL_CLERK, "/manual/school/#requests"),
        ("booking-new", Role.SCHOOL_CLERK, "/manual/school/#rooms"),
        ("log-write", Role.TEACHER, "/manual/teacher/#log"),
        (
            "workbench",
            Role.TEACHER,
            "/manual/start/#workbench",
        ),  # the common one, where own has none
        ("workbench", Role.EVALUATOR, "/manual/start/#workbench"),
        ("account_login", "", "/manual/start/#sign-in"),
        ("account-new", Role.BUREAU_HEAD, "/manual/head/#accounts"),
        ("own-password", Role.BUREAU_HEAD, "/manual/start/#security"),
        ("report-verify", "", ""),
    ],
)
def test_page_is_explained_to_the_role_that_reads_it(url_name, role, address):
    assert manual.help_for(url_name, role) == address


@pytest.mark.django_db
def test_stranger_reads_every_manual(client):
    assert client.get(reverse("manual-list")).status_code == 200
    for name in NAMES:
        answer = client.get(reverse("manual-page", args=[name]))
        assert answer.status_code == 200
        assert manual.drawn(name).title in answer.content.decode()
    assert client.get("/manual/no-such/").status_code == 404


@pytest.mark.django_db
def test_reader_s_own_manual_comes_first_and_pages_lead_to_it(client):
    actor = made.clerk_of(made.district())
    client.force_login(User.objects.get(pk=actor.user_id))
    listed = client.get(reverse("manual-list")).content.decode()
    titles = [manual.drawn(name).title for name in NAMES]
    in_order = sorted(titles, key=listed.index)
    assert in_order[0] == manual.drawn("bureau").title
    assert listed.index("您的身份") < listed.index(in_order[0])
    page = client.get(reverse("group-list")).content.decode()
    assert page.count('href="/manual/bureau/#groups"') == 1


def test_manuals_are_in_the_image():
    assert "!docs/manual\n" in (ROOT / ".dockerignore").read_text(encoding="utf-8")
