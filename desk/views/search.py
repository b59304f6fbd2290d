import dataclasses

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.words import search_text
from desk import context_processors
from desk.selectors import search as selectors
from directory.enums import SchoolKind
from groups.enums import GroupType


@dataclasses.dataclass(frozen=True)
class Kind:
    """How hits of one kind are headed, drawn and reached."""

    label: str
    icon: str
    counter: str
    page: str
    list_page: str
    notes: dict[str, str] = dataclasses.field(default_factory=dict)


KINDS = {
    selectors.SCHOOL: Kind(
        "学校", "school", "所", "school-detail", "school-list", dict(SchoolKind.choices)
    ),
    selectors.GROUP: Kind(
        "集团", "affiliate", "个", "group-detail", "group-list", dict(GroupType.choices)
    ),
    selectors.TEACHER: Kind("教师", "user-circle", "人", "teacher-detail", "teacher-list"),
}
PAGES = Kind("页面", "layout-dashboard", "个", "", "")


@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """The page of results; works without script."""
    return render(request, "desk/search.html", _context(request))


@require_safe
@never_cache
def box(request: HttpRequest) -> HttpResponse:
    """The results alone, which the box in the top bar shows as somebody types."""
    return render(request, "desk/search_box.html", _context(request))


def _context(request: HttpRequest) -> dict:
    word = request.GET.get("q", "").strip()[: selectors.LONGEST]
    actor = request.actor
    hits = selectors.search(actor, word, request.day) if actor and actor.post_id else {}
    pages = context_processors.pages_for(actor)
    usable = {url_name for _, url_name in pages}
    query = urlencode({"q": word} | ({"on": str(request.as_of)} if request.as_of else {}))
    found = [
        {
            "kind": kind,
            "rows": [
                {
                    "name": hit.name,
                    "note": kind.notes.get(hit.note, hit.note),
                    "address": _address(kind.page, hit.object_id, request.as_of),
                }
                for hit in hits[name].rows
            ],
            "all": (
                f"{reverse(kind.list_page)}?{query}"
                if hits[name].more and kind.list_page in usable
                else ""
            ),
        }
        for name, kind in KINDS.items()
        if name in hits
    ]
    if rows := _pages(pages, selectors.cleaned(word)):
        found.append({"kind": PAGES, "rows": rows, "all": ""})
    return {"word": word, "found": found, "query": query}


def _address(page: str, object_id: int, as_of) -> str:
    try:
        address = reverse(page, args=[object_id])
    except NoReverseMatch:  # what has no page of its own is named without a link
        return ""
    return f"{address}?on={as_of}" if as_of else address


def _pages(pages: list[tuple[str, str]], word: str) -> list[dict]:
    if not word:
        return []
    ranked = sorted(
        (place, number, label, url_name)
        for number, (label, url_name) in enumerate(pages)
        if (place := selectors.rank(search_text(label), word)) is not None
    )
    return [
        {"name": label, "note": "", "address": reverse(url_name)}
        for _, _, label, url_name in ranked[: selectors.MOST]
    ]
