"""What may be done next with a version, and the one note that explains where it stands."""

import dataclasses
import datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from assessment.enums import SchemeState
from assessment.guards import schemes as may
from assessment.models import Publication, Scheme
from assessment.selectors.standing import Standing
from directory.enums import Permission
from filings.enums import NoticeState


MOST_NAMED = 3


@dataclasses.dataclass(frozen=True)
class Asked:
    """What the questions below are asked of."""

    request: HttpRequest
    scheme: Scheme
    standing: Standing
    publication: Publication | None
    versions: list[Scheme]

    @property
    def today(self) -> datetime.date:
        return self.request.actor.on

    @property
    def manages(self) -> bool:
        return may.can_manage(actor=self.request.actor, district_id=self.scheme.district_id)

    @property
    def publishes(self) -> bool:
        return may.can_publish(actor=self.request.actor, district_id=self.scheme.district_id)

    @property
    def is_bureau(self) -> bool:
        return self.scheme.district_id in self.request.actor.district_ids

    @property
    def notice_state(self) -> NoticeState | None:
        return self.publication and self.publication.notice.state_on(self.today)

    @property
    def newest(self) -> Scheme:
        return self.versions[0]

    @property
    def in_force(self) -> Scheme | None:
        """The version of the year that counts, if one is published."""
        held = (it for it in self.versions if it.state == SchemeState.PUBLISHED)
        return next(held, None)


@dataclasses.dataclass(frozen=True)
class Step:
    """A button. With ``why`` it is off, and the note of the page says why."""

    label: str
    url_name: str
    icon: str = ""
    primary: bool = False
    why: str = ""


@dataclasses.dataclass(frozen=True)
class Note:
    """The one note of a page: cause first, one link."""

    text: str
    kind: str = ""
    icon: str = "lock"
    link: str = ""
    href: str = ""


def steps_of(asked: Asked) -> list[Step]:
    """The lawful next steps of the actor, the primary one last."""
    if asked.request.as_of:
        return []
    if asked.scheme.state == SchemeState.DRAFT:
        return _of_draft(asked)
    if asked.scheme.state == SchemeState.SUBMITTED:
        return _of_submitted(asked)
    return _of_published(asked)


def _of_draft(asked: Asked) -> list[Step]:
    if not asked.manages:
        return []
    if why := unready(asked.scheme, asked.standing):
        steps = [Step("送审", "scheme-submit", "lock", why=why)]
        count = len(asked.standing.missing)
        if count and not asked.scheme.blocked:
            steps.append(Step(f"催报缺分 {count} 校", "scheme-missing", primary=True))
        return steps
    return [Step("送审", "scheme-submit", primary=True)]


def _of_submitted(asked: Asked) -> list[Step]:
    steps = []
    if asked.manages:
        steps.append(Step("撤回送审", "scheme-withdraw", "arrow-back-up"))
    if asked.publishes:
        steps += [
            Step("退回", "scheme-return", "arrow-back-up"),
            Step("发布结果", "scheme-publish", primary=True),
        ]
    return steps


def _of_published(asked: Asked) -> list[Step]:
    if asked.scheme != asked.in_force:
        return []
    if asked.publishes and asked.newest == asked.scheme:
        return [Step("发起更正", "scheme-correct", "refresh")]
    if asked.request.actor.may(Permission.OBJECT) and asked.notice_state == NoticeState.OPEN:
        return [Step("提出异议", "objection-new", primary=True)]
    return []


def unready(scheme: Scheme, standing: Standing) -> str:
    """Why a draft can not be submitted yet; empty when it can."""
    if scheme.blocked:
        return f"还不能计算：{scheme.blocked}"
    if standing.waiting:
        return (
            waiting_sentence(standing)
            + "补齐后可送审；确实无法评分的，由教育股注明原因退出本年考核。"
        )
    if not standing.total:
        return "还没有参评学校，先加入参评学校并录入得分。"
    return ""


def waiting_sentence(standing: Standing) -> str:
    """隆宫乡小未出分：五都小学未计算，小学名次为暂定。"""
    missing = _named(standing.missing, "所学校")
    held = f"{_named(standing.held, '所学校')}未计算，" if standing.held else ""
    return f"{missing}未出分：{held}{'、'.join(standing.pools)}名次为暂定。"


def note_of(asked: Asked, lock: str, tab: str) -> Note | None:
    scheme = asked.scheme
    if asked.in_force and asked.in_force.version > scheme.version:
        number = asked.in_force.version
        return Note(
            f"本版已被第 {number} 版取代，只供查阅；现行结果以第 {number} 版为准。",
            "warn",
            "history",
            f"看第 {number} 版",
            reverse("scheme-results", args=[asked.in_force.pk]),
        )
    if scheme.state == SchemeState.DRAFT:
        return _draft_note(asked, tab)
    if scheme.state == SchemeState.PUBLISHED and not asked.is_bureau:
        return Note(_notice_sentence(asked), "go", "eye")
    correction = asked.newest if asked.newest.version > scheme.version else None
    if correction:
        return Note(
            f"{lock}已发起更正，第 {correction.version} 版正在办理。",
            "go",
            "lock",
            f"看第 {correction.version} 版",
            reverse("scheme-results", args=[correction.pk]),
        )
    return Note(lock, "go", "lock")


def _draft_note(asked: Asked, tab: str) -> Note | None:
    sentence = unready(asked.scheme, asked.standing)
    if not sentence:
        return None
    blocked = asked.scheme.blocked
    link = ("看方案", "scheme-setup") if blocked else ("看依据", "scheme-missing")
    href = "" if tab == link[1].removeprefix("scheme-") else _address(link[1], asked.scheme.pk)
    return Note(sentence, "warn", "alert-triangle", link[0] if href else "", href)


def _notice_sentence(asked: Asked) -> str:
    notice = asked.publication.notice
    shown = f"公示期 {notice.first_day} 至 {notice.last_day}"
    state = asked.notice_state
    if state == NoticeState.UPCOMING:
        return f"{shown}，公示期内校长可对本校和所在集团的结果提出异议。"
    if state == NoticeState.CLOSED:
        return f"{shown}，已结束，不再受理异议。结果已锁定，确有错误由教育局更正。"
    return f"{shown}。对结果有异议的，由校长在公示期内提出。"


def _named(names: tuple[str, ...], counter: str) -> str:
    if len(names) <= MOST_NAMED:
        return "、".join(names)
    return f"{names[0]}等 {len(names)} {counter}"


def _address(url_name: str, *args) -> str:
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
