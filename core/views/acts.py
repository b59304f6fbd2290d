"""The pattern of a page with one form and one act."""

from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views import View

from core.errors import Denied


class ActView(View):
    """GET draws the form, POST calls one action and leads to ``done``; refusals stay on the form.

    A sentence that a rule or constraint gives goes to the field named in the form's
    ``field_of`` (sentence → field), else above the form. What was typed is kept.
    """

    template_name: ClassVar[str]
    form_class: ClassVar[type[Form]]

    def check(self) -> None:
        """Raise Http404 or PermissionDenied; runs before anything is drawn."""

    def initial(self) -> dict[str, Any]:
        return {}

    def form_options(self) -> dict[str, Any]:
        """Further arguments of the form, such as its choices."""
        return {}

    def context(self) -> dict[str, Any]:
        return {}

    def act(self, form: Form) -> str:
        """Call the action; returns the address of the page that follows."""
        raise NotImplementedError

    def setup(self, request: HttpRequest, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if request.actor is None:
            raise PermissionDenied
        self.check()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self._draw(self.form_class(initial=self.initial(), **self.form_options()))

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.form_class(request.POST, initial=self.initial(), **self.form_options())
        if form.is_valid():
            try:
                return HttpResponseRedirect(self.act(form))
            except Denied as denied:
                _tell(form, [str(denied)])
            except ValidationError as refused:
                if hasattr(refused, "error_dict"):
                    for field, sentences in refused.message_dict.items():
                        _tell(form, sentences, field)
                else:
                    _tell(form, refused.messages)
            except OverflowError:  # the day after 9999-12-31
                _tell(form, ["日期太远，请核对年份。"])
        return self._draw(form)

    def _draw(self, form: Form) -> HttpResponse:
        return render(self.request, self.template_name, {"form": form} | self.context())


def _tell(form: Form, sentences: list[str], field: str = NON_FIELD_ERRORS) -> None:
    place_of = getattr(form, "field_of", {})
    for sentence in sentences:
        place = place_of.get(sentence, field)
        form.add_error(place if place in form.fields else None, sentence)
