"""May this be done to a group (rules 1–3)? ``check_*`` raises Denied with a sentence."""

import datetime
from collections.abc import Collection

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission, SchoolKind
from directory.guards import closings
from directory.selectors import schools
from groups.enums import GroupType, MembershipRole
from groups.models import EducationGroup, GroupFacts, Membership
from groups.selectors import clusters, integrity


def check_manage(*, actor: Actor | None, district_id: int) -> None:
    """Groups are administered by bureau staff of their district; the command line may (None)."""
    if actor is None:
        return
    if not actor.may(Permission.MANAGE_GROUPS):
        raise Denied("只有教育股可以管理集团，请联系教育股办理。")
    if district_id not in actor.district_ids:
        raise Denied("这个集团不在您的管理范围内。")


def can_manage(*, actor: Actor, district_id: int) -> bool:
    try:
        check_manage(actor=actor, district_id=district_id)
    except Denied:
        return False
    return True


def check_days_open(
    *,
    day: datetime.date,
    district_id: int,
    group_ids: Collection[int] = (),
    school_ids: Collection[int] = (),
    cluster_ids: Collection[int] = (),
) -> None:
    """Rule 7: nothing that published results rest on changes; ``day`` is the first that would.

    Results of every district concerned count: of a group that crosses districts, its members' too.
    """
    concerned = {district_id}
    if group_ids:
        held = Membership.objects.filter(group__in=group_ids).order_by()
        for both in held.values_list("school__district", "cluster__district").distinct():
            concerned |= set(both)
    if school_ids:
        concerned |= schools.districts_of(school_ids)
    if cluster_ids:
        concerned |= clusters.districts_of(cluster_ids)
    for concerned_id in sorted(concerned - {None}):
        closings.check_open(concerned_id, day)


def check_core_fits(*, group_type: str, core_id: int, district_id: int, on: datetime.date) -> None:
    """The core is a school of the group's district; that of a 融合型 group is its legal person."""
    core = schools.facts_on(on, {core_id}).get(core_id)
    if core is None:
        raise Denied("核心校在这一天还没有或不再有信息，请核对日期。")
    if core.district_id != district_id:
        raise Denied(f"“{core.name}”属于另一行政区，核心校须是本行政区的学校。")
    if group_type == GroupType.INTEGRATED and core.kind != SchoolKind.LEGAL_PERSON:
        raise Denied(f"融合型集团的核心校须是独立法人，“{core.name}”不是。")


def check_members_fit(
    *,
    group_type: str,
    core_id: int,
    school_ids: Collection[int],
    district_id: int,
    on: datetime.date,
) -> None:
    """Rule 2: a 融合型 group is one legal person, in a 共建型 one legal persons stay separate.

    Only a 协作型 group crosses districts. Raises Denied with the school's name and the cure.
    """
    facts = schools.facts_on(on, {*school_ids, core_id})
    core = facts.get(core_id)
    if core is None or not facts.keys() >= set(school_ids):
        raise Denied("学校在这一天还没有或不再有信息，请核对日期。")
    own = schools.units_below(core_id, on)
    for school_id in school_ids:
        school = facts[school_id]
        if school_id == core_id:
            raise Denied(f"“{school.name}”已是核心校，不能同时作成员校。")
        if group_type != GroupType.COLLABORATIVE and school.district_id != district_id:
            raise Denied(f"“{school.name}”属于另一行政区，只有协作型集团可以跨区县。")
        if group_type == GroupType.INTEGRATED and school.kind == SchoolKind.LEGAL_PERSON:
            raise Denied(
                f"融合型集团是一个法人，“{school.name}”是独立法人；"
                f"请先把它改为“{core.name}”的校区。"
            )
        if group_type == GroupType.INTEGRATED and school_id not in own:
            raise Denied(
                f"融合型集团是一个法人，“{school.name}”不属于“{core.name}”；"
                "请先在学校资料中改它的所属学校。"
            )
        if group_type != GroupType.INTEGRATED and school_id in own:
            raise Denied(
                f"“{school.name}”是核心校“{core.name}”自己的校区或学部，不能作它的成员校。"
            )
        if group_type != GroupType.INTEGRATED and core.parent_id == school_id:
            raise Denied(f"核心校“{core.name}”是“{school.name}”的一部分，不能以它为成员校。")


def check_cluster_fits(
    *, group_type: str, cluster_id: int, district_id: int, on: datetime.date
) -> None:
    """A 片区 joins a 共建型 or 协作型 group while it has a centre school (B2-7)."""
    if group_type == GroupType.INTEGRATED:
        raise Denied("片区不能参加融合型集团；融合型集团的校区须是学校。")
    cluster = clusters.cluster_on(cluster_id, on)
    if cluster is None:
        raise Denied("片区在这一天还没有中心校或已撤销，请核对日期。")
    if group_type != GroupType.COLLABORATIVE and cluster.district_id != district_id:
        raise Denied(f"“{cluster.name}”属于另一行政区，只有协作型集团可以跨区县。")


def check_may_leave(*, membership: Membership, last_day: datetime.date) -> None:
    """Rule 1: the core is replaced, never taken away; the last member goes by dissolving."""
    if membership.role == MembershipRole.CORE:
        raise Denied("核心校不能退出；请更换核心校，或解散集团。")
    after = last_day + datetime.timedelta(days=1)
    if membership.period.lower > last_day:
        raise Denied("退出日期早于加入日期，请核对。")
    others = Membership.objects.on(after).filter(
        group=membership.group_id, role=MembershipRole.MEMBER
    )
    if not others.exclude(pk=membership.pk).exists():
        raise Denied("集团至少要有一所成员校；最后一所退出时请解散集团。")


def check_in_force(group: EducationGroup, on: datetime.date) -> GroupFacts:
    """The group's facts on a day. Raises Denied when it is not founded yet or dissolved."""
    facts = GroupFacts.objects.on(on).filter(group=group).first()
    if facts is None:
        raise Denied("集团在这一天尚未成立或已解散，请核对日期。")
    return facts


def check_open(group: EducationGroup, on: datetime.date) -> GroupFacts:
    """As ``check_in_force``, and no dissolution or change of type is entered for a later day."""
    facts = check_in_force(group, on)
    if facts.period.upper is not None:
        raise Denied(f"集团自 {facts.period.upper} 起已有解散或变更，请先处理那一次变更。")
    return facts


def check_nothing_later(group: EducationGroup, day: datetime.date) -> None:
    """A change of the whole group is refused while something of it begins on that day or later."""
    begins = {"group": group, "period__startswith__gte": day}
    if Membership.objects.filter(**begins).exists() or GroupFacts.objects.filter(**begins).exists():
        raise Denied("集团已有在这一天或之后生效的变更，请先处理那一次变更。")


def check_cluster_is_free(*, cluster_id: int, after: datetime.date) -> None:
    """A 片区 is dissolved only when no group holds it as member any more."""
    held = Membership.objects.filter(cluster=cluster_id, period__endswith__isnull=True)
    later = Membership.objects.filter(cluster=cluster_id, period__endswith__gt=after)
    if held.exists() or later.exists():
        raise Denied("片区还是集团的成员；请先让它退出集团，再撤销。")


def check_whole(*group_ids: int) -> None:
    """Rule 1, asked after writing: a core and a member on every day, no school there twice."""
    if group_ids and (found := integrity.broken_groups(group_ids)):
        raise Denied(found[0].message)
