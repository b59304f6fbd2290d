"""Every form of the product: hostile text, the second click, clocks that jump, fields not on it.

The forms are those that the pages show (``tests.faults.forms``); a form that is new is walked
without anybody saying so.
"""

import os
import re
from unittest import mock

from django.apps import apps
from django.db import connection, models, transaction

from core.models import AuditEvent
from directory.enums import Role
from tests.architecture.test_url_walk import form_of, signed_in
from tests.architecture.walked import TwoCounties
from tests.faults import forms


ROLES = (
    Role.BUREAU_EDUCATION, Role.BUREAU_PERSONNEL, Role.BUREAU_HEAD, Role.PRINCIPAL, Role.TEACHER,
)  # fmt: skip
MIXED = '<script>alert(1)</script>"><img src=http://127.0.0.1:9/x>{{7*7}}\u202e'
SHORT = "<u>{{7*7}}"  # where the former is too long
TYPED = (MIXED, SHORT, "甲\0乙", "长" * 100_000)
SENT = ("9" * 30, "甲\0乙", "-1")
DAYS = ("0001-01-01", "9999-12-31")
RAW = ("<script>alert", "<img src=http", "<u>{{", "<u>49", "}49", ">49<")
JUMPS = (
    "2024-10-15T08:00:00+08:00",  # back an hour
    "2024-11-15T09:00:00+08:00",  # ahead a month
    "2026-11-15T09:00:00+08:00",  # ahead two years, of which no calendar was entered
)
# A second click on 保存 is written down again, and changes nothing.
SAVED_AGAIN = {
    "directory.school.count", "directory.calendar.set_terms", "exchange.line.change",
    "exchange.placement.set_duty",
    "resources.feed.renew",  # each click makes a new address and ends the one before
}  # fmt: skip
READS = re.compile(r"\.(reveal|export|download|print)")  # each reading is written down
# What nobody may set by sending it along.
MADE_UP = {
    "state": "APPROVED", "status": "APPROVED", "created_by": "1", "created_by_id": "1",
    "created_at": "2001-01-01", "decided_by": "1", "is_active": "0", "is_superuser": "1",
    "is_staff": "1", "password": "x", "version": "99", "pk": "1", "id": "1", "approved": "1",
    "actor": "1", "owner_id": "1", "period": "[2001-01-01,2001-01-02)", "permissions": "ALL",
    "sha256": "x", "guard": "import", "user_name": "某人",
}  # fmt: skip
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.label.partition(".")[0] not in {"axes", "sessions"}
    and model._meta.label not in {"directory.Session", "core.AuditEvent", "core.AuditSeal"}
]
TELLING = (
    models.CharField, models.TextField, models.BooleanField, models.DateField,
    models.DecimalField,
)  # fmt: skip
RANDOM = {"feed_key", "token_hash", "code_hash", "password", "content", "sha256", "source"}


def asked_of_tables(question: str) -> dict[str, object]:
    """The same asked of every table, in one statement."""
    parts = []
    for model in MODELS:
        columns = [
            f'"{it.column}"::text'
            for it in model._meta.concrete_fields
            if isinstance(it, TELLING) and not it.primary_key and it.name not in RANDOM
        ]
        row = f"concat_ws('~', {', '.join(['1', *columns])})"
        told = question.format(row=row)
        parts.append(f'(SELECT {told} FROM "{model._meta.db_table}")')  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts))
        return dict(zip(MODELS, cursor.fetchone(), strict=True))


def counted() -> dict:
    return asked_of_tables("count(*)")


def written() -> dict:
    """What stands in every table, but for keys and what is drawn by lot."""
    return asked_of_tables("md5(string_agg({row}, '|' ORDER BY {row}))")


def different(one: dict, other: dict) -> list[str]:
    return [model._meta.label for model in one if one[model] != other[model]]


def body_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


class Forms(TwoCounties):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.forms = forms.every_form(cls.here, ROLES)

    def setUp(self):
        self.clients = {role: signed_in(self.here, role) for role in ROLES}

    def sent(self, form, data):
        """The answer to the form, followed by the page that it leads to; writes are taken back."""
        client = self.clients[form.role]
        with transaction.atomic():
            answers = [answer := client.post(form.action, data)]
            if answer.status_code == 302:
                answers.append(client.get(answer["Location"]))
            told = "".join(map(body_of, answers))
            transaction.set_rollback(True)
        return max(it.status_code for it in answers), told

    def wrong(self, posts, never=()) -> dict:
        """What failed, and what told one of the strings that no page may hold."""
        found = {}
        for form, data in posts:
            status, told = self.sent(form, data)
            if status >= 500 or any(it in told for it in never):
                found[form.page, form.name] = (status, [it for it in never if it in told])
        return found

    def test_there_are_forms(self):
        assert len(self.forms) > 90
        assert len({form.name for form in self.forms}) > 70

    def test_hostile_text_is_refused_or_shown_as_text(self):
        texts = [form for form in self.forms if form.has(forms.TEXT)]
        for text in TYPED:
            with self.subTest(text=text[:40]):
                posts = [(form, data) for form in texts for data in form.data(text, forms.TEXT)]
                assert self.wrong(posts, RAW) == {}

    def test_nonsense_in_every_field_is_no_failure(self):
        for text in SENT:
            with self.subTest(text=text):
                assert self.wrong([(form, form.all_of(text)) for form in self.forms]) == {}
        assert self.wrong([(form, {}) for form in self.forms]) == {}

    def test_days_at_both_ends_of_the_calendar_are_no_failure(self):
        dated = [form for form in self.forms if form.has({"date"})]
        for day in DAYS:
            with self.subTest(day=day):
                posts = [(form, data) for form in dated for data in form.data(day, {"date"})]
                assert self.wrong(posts) == {}

    def test_a_clock_that_jumps_is_no_failure(self):
        for now in JUMPS:
            with self.subTest(now=now), mock.patch.dict(os.environ, {"TONGXING_NOW": now}):
                posts = [(form, data) for form in self.forms for data in form.data()]
                assert self.wrong(posts) == {}

    def test_a_second_click_does_nothing_more(self):
        wrong, effects = {}, 0
        for form in self.forms:
            client = self.clients[form.role]
            for data in form.data():
                with transaction.atomic():
                    before, events = counted(), AuditEvent.objects.count()
                    body_of(client.post(form.action, data))
                    once, told = counted(), AuditEvent.objects.count()
                    body_of(client.post(form.action, data))
                    twice = counted()
                    acts = AuditEvent.objects.order_by("pk").values_list("act", flat=True)
                    acts = {it for it in acts[told:] if not READS.search(it)} - SAVED_AGAIN
                    transaction.set_rollback(True)
                effects += once != before or told > events
                if acts or (more := different(once, twice)):
                    wrong[form.role, form.action] = (acts, more)
        assert wrong == {}
        assert effects > 40

    def test_fields_that_are_not_on_the_form_change_nothing(self):
        """Rows of another county, states and makers, sent along with what the form asks for."""
        extras = form_of(self.there.core) | MADE_UP
        wrong = {}
        for form in self.forms:
            own = {field.name for field in form.fields}
            more = {key: value for key, value in extras.items() if key not in own}
            for data in filter(None, form.data()):
                left = []
                for sent in (data, more | data):
                    with transaction.atomic():
                        answer = self.clients[form.role].post(form.action, sent)
                        told = body_of(answer)
                        left.append((answer.status_code, written()))
                        transaction.set_rollback(True)
                    if answer.status_code >= 500 or any(it in told for it in self.there.secrets):
                        wrong[form.name] = answer.status_code
                (status, plain), (other, filled) = left
                if status != other or different(plain, filled):
                    wrong[form.action] = (status, other, different(plain, filled))
        assert wrong == {}
