"""Who reads and who changes the pages on which a year is set up (X-11, X-32)."""

import pytest
from django.urls import reverse

from assessment.actions import scores
from assessment.models import Indicator, Scheme
from core.models import AuditEvent
from directory.enums import Role
from tests.assessment import counties
from tests.assessment.test_setup_pages import OF_ONE, PAGES, address, send, shown, sign_in, text
from tests.factories import county as made


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", counties.AT)


@pytest.fixture
def county():
    return counties.pair()


@pytest.fixture
def scheme(county):
    return counties.draft(county)


@pytest.fixture
def page(client, county):
    sign_in(client, county.clerk)
    return client


@pytest.mark.parametrize("role", [Role.BUREAU_HEAD, Role.LEADERSHIP, Role.BUREAU_INSPECTION])
def test_head_and_leadership_read_and_change_nothing(client, county, scheme, role):
    held = counties.entrant(scheme, county, "甲小")
    sign_in(client, made.actor(role, at=county.district))
    for name in (*PAGES, *OF_ONE):
        content = shown(client, name, scheme, held if name in OF_ONE else None)
        assert '<form method="post" novalidate>' not in content
        assert 'name="act"' not in content
    assert "由教育股编制和录入，您可以查看。" in shown(client, "scheme-setup", scheme)
    assert client.get(reverse("scheme-new")).status_code == 404
    before = list(Scheme.objects.values()), AuditEvent.objects.count()
    only = scores.field_of(Indicator.objects.get(scheme=scheme).pk)
    answer = send(client, "entrant-scores", scheme, held, status=422, **{only: "90"})
    send(client, "scheme-setup", scheme, status=422, act="pool-add", **{"new-name": "新"})
    send(client, "entrant-edit", scheme, held, status=422, act="out", reason="试探")
    assert answer.status_code == 422
    assert (list(Scheme.objects.values()), AuditEvent.objects.count()) == before


@pytest.mark.parametrize(
    ("state", "sentence"), [("SUBMITTED", "先撤回送审"), ("PUBLISHED", "发布后的结果锁定")]
)
def test_x11_a_locked_version_says_why_and_has_no_forms(page, county, scheme, state, sentence):
    counties.score(county, scheme, 甲小=90)
    held = counties.entrant(scheme, county, "甲小")
    if state == "PUBLISHED":
        counties.apart(county, scheme, "甲分校", False)
        counties.publish(county, scheme)
    else:
        Scheme.objects.filter(pk=scheme.pk).update(state=state)
    for name in (*PAGES, *OF_ONE):
        content = shown(page, name, scheme, held if name in OF_ONE else None)
        assert sentence in content
        assert 'name="act"' not in content
    only = scores.field_of(Indicator.objects.get(scheme=scheme).pk)
    answer = send(page, "entrant-scores", scheme, held, status=422, **{only: "91"})
    assert sentence in text(answer, 422)


def test_another_countys_clerk_meets_404(client, county, scheme):
    held = counties.entrant(scheme, county, "甲小")
    sign_in(client, made.clerk_of(made.district("331124", "松阳县"), username="far"))
    assert "还没有年度考核" in text(client.get(reverse("scheme-list")))
    for name in (*PAGES, *OF_ONE):
        where = address(name, scheme, held if name in OF_ONE else None)
        assert client.get(where).status_code == 404
        assert client.post(where).status_code == 404
