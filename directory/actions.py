import datetime

from django.db import transaction

from core.periods import period
from directory.models import District, Post, School, User


@transaction.atomic
def add_district(
    *, code: str, name: str, bureau_name: str = "", is_sample: bool = False
) -> tuple[District, bool]:
    """Enter a district. One with that code is left as it is; the flag says whether it is new."""
    return District.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "bureau_name": bureau_name or f"{name}教育局",
            "is_sample": is_sample,
        },
    )


@transaction.atomic
def add_school(*, district: District, name: str, code: str | None = None) -> tuple[School, bool]:
    """Enter a school by name. One of that name in the district is left as it is."""
    return School.objects.get_or_create(district=district, name=name, defaults={"code": code})


@transaction.atomic
def open_account(
    *, username: str, name: str, password: str | None, now: datetime.datetime
) -> tuple[User, bool]:
    """Open an account, without a usable password when none is given.

    An account that exists keeps its name and posts; a given password becomes its password.
    """
    user, created = User.objects.get_or_create(
        username=username, defaults={"name": name, "created_at": now, "password": "!"}
    )
    if password is not None:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user, created


@transaction.atomic
def give_post(
    *,
    user: User,
    role: str,
    first_day: datetime.date,
    district: District | None = None,
    school: School | None = None,
) -> Post:
    """Give a user a post at one unit from that day on. Who holds it on that day keeps it as it is.

    Raises ValidationError when the role does not belong to that kind of unit.
    """
    held = Post.objects.on(first_day).filter(user=user, role=role, district=district, school=school)
    if post := held.first():
        return post
    post = Post(user=user, role=role, district=district, school=school, period=period(first_day))
    post.full_clean()
    post.save()
    return post
