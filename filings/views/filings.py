"""One filing: its head, history, sheet and scan."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import clock
from core.errors import Denied
from core.views.acts import ActView
from filings.actions import filings
from filings.forms.filings import ScanForm
from filings.guards import filings as may
from filings.selectors.filings import scan_is_older
from filings.views.pages import FilingPage


class FilingDetail(FilingPage):
    def get(self, request: HttpRequest, filing_id: int) -> HttpResponse:
        head = self.head()
        context = {
            "head": head,
            "filing": self.filing,
            "may_attach": request.as_of is None
            and may.can_attach(actor=request.actor, filing=self.filing, on=request.actor.on),
            "scan_is_older": scan_is_older(self.filing, head.trail),
        }
        return render(request, "filings/detail.html", context)


class FilingSheet(FilingPage):
    """The sheet that is printed, sealed and signed (X-27), without the content of its owner."""

    def get(self, request: HttpRequest, filing_id: int) -> HttpResponse:
        return render(request, "filings/sheet.html", {"head": self.head(), "filing": self.filing})


class FilingScan(FilingPage, ActView):
    """The sealed sheet comes back."""

    template_name = "filings/scan.html"
    form_class = ScanForm

    def check(self):
        try:
            may.check_attach(actor=self.request.actor, filing=self.filing, on=self.request.actor.on)
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied

    def form_options(self):
        return {"files": self.request.FILES} if self.request.method == "POST" else {}

    def context(self):
        return {"filing": self.filing, "heading": "上传盖章扫描件"}

    def act(self, form):
        file = form.cleaned_data["file"]
        filings.attach_scan(
            filing_id=self.filing.pk, content=file, name=file.name, actor=self.request.actor,
            now=clock.now(),
        )  # fmt: skip
        return reverse("filing-detail", args=[self.filing.pk])
