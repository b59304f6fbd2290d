"""Submitting, withdrawing, returning, publishing and correcting a version: a page for each."""

import datetime
from typing import ClassVar

from django.http import Http404
from django.urls import reverse

from assessment.actions import corrections, publications
from assessment.enums import SchemeMoveKind, SchemeState, ShownTo
from assessment.forms.moves import PlainForm, PublishForm, ReasonForm, SeenForm
from assessment.guards import schemes as may
from assessment.selectors import results, snapshots
from assessment.selectors.standing import standing_of
from assessment.views import steps
from assessment.views.pages import SchemePage
from core import clock
from core.errors import Denied
from core.views.acts import ActView


WINDOW = datetime.timedelta(days=6)  # seven days with the first, until the bureau says otherwise


class Move(SchemePage, ActView):
    """What will happen, a form and one button. 404 for those whose act it never is."""

    template_name = "assessment/act.html"
    move: ClassVar[SchemeMoveKind]
    heading: ClassVar[str]
    button: ClassVar[str]
    danger: ClassVar[bool] = False

    def allowed(self, **asked) -> bool:
        raise NotImplementedError

    def effects(self) -> list[str]:
        """What the act brings about, a sentence each."""
        raise NotImplementedError

    def check(self):
        if not self.allowed(actor=self.request.actor, district_id=self.scheme.district_id):
            raise Http404

    def refused(self) -> str:
        """Why the version does not stand for it now."""
        try:
            may.check_move(self.scheme, self.move)
        except Denied as denied:
            return str(denied)
        return ""

    def context(self):
        return self.head() | {
            "heading": self.heading,
            "button": self.button,
            "danger": self.danger,
            "effects": self.effects(),
            "refused": self.refused(),
        }

    def initial(self):
        if "seen" in self.form_class.base_fields:
            return {"seen": snapshots.seen_digest(self.scheme)}
        return {}

    def _draw(self, form):
        """Drawn again after a refusal, the form carries what stands on the page now."""
        if form.is_bound and "seen" in form.fields:
            self.scheme.refresh_from_db()
            form.data = form.data.copy()
            form.data["seen"] = snapshots.seen_digest(self.scheme)
        return super()._draw(form)

    @property
    def acting(self) -> dict:
        return {"scheme_id": self.scheme.pk, "actor": self.request.actor, "now": clock.now()}

    def act(self, form):
        self.done(form.cleaned_data)
        return reverse("scheme-results", args=[self.scheme.pk])

    def done(self, said: dict) -> None:
        raise NotImplementedError

    def counted(self) -> str:
        """小学 16 所、初中 6 所."""
        visible = results.results_visible_to(self.request.actor, self.scheme)
        return "、".join(f"{it.name} {it.count} 所" for it in results.pool_counts(visible))


class Submit(Move):
    move = SchemeMoveKind.SUBMITTED
    form_class = SeenForm
    heading = "送审"
    button = "送局领导审定"

    def allowed(self, **asked):
        return may.can_manage(**asked)

    def refused(self):
        return super().refused() or steps.unready(self.scheme, standing_of(self.scheme))

    def effects(self):
        return [
            f"{self.counted()}的得分和结果送局领导审定，由局领导发布。",
            "送审期间方案、参评学校和得分不能修改；需要修改时先撤回送审，或由局领导退回。",
            "发布人须是另一人：送审的人不能自己发布。",
        ]

    def done(self, said):
        publications.submit(seen=said["seen"], **self.acting)


class Withdraw(Move):
    move = SchemeMoveKind.WITHDRAWN
    form_class = PlainForm
    heading = "撤回送审"
    button = "撤回送审"

    def allowed(self, **asked):
        return may.can_manage(**asked)

    def effects(self):
        return ["这一版回到未发布状态，可以继续修改；改好后重新送审。"]

    def done(self, said):
        publications.withdraw(**self.acting)


class Return(Move):
    move = SchemeMoveKind.RETURNED
    form_class = ReasonForm
    heading = "退回教育股"
    button = "退回"

    def allowed(self, **asked):
        return may.can_publish(**asked)

    def effects(self):
        return ["这一版回到未发布状态，由教育股修改后重新送审。", "退回原因记入办理记录。"]

    def done(self, said):
        publications.give_back(reason=said["reason"], **self.acting)


class Publish(Move):
    move = SchemeMoveKind.PUBLISHED
    form_class = PublishForm
    heading = "发布结果"

    @property
    def button(self):
        return f"发布第 {self.scheme.version} 版结果"

    def allowed(self, **asked):
        return may.can_publish(**asked)

    def form_options(self):
        return {"today": clock.today()}

    def initial(self):
        today = clock.today()
        dates = {"first_day": today, "last_day": today + WINDOW, "shown_to": ShownTo.OWN}
        return super().initial() | dates

    def effects(self):
        version, cut_off = self.scheme.version, self.scheme.cut_off_on
        told = [
            f"{self.counted()}的得分、结果和计算过程锁定，不再修改；快照和校验码一并保存。",
            f"{cut_off} 及以前的学校信息、集团关系和所采用方案锁定，不能再改到这一天之前。",
            "校长在公示期内可以提出异议。确有错误时由局领导发起更正，形成新版本，本版仍可查看。",
        ]
        if version > 1:
            told.insert(0, f"第 {version} 版取代第 {version - 1} 版；第 {version - 1} 版仍可查看。")
        return told

    def done(self, said):
        publications.publish(
            seen=said["seen"],
            first_day=said["first_day"],
            last_day=said["last_day"],
            shown_to=ShownTo(said["shown_to"]),
            **self.acting,
        )


class Correct(Move):
    """Leads to the new draft."""

    move = SchemeMoveKind.CORRECTED
    form_class = ReasonForm
    heading = "发起更正"
    button = "建立更正版本"

    def allowed(self, **asked):
        return may.can_publish(**asked)

    def refused(self):
        if self.scheme.state != SchemeState.PUBLISHED:
            return "只有已发布的结果才需要更正；这一版还没有发布，可以直接修改。"
        return ""

    def effects(self):
        this, following = self.scheme.version, self.scheme.version + 1
        return [
            f"第 {this} 版的方案、参评学校和得分抄成第 {following} 版，由教育股修改。",
            f"第 {following} 版发布以前，第 {this} 版仍是现行结果；发布以后仍可查看。",
            f"{self.scheme.cut_off_on} 及以前的学校信息和集团关系重新可以更改。",
            "更正原因记入办理记录，学校可以看到。",
        ]

    def act(self, form):
        draft = corrections.open_correction(reason=form.cleaned_data["reason"], **self.acting)
        return reverse("scheme-results", args=[draft.pk])
