"""What the pages of one version of a year's assessment share: who sees it, and its header."""

import dataclasses
import functools

from django.http import Http404
from django.shortcuts import render
from django.views import View

from assessment.enums import SchemeState
from assessment.guards import schemes as may
from assessment.models import Scheme
from assessment.selectors.schemes import schemes_visible_to
from assessment.selectors.standing import Standing, publication_of, standing_of, versions_of
from assessment.views import steps


@dataclasses.dataclass(frozen=True)
class Tab:
    """A page of a version; ``for_schools`` too or of the bureau alone."""

    key: str
    label: str
    url_name: str
    for_schools: bool = False


TABS = (
    Tab("results", "结果", "scheme-results", for_schools=True),
    Tab("scores", "得分", "scheme-scores"),
    Tab("entrants", "参评学校", "scheme-entrants"),
    Tab("projects", "项目加分", "scheme-projects"),
    Tab("setup", "方案", "scheme-setup"),
    Tab("missing", "谁还没交", "scheme-missing"),
    Tab("what-if", "试算", "scheme-what-if"),
    Tab("objections", "异议", "scheme-objections", for_schools=True),
    Tab("history", "记录", "scheme-history", for_schools=True),
)


def scheme_for(request, scheme_id: int, *, for_schools: bool) -> Scheme:
    """The version if the actor sees it, and where not ``for_schools``, as the bureau; else 404."""
    if request.actor is None:
        raise Http404
    rows = schemes_visible_to(request.actor).select_related("district")
    scheme = rows.filter(pk=scheme_id).first()
    if scheme is None or not (for_schools or is_bureau(request, scheme)):
        raise Http404
    return scheme


def is_bureau(request, scheme: Scheme) -> bool:
    """Bureau and leadership, who see all of it; else a school of the county."""
    return scheme.district_id in request.actor.district_ids


def head(request, scheme: Scheme, tab: str = "") -> dict:
    """The context of ``assessment/head.html``. At most five queries."""
    bureau = is_bureau(request, scheme)
    standing = standing_of(scheme) if bureau else Standing()
    publication = publication_of(scheme)
    versions = versions_of(request.actor, scheme)
    lock = may.lock_of(scheme)
    asked = steps.Asked(request, scheme, standing, publication, versions)
    lawful = steps.steps_of(asked)
    return {
        "scheme": scheme,
        "state": SchemeState(scheme.state),
        "tab": tab,
        "tabs": [it for it in TABS if bureau or it.for_schools],
        "is_bureau": bureau,
        "standing": standing,
        "publication": publication,
        "versions": versions,
        "lock": lock,
        "note": steps.note_of(asked, lock, tab),
        "steps": lawful,
        "may_object": any(it.url_name == "objection-new" for it in lawful),
        "may_manage": request.as_of is None
        and scheme.state == SchemeState.DRAFT
        and may.can_manage(actor=request.actor, district_id=scheme.district_id),
        "may_export": request.actor.may("EXPORT"),
    }


class SchemePage(View):
    """A page of one visible version, ``self.scheme``; of the bureau alone unless ``for_schools``.

    Combines with ``core.views.acts.ActView``: ``class Submit(SchemePage, ActView)``.
    """

    tab = ""
    for_schools = False
    scheme: Scheme

    def setup(self, request, *args, **kwargs):
        self.scheme = scheme_for(request, kwargs["scheme_id"], for_schools=self.for_schools)
        super().setup(request, *args, **kwargs)

    @functools.cached_property
    def _head(self) -> dict:
        return head(self.request, self.scheme, self.tab)

    def head(self) -> dict:
        return self._head

    def page(self, request, template: str, *, status: int = 200, **context):
        return render(request, template, self.head() | context, status=status)
