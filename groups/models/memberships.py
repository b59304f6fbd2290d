from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When

from core.periods import DateRangeField, PeriodQuerySet, no_overlap
from core.privacy import classified
from groups.enums import GroupType, MembershipRole
from groups.models.clusters import Cluster
from groups.models.groups import EducationGroup


CAMPUS = Q(type=GroupType.INTEGRATED, role=MembershipRole.MEMBER)
CORE = Q(role=MembershipRole.CORE)


@classified(plain="id group type role school cluster period reason created_at ended_reason")
class Membership(models.Model):
    """A school's or cluster's place in a group for a period (rules 1–3 of ``domain.md``).

    ``type`` is the group's type while the membership lasts: a change of type ends the memberships
    and begins new ones, so that the database can hold the rules of each type.
    """

    group = models.ForeignKey(EducationGroup, models.PROTECT, related_name="memberships")
    type = models.CharField("类型", max_length=15, choices=GroupType)
    role = models.CharField("角色", max_length=10, choices=MembershipRole)
    school = models.ForeignKey(
        "directory.School", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    period = DateRangeField("期间")
    reason = models.CharField("加入原因", max_length=200, blank=True)
    ended_reason = models.CharField("退出原因", max_length=200, blank=True)
    created_at = models.DateTimeField("录入时间")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "成员"
        ordering = ["group", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                name="groups_membership_of_a_school_or_a_cluster",
                condition=Q(school__isnull=False) ^ Q(cluster__isnull=False),
                violation_error_message="成员须是一所学校或一个片区。",
            ),
            models.CheckConstraint(
                name="groups_membership_core_is_a_school",
                condition=Q(role=MembershipRole.MEMBER) | Q(school__isnull=False),
                violation_error_message="核心校须是一所学校。",
            ),
            models.CheckConstraint(
                name="groups_membership_campus_is_a_school",
                condition=~Q(type=GroupType.INTEGRATED) | Q(school__isnull=False),
                violation_error_message="融合型集团的校区须是学校，不能是片区。",
            ),
            models.CheckConstraint(
                name="groups_membership_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            no_overlap(
                "group",
                "school",
                name="groups_membership_school_once_per_group",
                message="该学校在这段时间已在本集团中。",
                condition=Q(school__isnull=False),
            ),
            no_overlap(
                "group",
                "cluster",
                name="groups_membership_cluster_once_per_group",
                message="该片区在这段时间已在本集团中。",
                condition=Q(cluster__isnull=False),
            ),
            no_overlap(
                "group",
                name="groups_membership_one_core_at_a_time",
                message="集团在同一时间只能有一所核心校。",
                condition=CORE,
            ),
            no_overlap(
                "school",
                name="groups_membership_in_one_integrated_group",
                message="一所学校同一时间只能参加一个融合型集团。",
                condition=Q(type=GroupType.INTEGRATED),
            ),
            ExclusionConstraint(
                name="groups_membership_campus_is_not_core_elsewhere",
                expressions=[
                    ("school", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    (
                        Case(
                            When(CAMPUS, then=Value(1)),
                            default=Value(2),
                            output_field=IntegerField(),
                        ),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
                condition=CAMPUS | CORE,
                violation_error_message="融合型集团的校区不能作其他集团的核心校。",
            ),
        ]

    def __str__(self):
        return f"{self.group_id} {self.role} {self.school_id or self.cluster_id}"
