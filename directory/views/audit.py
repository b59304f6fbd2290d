from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import acts
from core.selectors import audit_chain
from directory.enums import REVEALABLE, SCHOOL_FIELDS, Permission, Role
from directory.forms.audit import AuditForm
from directory.selectors import audit


PER_PAGE = 50
ROLES = dict(Role.choices)
FIELDS = REVEALABLE | SCHOOL_FIELDS  # as the details of an event name them


def audit_list(request: HttpRequest) -> HttpResponse:
    """Who did, read or took out what, and when; of the actor's districts, the newest first."""
    if request.actor is None or not request.actor.may(Permission.READ_AUDIT):
        raise PermissionDenied("您的身份不能查看审计记录，请联系局领导。")
    form = AuditForm(request.GET)
    asked = audit.Asked()
    if form.is_valid():
        asked = audit.Asked(**form.cleaned_data)
    rows = audit.events(request.actor, asked, timezone.get_current_timezone())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    events = list(page.object_list)
    for event in events:
        event.label = acts.label(event.act)
        event.told = acts.told(event.details, FIELDS)
        event.role_label = ROLES.get(event.role, "")
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "events": events,
        "page": page,
        "query": query.urlencode(),
        "narrowed": asked != audit.Asked(),
        "seal": audit_chain.last_seal(),
    }
    return render(request, "directory/audit_list.html", context)
