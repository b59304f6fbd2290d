"""初核、退回、撤回、不予批准: a page for each move that has no effect beyond the filing."""

from collections.abc import Callable
from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.urls import reverse

from core import clock
from core.errors import Denied
from core.views.acts import ActView
from directory.enums import Role
from filings.actions import filings
from filings.enums import FilingState, Move
from filings.forms.filings import NoteForm, ReasonForm
from filings.guards import filings as may
from filings.models import Filing
from filings.rules import moves_from
from filings.selectors.filings import last_move_of
from filings.views.pages import FilingPage


class MovePage(FilingPage, ActView):
    """What will happen, why, and one button. 403 with its sentence for those out of turn."""

    template_name = "filings/act.html"
    form_class: ClassVar[type[Form]] = ReasonForm
    move: ClassVar[Move]
    button: ClassVar[str]
    said_as: ClassVar[str] = "reason"

    @property
    def action(self) -> Callable[..., Filing]:
        raise NotImplementedError

    def effects(self) -> list[str]:
        """What the move brings about, a sentence each."""
        raise NotImplementedError

    def check(self):
        if self.request.method == "POST":
            return  # the action asks under the lock, and says who was quicker
        try:
            may.check(
                self.move, actor=self.request.actor, filing=self.filing, on=self.request.actor.on
            )
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied

    def stood_in_for(self) -> list[str]:
        """Whose post the reader makes the move in, when it is not their own (X-9)."""
        try:
            hat = may.check(
                self.move, actor=self.request.actor, filing=self.filing, on=self.request.actor.on
            )
        except Denied:
            return []
        if not hat.deputy_for:
            return []
        return [f"您代 {hat.deputy_for}（{hat.label}）办理，两人的姓名都留在记录上。"]

    def initial(self):
        last = last_move_of(self.filing)
        return {"seen": self.filing.state, "last": last.pk if last else 0}

    def context(self):
        return {
            "filing": self.filing,
            "head": self.head(),
            "heading": self.move.label,
            "button": self.button,
            "is_danger": self.move == Move.REJECT,
            "effects": [*self.stood_in_for(), *self.effects()],
            "is_open": self.move in moves_from(self.filing),
        }

    def _draw(self, form):
        """Drawn again after a refusal, the form carries what stands on the page now."""
        if form.is_bound:
            self.filing.refresh_from_db()
            form.data = form.data.copy()
            for name, value in self.initial().items():
                form.data[name] = value
        return super()._draw(form)

    def act(self, form):
        said = form.cleaned_data
        self.action(
            filing_id=self.filing.pk,
            actor=self.request.actor,
            now=clock.now(),
            on=self.request.actor.on,
            seen=said["seen"],
            last=said["last"],
            **{self.said_as: said["said"]},
        )
        return reverse("filing-detail", args=[self.filing.pk])

    def to(self) -> FilingState | None:
        return moves_from(self.filing).get(self.move)


class Validate(MovePage):
    move = Move.VALIDATE
    form_class = NoteForm
    button = "初核通过"
    said_as = "note"
    action = staticmethod(filings.validate)

    def effects(self):
        head = Role(self.filing.approver).label
        return [
            f"转{head}审批；审批人须是另一人，您不能再审批这一份。",
            "学校不能再撤回；发现问题时由审批人退回。",
        ]


class StepBack(MovePage):
    move = Move.STEP_BACK
    button = "退回上一步"
    action = staticmethod(filings.step_back)

    def effects(self):
        if self.to() == FilingState.SUBMITTED:
            role = Role(self.filing.validator).label
            return [f"回到{role}重新初核；学校填报的内容不变，也不能修改。"]
        return TO_SCHOOL


class ToDraft(MovePage):
    move = Move.TO_DRAFT
    button = "退回起草"
    action = staticmethod(filings.to_draft)

    def effects(self):
        return TO_SCHOOL


TO_SCHOOL = [
    "回到学校修改，已填的内容和报送编号都保留。",
    "学校改好后重新报送，从初核起再走一遍。",
]


class Withdraw(MovePage):
    move = Move.WITHDRAW
    button = "撤回报送"
    action = staticmethod(filings.withdraw)

    def effects(self):
        return ["回到草稿，可以继续修改；已填的内容和报送编号都保留。", "改好后重新报送。"]


class Reject(MovePage):
    move = Move.REJECT
    button = "不予批准"
    action = staticmethod(filings.reject)

    def effects(self):
        told = ["这一版到此结束，不能再修改或报送；内容和办理记录仍可查看。"]
        if self.filing.previous_id:
            told.append("以前批准的版本继续有效。")
        else:
            told.append("学校需要时另行起草一份。内容有误、改好还能批准的，请用“退回起草”。")
        return told
