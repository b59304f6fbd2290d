import datetime
import unicodedata
from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Lower

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from core.words import simplified
from directory.actions import passwords
from directory.enums import Role
from directory.guards import accounts as guards
from directory.models import District, Post, School, Teacher, User
from directory.selectors import teachers as teacher_rows


NO_PASSWORD = "!"  # noqa: S105 - what Django writes for an account that nobody can sign in to


@transaction.atomic
def open_account(
    *,
    username: str,
    name: str,
    password: str | None,
    now: datetime.datetime,
    actor: Actor | None = None,
) -> tuple[User, bool]:
    """Open an account, without a usable password when none is given.

    An account that exists keeps its name and posts; a given password becomes its password.
    """
    user, created = User.objects.get_or_create(
        username=username, defaults={"name": name, "created_at": now, "password": NO_PASSWORD}
    )
    if password is not None:
        passwords.set_password(user, password, now)
    if created or password is not None:
        audit.record(
            act="directory.account.open" if created else "directory.account.set_password",
            actor=actor, now=now, object_type="user", object_id=user.pk, object_label=user.name,
        )  # fmt: skip
    return user, created


@transaction.atomic
def give_post(
    *,
    user: User,
    role: str,
    first_day: datetime.date,
    now: datetime.datetime,
    district: District | None = None,
    school: School | None = None,
    actor: Actor | None = None,
) -> Post:
    """Give a user a post at one unit from that day on. Who holds it on that day keeps it as it is.

    Raises ValidationError when the role does not belong to that kind of unit, Denied when the
    actor may not issue it.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    guards.check_issue(actor, role=role, district=district, school=school)
    held = Post.objects.on(first_day).filter(user=user, role=role, district=district, school=school)
    if post := held.first():
        return post
    post = Post(user=user, role=role, district=district, school=school, period=period(first_day))
    post.full_clean()
    post.save()
    audit.record(
        act="directory.post.give", actor=actor, now=now, object_type="post", object_id=post.pk,
        object_label=f"{user.name} {post.get_role_display()}",
        district_id=district.pk if district else school.district_id,
        school_id=school.pk if school else None,
    )  # fmt: skip
    return post


@refusals_told()
@transaction.atomic
def open_with_post(
    *,
    username: str,
    name: str,
    role: str,
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    district_id: int | None = None,
    school_id: int | None = None,
) -> tuple[User, bool]:
    """Open an account with its first post, or give a further post to one that exists (X-10).

    Raises Denied when an account of that name belongs to somebody of another name. Issues no
    activation code.
    """
    district = District.objects.get(pk=district_id) if district_id else None
    school = School.objects.get(pk=school_id) if school_id else None
    guards.check_issue(actor, role=role, district=district, school=school)
    user = User.objects.filter(username__iexact=username).first()
    if user and simplified(user.name) != simplified(name):
        raise Denied(f"账号“{username}”已有人使用，且姓名不是“{name}”。请核对姓名，或换一个账号。")
    created = user is None
    if created:
        user, _ = open_account(username=username, name=name, password=None, now=now, actor=actor)
    give_post(
        user=user, role=role, first_day=first_day, district=district, school=school, actor=actor,
        now=now,
    )  # fmt: skip
    return user, created


@refusals_told()
@transaction.atomic
def open_for_teachers(
    *,
    teacher_ids: Iterable[int],
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
) -> tuple[list[User], list[tuple[str, str]]]:
    """Open an account with the post TEACHER at their unit for each teacher who has none (X-26).

    Returns the accounts opened, and (name, reason) of those passed over: no unit on that day, all
    names taken. Teachers who have an account keep it as it is and are not returned. The account's
    name is the staff number, half-width and without blanks; where another account has it, also
    one of another county, ``<staff number>-<district code>``, and then with the teacher's id.
    Raises Denied, and opens none, when one of them is outside the actor's scope.
    """
    teachers = list(
        Teacher.objects.select_for_update(of=("self",))
        .filter(pk__in=teacher_ids, user__isnull=True)
        .select_related("district")
        .order_by("pk")
    )
    places = teacher_rows.employments_on(first_day, [teacher.pk for teacher in teachers])
    schools = School.objects.in_bulk({place.unit_id for place in places.values()})
    for place in places.values():
        school = schools[place.unit_id]
        guards.check_issue(actor, role=Role.TEACHER, district=None, school=school)
    names, passed_over = _usernames(teachers), []
    opened: list[tuple[Teacher, User]] = []
    for teacher in teachers:
        if teacher.pk not in places:
            passed_over.append((teacher.name, "没有任教单位，请先在教师名册登记"))
        elif not names[teacher.pk]:
            passed_over.append((teacher.name, "工号作账号已有人使用，请单个开通"))
        else:
            user = User(
                username=names[teacher.pk], name=teacher.name, password=NO_PASSWORD, created_at=now
            )
            opened.append((teacher, user))
    users = User.objects.bulk_create([user for _, user in opened])
    for teacher, user in opened:
        teacher.user = user
    Teacher.objects.bulk_update([teacher for teacher, _ in opened], ["user"])
    posts = Post.objects.bulk_create(
        Post(
            user=user, role=Role.TEACHER, school_id=places[teacher.pk].unit_id,
            period=period(first_day),
        )
        for teacher, user in opened
    )  # fmt: skip
    audit.record_all(
        act="directory.account.open", actor=actor, now=now, object_type="user",
        objects=[
            (user.pk, user.name, places[teacher.pk].unit_id, {"teacher": teacher.pk})
            for teacher, user in opened
        ],
    )  # fmt: skip
    audit.record_all(
        act="directory.post.give", actor=actor, now=now, object_type="post",
        objects=[
            (post.pk, f"{user.name} {Role.TEACHER.label}", post.school_id, None)
            for post, user in zip(posts, users, strict=True)
        ],
    )  # fmt: skip
    return users, passed_over


def _usernames(teachers: list[Teacher]) -> dict[int, str | None]:
    """The first free name of each teacher; one query, however many they are."""
    wished = {teacher.pk: _wishes(teacher) for teacher in teachers}
    everything = {name.lower() for names in wished.values() for name in names}
    taken = set(
        User.objects.annotate(low=Lower("username"))
        .filter(low__in=everything)
        .values_list("low", flat=True)
        .order_by("low")
    )
    chosen = {}
    for teacher_id, names in wished.items():
        free = next((name for name in names if name.lower() not in taken), None)
        chosen[teacher_id] = free
        if free:
            taken.add(free.lower())
    return chosen


def _wishes(teacher: Teacher) -> list[str]:
    number = "".join(unicodedata.normalize("NFKC", teacher.staff_number).split())
    code = teacher.district.code
    return [number, f"{number}-{code}", f"{number}-{code}-{teacher.pk}"]
