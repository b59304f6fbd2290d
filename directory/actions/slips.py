"""Activation slips: one-time codes with which people without e-mail set their password (X-26)."""

import dataclasses
import datetime
from collections.abc import Collection

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.crypto import blind_index
from core.errors import Denied, refusals_told
from directory.actions import accounts, passwords, sessions
from directory.guards import accounts as guards
from directory.models import ActivationSlip, Post, Teacher, User
from directory.selectors import people


ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without 0 O 1 I L, which a slip's reader confuses
LENGTH = 12
VALID_FOR = datetime.timedelta(days=14)
AGAIN = "请找为您开通账号的管理员重发激活码。"


class WrongCode(Denied):
    """No such account, or not its code; the two look alike. Counts as an attempt to guess."""


@dataclasses.dataclass(frozen=True)
class Issued:
    """A slip to print. Without a code it can not be shown again, and ``note`` says why."""

    user: User
    code: str
    expires_at: datetime.datetime
    note: str = ""


@transaction.atomic
def issue(
    *, user_ids: Collection[int], nonce: str, actor: Actor, now: datetime.datetime
) -> list[Issued]:
    """Issue a code for each account; the code that was open before is void from now on.

    The present password, if there is one, works until the code is used. The codes are in the
    answer only; stored is their hash. They follow from ``nonce`` (one a form), so that the same
    form sent twice gives the same slips instead of voiding those that the person looks at.
    Raises Denied, and issues none, when one of the accounts has a post that the actor may not
    issue, or none that is not over.
    """
    users = list(
        User.objects.select_for_update(of=("self",)).filter(pk__in=user_ids).order_by("pk")
    )
    held: dict[int, list[Post]] = {user.pk: [] for user in users}
    posts = Post.objects.filter(user__in=users).select_related("district", "school")
    for post in posts.order_by("pk"):
        held[post.user_id].append(post)
    for user in users:
        guards.check_issue_slip(actor, held[user.pk], actor.on)
    codes = {user.pk: _code(_seed(actor, nonce, user.pk)) for user in users}
    hashes = {user_id: _hash(code) for user_id, code in codes.items()}
    known = {
        slip.user_id: slip
        for slip in ActivationSlip.objects.filter(code_hash__in=hashes.values()).order_by("pk")
    }
    fresh = [user for user in users if user.pk not in known]
    ActivationSlip.objects.filter(
        user__in=fresh, used_at__isnull=True, voided_at__isnull=True
    ).update(voided_at=now)
    slips = ActivationSlip.objects.bulk_create(
        ActivationSlip(
            user=user, code_hash=hashes[user.pk], issued_by_id=actor.user_id, issued_at=now,
            expires_at=now + VALID_FOR,
        )
        for user in fresh
    )  # fmt: skip
    audit.record_all(
        act="directory.slip.issue", actor=actor, now=now, object_type="user",
        objects=[
            (user.pk, user.name, next((p.school_id for p in held[user.pk]), None), None)
            for user in fresh
        ],
    )  # fmt: skip
    known |= {slip.user_id: slip for slip in slips}
    return [_issued(user, known[user.pk], codes[user.pk], now) for user in users]


@refusals_told()
@transaction.atomic
def open_and_issue(
    *, teacher_ids: Collection[int], nonce: str, actor: Actor, now: datetime.datetime
) -> tuple[list[Issued], list[tuple[str, str]]]:
    """Open accounts for teachers who have none, with a code each: all of it or nothing.

    Returns the slips, and (name, reason) of those passed over. A teacher whose account this very
    form opened a moment ago is given the same slip; one whose account somebody else opened
    meanwhile is passed over, and that one's code stays good.
    """
    users, passed_over = accounts.open_for_teachers(
        teacher_ids=teacher_ids, first_day=actor.on, actor=actor, now=now
    )
    new = {user.pk for user in users}
    before = {
        teacher.user_id: teacher.name
        for teacher in Teacher.objects.filter(pk__in=teacher_ids, user__isnull=False)
        .exclude(user__in=new)
        .order_by("pk")
    }
    hashes = {_hash(_code(_seed(actor, nonce, user_id))): user_id for user_id in before}
    again = set(
        ActivationSlip.objects.filter(code_hash__in=hashes)
        .values_list("user_id", flat=True)
        .order_by("user_id")
    )
    passed_over += [
        (name, "已有账号，如需激活码请到“账号”页发放")
        for user_id, name in before.items()
        if user_id not in again
    ]
    return issue(user_ids=new | again, nonce=nonce, actor=actor, now=now), passed_over


@transaction.atomic
def activate(
    *, username: str, code: str, password: str, address: str | None, now: datetime.datetime,
    on: datetime.date,
) -> User:  # fmt: skip
    """Use a code: the person's own password is set, and every session of the account ends.

    Raises WrongCode for an unknown account and for a wrong code alike, Denied when the code is
    used, void or expired, or the account is closed.
    """
    user = User.objects.select_for_update().filter(username__iexact=username.strip()).first()
    slip = ActivationSlip.objects.filter(user=user, code_hash=_hash(normal(code))).first()
    if user is None or slip is None:
        raise WrongCode(f"账号或激活码不对，请照纸条逐字核对。纸条遗失的，{AGAIN}")
    if slip.used_at:
        raise Denied(f"这个激活码已经用过，请直接登录。忘记密码的，{AGAIN}")
    if slip.voided_at:
        raise Denied(f"这个激活码已作废，因为后来又发过新的。请用最新的纸条；找不到的，{AGAIN}")
    if slip.expires_at <= now:
        raise Denied(f"这个激活码已过期（有效期 14 天），{AGAIN}")
    if people.closed_since(user, on):
        raise Denied("该账号的任职已经结束，账号已停用。重新到岗的，请找本单位管理员办理。")
    passwords.set_password(user, password, now)
    sessions.drop(user_id=user.pk)
    slip.used_at = now
    slip.save(update_fields=["used_at"])
    audit.record(
        act="directory.slip.use", actor=people.actor_for(user, on, address=address)[0], now=now,
        object_type="user", object_id=user.pk, object_label=user.name,
    )  # fmt: skip
    return user


def normal(code: str) -> str:
    """The code as it was made, however it was typed: grouped, spaced, full-width, lower case."""
    return "".join(it for it in _half_width(code).upper() if it.isalnum())


def _half_width(text: str) -> str:
    return "".join(chr(ord(it) - 0xFEE0) if "！" <= it <= "～" else it for it in text)


def _seed(actor: Actor, nonce: str, user_id: int) -> str:
    return f"{actor.user_id}:{nonce}:{user_id}"


def _code(seed: str) -> str:
    number, letters = int(blind_index(f"slip code {seed}"), 16), []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def _hash(code: str) -> str:
    return blind_index(f"slip hash {code}")


def _issued(user: User, slip: ActivationSlip, code: str, now: datetime.datetime) -> Issued:
    note = ""
    if slip.used_at:
        note = "已使用"
    elif slip.voided_at:
        note = "已被后来发的激活码代替"
    elif slip.expires_at <= now:
        note = "已过期"
    shown = "" if note else "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
    return Issued(user=user, code=shown, expires_at=slip.expires_at, note=note)
