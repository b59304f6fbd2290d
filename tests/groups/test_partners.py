"""Who is in a group with whom on a day, for the scopes of other apps (X-32)."""

import datetime

import pytest

from groups.actions import clusters, groups
from groups.models import ClusterSchool
from groups.selectors.partners import partners_on
from tests.factories import county as made


pytestmark = pytest.mark.django_db
LAST = datetime.date(2024, 10, 31)
AFTER = LAST + datetime.timedelta(days=1)


def test_x32_partners_are_those_of_the_groups_of_the_day(django_assert_num_queries):
    county = made.district()
    core, member, centre, point, alone = (
        made.school(county, name)
        for name in ("实验小学", "举水乡小", "荷地乡小", "坑西小学", "城东小学")
    )
    area = clusters.create(
        district_id=county.pk, name="荷地片区", centre_id=centre.pk, school_ids=[point.pk],
        first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip
    group = groups.found(
        district_id=county.pk, name="实验小学教育集团", type="CO_BUILT", core_id=core.pk,
        member_ids=[member.pk], cluster_ids=[area.pk], first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip
    place = ClusterSchool.objects.get(school=point)
    place.period = type(place.period)(made.DAY, AFTER)
    place.save()
    days, everybody = [made.DAY, AFTER], {core.pk, member.pk, centre.pk, point.pk}
    with django_assert_num_queries(2):
        for school in (core, centre):
            assert partners_on([school.pk], days) == {
                made.DAY: everybody, AFTER: everybody - {point.pk}
            }  # fmt: skip
    assert partners_on([point.pk], days) == {made.DAY: everybody, AFTER: frozenset()}
    assert partners_on([alone.pk], days) == dict.fromkeys(days, frozenset())
    assert partners_on([], days) == dict.fromkeys(days, frozenset())
    groups.dissolve(group_id=group.pk, last_day=LAST, reason="调整", actor=None, now=made.NOW)
    assert member.pk not in partners_on([core.pk], [AFTER])[AFTER]
