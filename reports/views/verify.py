"""Whether a paper is genuine, for anybody who holds it: number, title, date and checksum only."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.selectors import reports


@require_safe
@never_cache
@login_not_required
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """The form; with a number what is known of that paper, 404 when there is none."""
    if asked := request.GET.get("number", "").replace("/", "").strip()[:40]:
        return redirect("report-verify-number", number=asked)
    found = reports.verified(number) if number else None
    status = 404 if number and found is None else 200
    context = {"number": number, "found": found}
    return render(request, "reports/verify.html", context, status=status)
