import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from core.actor import Actor
from directory.enums import AccountState, Permission
from directory.models import ActivationSlip, Employment, Post, SchoolFacts, Teacher, User


def accounts_visible_to(actor: Actor) -> QuerySet[User]:
    """Accounts with a post, also one that is over, at a unit for which the actor issues accounts.

    ``state`` is what each is on the actor's day, ``slip_until`` when its open code ends,
    ``second_factor`` whether it has one.
    """
    posts = Post.objects.filter(user=OuterRef("pk"))
    slip = ActivationSlip.objects.filter(
        user=OuterRef("pk"), used_at__isnull=True, voided_at__isnull=True
    )
    return User.objects.filter(Exists(posts.filter(_issued_by(actor)))).annotate(
        state=Case(
            When(~Exists(posts.filter(_not_over(actor.on))), then=Value(AccountState.CLOSED)),
            When(~Exists(posts.on(actor.on)), then=Value(AccountState.UPCOMING)),
            When(Q(("password__startswith", "!")), then=Value(AccountState.WAITING)),
            default=Value(AccountState.IN_USE),
        ),
        slip_until=Subquery(slip.values("expires_at")[:1]),
        second_factor=Exists(
            Authenticator.objects.filter(user_id=OuterRef("pk"), type=Authenticator.Type.TOTP)
        ),
    )


def posts_of_accounts(actor: Actor, users: list[User]) -> dict[int, list[Post]]:
    """Every post of these accounts by account, the newest first, each with its ``unit_name``.

    ``in_scope`` tells whether the actor may know of it; the others are for guards only.
    """
    held: dict[int, list[Post]] = {user.pk: [] for user in users}
    rows = Post.objects.filter(user__in=held).select_related("district", "school")
    for post in rows.annotate(**_unit_name(actor.on)).order_by("-period", "pk"):
        post.in_scope = post.school_id in actor.school_ids or (
            (post.district_id or post.school.district_id) in actor.district_ids
        )
        held[post.user_id].append(post)
    return held


def posts_visible_to(actor: Actor) -> QuerySet[Post]:
    """Posts at units for which the actor issues accounts, with their ``unit_name``."""
    return (
        Post.objects.filter(_issued_by(actor))
        .select_related("user", "district", "school")
        .annotate(**_unit_name(actor.on))
    )


def posts_left(user_id: int, on: datetime.date, *, without: int) -> int:
    """How many posts of the account are in force on that day or later, besides that one."""
    return Post.objects.filter(_not_over(on), user_id=user_id).exclude(pk=without).count()


def teachers_for_accounts(actor: Actor) -> QuerySet[Teacher]:
    """Teachers whose unit the actor issues accounts for, with an account or without.

    ``unit_id`` and ``unit_name`` are those of the actor's day; a teacher without a unit on that day
    is not among them.
    """
    if not actor.may(Permission.ISSUE_ACCOUNTS):
        return Teacher.objects.none()
    here = Employment.objects.on(actor.on).filter(teacher=OuterRef("pk"))
    name = SchoolFacts.objects.on(actor.on).filter(school=OuterRef("unit_id")).values("name")[:1]
    return (
        Teacher.objects.annotate(unit_id=Subquery(here.values("unit_id")[:1]))
        .annotate(unit_name=Coalesce(Subquery(name), Value("（已撤并）")))
        .filter(
            Q(district_id__in=actor.district_ids) & Q(unit_id__isnull=False)
            | Q(unit_id__in=actor.school_ids)
        )
    )


def slips_visible_to(actor: Actor, now: datetime.datetime) -> QuerySet[ActivationSlip]:
    """Codes that can still be used, of accounts in the actor's scope; their codes nobody knows."""
    posts = Post.objects.filter(_issued_by(actor), user=OuterRef("user"))
    unit = posts.annotate(**_unit_name(actor.on)).order_by("-pk").values("unit_name")[:1]
    return (
        ActivationSlip.objects.filter(
            Exists(posts), used_at__isnull=True, voided_at__isnull=True, expires_at__gt=now
        )
        .select_related("user", "issued_by")
        .annotate(unit_name=Subquery(unit))
        .order_by("-issued_at", "user__username")
    )


def unit_choices(actor: Actor) -> list[tuple[str, str]]:
    """(value, name) of the units at which the actor may see accounts: bureaus, then schools."""
    facts = SchoolFacts.objects.on(actor.on).filter(
        Q(district_id__in=actor.district_ids) | Q(school_id__in=actor.school_ids)
    )
    schools = facts.order_by("sort_key", "pk").values_list("school_id", "name")
    return [(str(school_id), name) for school_id, name in schools]


def _issued_by(actor: Actor) -> Q:
    if not actor.may(Permission.ISSUE_ACCOUNTS):
        return Q(pk__in=[])
    return (
        Q(district_id__in=actor.district_ids)
        | Q(school__district_id__in=actor.district_ids)
        | Q(school_id__in=actor.school_ids)
    )


def _not_over(on: datetime.date) -> Q:
    return Q(period__upper_inf=True) | Q(period__endswith__gt=on)


def _unit_name(on: datetime.date) -> dict:
    name = SchoolFacts.objects.on(on).filter(school=OuterRef("school_id")).values("name")[:1]
    return {"unit_name": Coalesce(Subquery(name), F("district__bureau_name"), Value("（已撤并）"))}
