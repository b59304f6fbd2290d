from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk import manual
from directory.selectors import people


# Open to strangers: who cannot sign in needs the manual most, and it tells nothing of anybody.
@login_not_required
@require_safe
def manual_list(request):
    """Every manual, those of the reader's own posts first."""
    user, roles = request.user, set()
    if user.is_authenticated:
        roles = {post.role for post in people.posts_of(user, request.day)}
    own = [it for it in manual.MANUALS if it.roles & roles]
    others = [it for it in manual.MANUALS if it not in own]
    return render(
        request,
        "desk/manual/list.html",
        {"own": _named(own), "others": _named(others)},
    )


@login_not_required
@require_safe
def manual_page(request, manual_name: str):
    if manual_name not in manual.BY_NAME:
        raise Http404
    return render(
        request,
        "desk/manual/page.html",
        {"drawn": manual.drawn(manual_name), "others": _named(manual.MANUALS), "name": manual_name},
    )


def _named(manuals) -> list[dict]:
    return [{"name": it.name, "drawn": manual.drawn(it.name)} for it in manuals]
