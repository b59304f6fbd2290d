"""Pages of one version on which the bureau works: bureau and leadership read, 教育股 changes."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from assessment.guards import schemes as may
from assessment.views.pages import SchemePage
from core import clock
from core.errors import Denied
from directory.enums import Permission


class BureauPage(SchemePage):
    """A page with forms. Each form names its act in ``act``; a refusal stays on its form."""

    template_name: str

    @property
    def acting(self) -> dict:
        return {"actor": self.request.actor, "now": clock.now()}

    def why_off(self, head: dict) -> str:
        """Why the forms are off here, in words; empty while they are on."""
        if head["lock"]:
            return head["lock"]
        if self.request.as_of:
            return "您看到的是另一天的情况，不能在这里办理。"
        if not self.request.actor.may(Permission.MANAGE_ASSESSMENT):
            return "由教育股编制和录入，您可以查看。"
        return ""

    def drawn(self, *, status: int = 200, **context) -> HttpResponse:
        head = self.head()
        return self.page(
            self.request,
            self.template_name,
            status=status,
            **self.context() | {"off": self.why_off(head)} | context,
        )

    def context(self) -> dict:
        return {}

    def get(self, request, *args, **kwargs):
        return self.drawn()

    def done(self, form: Form, act: Callable[[], object], address: str) -> HttpResponse | None:
        """Lead on when the act was done; None when the form says why not."""
        if not form.is_valid():
            return None
        try:
            act()
        except Denied as denied:
            form.add_error(None, str(denied))
        except ValidationError as invalid:
            told = invalid.message_dict if hasattr(invalid, "error_dict") else {None: invalid}
            for field, sentences in told.items():
                form.add_error(field if field in form.fields else None, sentences)
        else:
            return redirect(address)
        return None

    def plain(self, act: Callable[[], object], address: str) -> HttpResponse:
        """An act that asks nothing more; a refusal is told above the page as ``refusal``."""
        try:
            act()
        except Denied as denied:
            return self.drawn(status=409, refusal=str(denied))
        return redirect(address)

    @property
    def may_manage(self) -> bool:
        return may.can_manage(actor=self.request.actor, district_id=self.scheme.district_id)
