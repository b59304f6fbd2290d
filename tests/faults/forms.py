"""The forms of the product as a browser finds them on its pages, filled in and sent.

Nothing is known here about any one form: what stands on the page is read, fields that are empty
are filled by what they are, and the address of the form takes it.
"""

import dataclasses
import datetime
import html.parser
import itertools
import urllib.parse
from collections.abc import Iterator

from django.urls import Resolver404, resolve

from core import clock
from tests.architecture.test_url_walk import NAMED, OPEN, filled, signed_in


TEXT = {"text", "search", "textarea", "email", "tel", "url", "password"}
WORD = "试填"
# Leaves the account, or wears another hat: what follows would be asked as somebody else.
LEAVES = {"account_logout", "post-choose", "account_login"}
NO_PAGE = {*OPEN, "file-download", "log-photo"}


@dataclasses.dataclass
class Field:
    name: str
    kind: str  # of the input, or select, textarea, button
    value: str = ""
    options: list[str] = dataclasses.field(default_factory=list)
    limits: dict = dataclasses.field(default_factory=dict)
    chosen: bool = False
    several: bool = False


@dataclasses.dataclass
class Form:
    """One form of one page, as one role sees it. ``name`` is its address's URL name."""

    role: str
    page: str
    action: str
    name: str
    fields: list[Field]

    @property
    def key(self) -> tuple:
        buttons = (it.value for it in self.fields if it.kind == "button")
        return (self.name, *sorted({it.name for it in self.fields}), *sorted(buttons))

    def has(self, kinds) -> bool:
        return any(field.kind in kinds for field in self.fields)

    def all_of(self, text: str) -> dict:
        """The same in every field, whatever the field is for."""
        return {field.name: [text] for field in self.fields if field.kind != "file"}

    def data(self, typed=None, kinds=()) -> Iterator[dict]:
        """What the form sends, once for each of its named buttons.

        ``typed`` goes over every field of those kinds; other fields stay as they are, the empty
        ones get something plain.
        """
        buttons = [it for it in self.fields if it.kind == "button"] or [None]
        for button in buttons:
            sent: dict[str, list] = {}
            for field in self.fields:
                if field.kind != "button":
                    given = typed if field.kind in kinds else _value(field, sent)
                    if given is not None:
                        sent.setdefault(field.name, []).append(given)
            if button:
                sent[button.name] = [button.value]
            yield sent


def _value(field: Field, sent: dict):
    """As a person in a hurry fills it: what stands there, else anything that fits."""
    match field.kind:
        case "checkbox":
            return field.value if field.chosen or field.name not in sent else None
        case "radio":
            return field.value if field.chosen or field.name not in sent else None
        case "file":
            return None
        case "select":
            return field.value or next((it for it in field.options if it), "")
        case "date":
            return field.value or str(clock.today() + datetime.timedelta(days=1))
        case "number":
            return field.value or field.limits.get("min", "1")
        case "time":
            return field.value or "10:00"
        case "month":
            return field.value or f"{clock.today():%Y-%m}"
        case "hidden":
            return field.value
        case _:
            return field.value or (WORD * 8)[: int(field.limits.get("maxlength", 4))]


class Reader(html.parser.HTMLParser):
    """Collects the forms with ``method=post`` and their fields, ``form=`` of fields outside too."""

    def __init__(self, page: str):
        super().__init__()
        self.page, self.forms, self.strays = page, [], []
        self.form = self.select = self.area = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = (given, [])
            self.forms.append(self.form)
        elif tag == "option" and self.select:
            self.select.options.append(given.get("value", ""))
            if "selected" in given:
                self.select.value = given.get("value", "")
        elif tag in {"input", "select", "textarea", "button"} and given.get("name"):
            self._take(tag, given)

    def _take(self, tag, given):
        if "disabled" in given or (tag == "button" and given.get("type", "submit") != "submit"):
            return
        kind = given.get("type", "text") if tag == "input" else tag
        field = Field(
            given["name"], "button" if kind in {"submit", "image"} else kind,
            given.get("value", "on" if kind == "checkbox" else ""),
            limits={key: given[key] for key in ("min", "max", "maxlength") if key in given},
            chosen="checked" in given, several="multiple" in given,
        )  # fmt: skip
        if field.name == "csrfmiddlewaretoken":
            return
        if "form" in given:
            self.strays.append((given["form"], field))
        elif self.form:
            self.form[1].append(field)
        self.select = field if tag == "select" else self.select
        self.area = field if tag == "textarea" else None

    def handle_data(self, data):
        if self.area:
            self.area.value += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def found(self) -> Iterator[tuple[str, list[Field]]]:
        for given, fields in self.forms:
            own = [field for place, field in self.strays if place == given.get("id")]
            if given.get("method", "get").lower() == "post":
                yield urllib.parse.urljoin(self.page, given.get("action") or ""), fields + own


def forms_on(content: str, page: str, role: str) -> list[Form]:
    reader = Reader(page)
    reader.feed(content)
    found = []
    for action, fields in reader.found():
        try:
            name = resolve(urllib.parse.urlsplit(action).path).url_name
        except Resolver404:
            continue
        if name not in LEAVES:
            found.append(Form(role, page, action, name, fields))
    return found


def every_form(county, roles) -> list[Form]:
    """Each form once, with the first of the roles that is shown it."""
    found: dict[tuple, Form] = {}
    for role in roles:
        client = signed_in(county, role)
        pages = (
            filled(name, route, converters, side)
            for side, (name, route, converters) in itertools.product([county.core], NAMED)
            if name not in NO_PAGE and not route.startswith("api/")
        )
        for page in pages:
            answer = client.get(page)
            kind = answer.headers.get("Content-Type", "")
            if answer.streaming:
                b"".join(answer.streaming_content)
            if answer.status_code == 200 and kind.startswith("text/html"):
                for form in forms_on(answer.content.decode(), page, role):
                    found.setdefault(form.key, form)
    return list(found.values())
