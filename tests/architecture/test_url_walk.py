"""Every address × every role × own, other school, other county and stranger.

A new address fails here until ``PLACES`` says what its parts name. It then is asked as everybody:

- a stranger is led to sign in (the API answers 401);
- rows of another county are 404, or 403 where the page itself is not for the role, as pages and
  as POSTs, and nothing of that county changes;
- rows of another school of the county are the same for the roles of a school;
- one's own open for somebody, and nothing fails for anybody;
- no answer holds a name, an ID number or a phone of the other county.
"""

import functools
from collections.abc import Iterator

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from directory.enums import SCHOOL_ROLES, Role
from tests.architecture import walked_county
from tests.architecture.walked import TwoCounties


# Pages on which a year is worked on, while it is a draft; what schools read is published.
WORKED_ON = (
    "entrant-edit", "entrant-scores", "scheme-entrants", "scheme-missing", "scheme-projects",
    "scheme-scores", "scheme-setup", "scheme-submit", "scheme-upload", "scheme-what-if",
)  # fmt: skip
# What a part of an address names: an attribute of one side of a walked county.
PLACES = {
    "api-booking-detail": {"id": "booking"},
    "api-facility-detail": {"id": "facility"},
    "api-district-detail": {"id": "district"},
    "api-filing-detail": {"id": "filing"},
    "api-group-detail": {"id": "group"},
    "api-membership-detail": {"id": "membership"},
    "api-school-detail": {"id": "school"},
    "api-teacher-detail": {"id": "teacher"},
    "file-download": {"file_id": "file"},
    "filing-reject": {"filing_id": "validated_filing"},
    "filing-step-back": {"filing_id": "validated_filing"},
    "job-cancel": {"job_id": "job"},
    "job-detail": {"job_id": "job"},
    "account-post-end": {"pk": "post"},
    "account-second-factor-reset": {"user_id": "user"},
    "calendar-day-remove": {"school_year": "school_year", "day_id": "day"},
    "api-report-detail": {"id": "report"},
    "api-result-detail": {"id": "result"},
    "api-scheme-detail": {"id": "scheme"},
    "api-score-detail": {"id": "score"},
    "api-placement-detail": {"id": "placement"},
    "api-logentry-detail": {"id": "log_entry"},
    "placement-arrive": {"placement_id": "arriving"},
    "placement-duty": {"placement_id": "arriving"},
    "placement-end": {"placement_id": "running"},
    "roster-approve": {"filing_id": "judged_roster"},
    "roster-line-confirm": {"line_id": "waiting_line"},
    "roster-line-decline": {"line_id": "waiting_line"},
    "roster-line-new": {"filing_id": "draft_roster"},
    "roster-line-refuse": {"line_id": "judged_line"},
    "roster-line-restore": {"line_id": "judged_line"},
    "roster-of-filing": {"filing_id": "draft_roster"},
    "roster-reopen": {"filing_id": "approved_roster"},
    "roster-sheet": {"filing_id": "judged_roster"},
    "roster-upload": {"filing_id": "draft_roster"},
    "report-job-cancel": {"job_id": "report_job"},
    "report-job-retry": {"job_id": "report_job"},
    **{name: {"scheme_id": "draft", "entrant_id": "entrant"} for name in WORKED_ON},
}
# Parts that name the same wherever they stand.
PARTS = {
    "batch_id": "batch",
    "booking_id": "booking",
    "cluster_id": "cluster",
    "day": "log_day",
    "deputyship_id": "deputyship",
    "entry_id": "log_entry",
    "facility_id": "facility",
    "feed_key": "feed_key",
    "filing_id": "filing",
    "group_id": "group",
    "identity": "identity",
    "kind": "kind",
    "line_id": "line",
    "manual_name": "manual_name",
    "membership_id": "membership",
    "number": "number",
    "objection_id": "objection",
    "place_id": "place",
    "photo_id": "log_photo",
    "placement_id": "placement",
    "report_id": "report",
    "row_id": "row",
    "scheme_id": "scheme",
    "series_id": "series",
    "school_id": "school",
    "school_year": "school_year",
    "teacher_id": "teacher",
    "unit_id": "unit",
    "user_id": "user",
}
# Open to a stranger, each with what it answers to GET.
OPEN = {
    "account-activate": 200,
    "account-activated": 200,
    "account_login": 200,
    "mfa_authenticate": 302,
    "account_logout": 302,
    "api-nothing": 404,
    "api-token": 405,
    "healthz": 200,
    "manual-list": 200,
    "manual-page": 200,
    "readyz": 200,
    "feed-ics": 200,
    "report-verify": 200,
    "report-verify-number": 200,
}
# Addresses whose parts name no row of anybody: years and the like.
OF_NOBODY = {
    "calendar-day-new",
    "calendar-terms",
    "calendar-year",
    "feed-ics",  # whoever holds the address reads it, without an account
    "import-new",
    "import-template",
    "manual-page",
    "report-verify-number",  # whoever holds the paper may ask, without an account
    "rule-detail",
    "rule-drop",
    "rule-own",
    "rule-withdraw",
}
# Pages that name schools of other counties: only a 协作型 group crosses districts, and a school's
# name is not secret.
NAMES_SCHOOLS_ELSEWHERE = {"group-join", "group-new", "group-core"}
# What the whole county may read: a published year is one for all its schools, each sees its own
# rows of it; both sides name the same version.
SHARED_IN_A_COUNTY: set[str] = {
    "api-scheme-detail",
    "objection-new",
    "scheme-export",
    "scheme-history",
    "scheme-objections",
    "scheme-results",
}
# POSTs that answer alike for what is gone, was never there and is not one's own.
GONE_IS_DONE = {"calendar-day-remove"}
NOT_YOURS = {403, 404, 405}
QUERY = {"page_size": "200"}


def addresses(patterns=None, prefix="") -> Iterator[tuple[str, str, dict]]:
    """(URL name, route, converters) of every address."""
    for it in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(it.pattern)
        if isinstance(it, URLPattern):
            yield it.name, route, it.pattern.converters
        else:
            yield from addresses(it.url_patterns, route)


def parts_of(name: str, converters: dict) -> dict[str, str]:
    return {part: PLACES.get(name, PARTS).get(part) or PARTS.get(part) for part in converters}


def filled(name: str, route: str, converters: dict, side) -> str:
    """The address with the rows of that side in it."""
    address = "/" + route
    for part, key in parts_of(name, converters).items():
        start = next(
            address[: address.index(hit) + len(hit)]
            for hit in (f":{part}>", f"<{part}>")
            if hit in address
        )
        begin = start.rindex("<")
        address = address[:begin] + str(getattr(side, key)) + address[len(start) :]
    return address


NAMED = list(addresses())
OF_ROWS = [it for it in NAMED if it[2] and it[0] not in OF_NOBODY]
PLAIN = [it for it in NAMED if not it[2] or it[0] in OF_NOBODY]


def every(roles):
    """Run the test as each role."""

    def wrap(test):
        @functools.wraps(test)
        def run(self):
            for role in roles:
                with self.subTest(role=role):
                    test(self, role)

        return run

    return wrap


def signed_in(county, role) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(county.users[role])
    return client


def asked(client: Client, address: str, data=None, *, post=False):
    """One request, whose writes are taken back."""
    with transaction.atomic():
        answer = client.post(address, data or {}) if post else client.get(address, data or {})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.told = content.decode(errors="replace") + str(answer.headers)
        transaction.set_rollback(True)
    return answer


def secrets_told(answer, county, name) -> list[str]:
    names = () if name in NAMES_SCHOOLS_ELSEWHERE else county.school_names
    return [secret for secret in (*county.secrets, *names) if secret in answer.told]


def test_every_address_says_what_its_parts_name():
    unknown = {
        name: sorted(part for part, key in parts_of(name, converters).items() if key is None)
        for name, _, converters in NAMED
        if None in parts_of(name, converters).values()
    }
    assert unknown == {}
    assert [route for name, route, _ in NAMED if not name] == []


class Walk(TwoCounties):
    def test_a_stranger_is_led_to_sign_in(self):
        client, wrong = Client(raise_request_exception=False), {}
        for name, route, converters in NAMED:
            address = filled(name, route, converters, self.here.core)
            for post in (False, True):
                answer = asked(client, address, post=post)
                sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
                fine = answer.status_code == 401 if address.startswith("/api/") else sign_in
                if name in OPEN:
                    fine = (
                        answer.status_code == OPEN[name] if not post else answer.status_code < 500
                    )
                if not fine or secrets_told(answer, self.here, ""):
                    wrong[address, post] = answer.status_code
        assert wrong == {}

    @every(Role)
    def test_other_counties_are_out_of_sight_and_out_of_reach(self, role):
        client, wrong = signed_in(self.here, role), {}
        before = walked_county.snapshot(self.there)
        for name, route, converters in OF_ROWS:
            for side in (self.there.core, self.there.far):
                address = filled(name, route, converters, side)
                for post in (False, True):
                    answer = asked(client, address, form_of(side) if post else None, post=post)
                    told = secrets_told(answer, self.there, name)
                    done = post and name in GONE_IS_DONE and answer.status_code == 302
                    if not (done or answer.status_code in NOT_YOURS) or told:
                        wrong[name, post] = (answer.status_code, told)
        for name, route, converters in PLAIN:
            address = filled(name, route, converters, self.here.core)
            for data in (QUERY, query_of(self.there.core), {"q": self.there.letter + "县"}):
                answer = asked(client, address, data)
                told = secrets_told(answer, self.there, name)
                if "q" in data and not address.startswith("/api/"):
                    told = [it for it in told if it != self.there.letter + "县"]
                if answer.status_code >= 500 or told:
                    wrong[name, str(data)] = (answer.status_code, told)
        assert wrong == {}
        assert walked_county.snapshot(self.there) == before

    @every(Role)
    def test_forms_take_no_rows_of_another_county(self, role):
        """Posted to addresses of one's own, with the other county's rows in every field."""
        client, wrong = signed_in(self.here, role), {}
        before = walked_county.snapshot(self.there)
        for name, route, converters in NAMED:
            if name in OPEN:
                continue
            address = filled(name, route, converters, self.here.core)
            with transaction.atomic():
                answer = client.post(address, form_of(self.there.core))
                body = b"" if answer.streaming else answer.content
                changed = walked_county.snapshot(self.there) != before
                told = [it for it in self.there.secrets if it.encode() in body]
                transaction.set_rollback(True)
            if answer.status_code >= 500 or changed or told:
                wrong[name] = (answer.status_code, "changed" if changed else told)
        assert wrong == {}

    @every(sorted(SCHOOL_ROLES))
    def test_other_schools_are_out_of_sight_for_a_school(self, role):
        client, wrong = signed_in(self.here, role), {}
        for name, route, converters in OF_ROWS:
            if name in SHARED_IN_A_COUNTY or name.endswith("district-detail"):
                continue
            address = filled(name, route, converters, self.here.far)
            for post in (False, True):
                answer = asked(client, address, form_of(self.here.far) if post else None, post=post)
                if answer.status_code not in NOT_YOURS:
                    wrong[name, post] = answer.status_code
        assert wrong == {}

    def test_ones_own_opens_for_somebody_and_fails_for_nobody(self):
        opened, failed = set(), {}
        for role in Role:
            client = signed_in(self.here, role)
            for name, route, converters in NAMED:
                address = filled(name, route, converters, self.here.core)
                for post in (False, True):
                    answer = asked(client, address, post=post)
                    if answer.status_code in {200, 302, 405}:
                        opened.add(name)
                    if answer.status_code >= 500:
                        failed[name, role, post] = answer.status_code
        assert failed == {}
        assert {name for name, *_ in NAMED} - opened == {"api-nothing"}


def form_of(side) -> dict:
    """The rows of a side under every name that a form of ours gives to such a row."""
    fields = {key: str(value) for key, value in vars(side).items()}
    fields |= {f"{key}_id": value for key, value in fields.items()}
    fields |= {f"{key}s": value for key, value in fields.items() if not key.endswith("_id")}
    return fields | {
        "core": fields["school"], "centre": fields["school"], "members": fields["partner"],
        "member": fields["school"], "employer": fields["school"], "parent": fields["school"],
        "chosen": fields["teacher"], "pick": fields["school"], "first_day": "2024-11-01",
        "last_day": "2024-11-01", "reason": "试探", "name": "试探", "type": "COLLABORATIVE",
        "field": "id_number", "role": "TEACHER", "nonce": "试探",
    }  # fmt: skip


def query_of(side) -> dict:
    return {key: str(value) for key, value in vars(side).items()} | {"at": str(side.school)}
