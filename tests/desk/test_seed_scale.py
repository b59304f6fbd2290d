import io

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEvent
from directory.models import District, Employment, School, SchoolFacts, Teacher
from groups.models import GroupFacts, Membership


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2024-10-15T09:00:00+08:00")


def seed(counties):
    out = io.StringIO()
    call_command("seed_scale", counties=counties, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_county_of_real_size_is_entered_once():
    assert "新增 1 个县" in seed(1)
    sizes = [m.objects.count() for m in (School, Teacher, Employment, GroupFacts)]
    assert sizes == [84, 3800, 3800, 30]
    assert Membership.objects.filter(role="CORE").count() == 30
    assert SchoolFacts.objects.filter(kind="TEACHING_POINT", parent__isnull=True).count() == 0
    assert District.objects.get().code == "990001"
    assert AuditEvent.objects.count() < 10
    assert "已有 1 个县" in seed(1)
    assert Teacher.objects.count() == 3800


@pytest.mark.parametrize("counties", [0, 1000])
def test_a_senseless_number_is_refused(counties):
    with pytest.raises(CommandError, match="1 到 999"):
        seed(counties)
