"""交流轮岗: the list of placements, one of them, and each side's own acts."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from core import clock
from core.tables import Column, Filter
from core.views.acts import ActView
from core.views.lists import ListView
from directory.selectors import teachers
from exchange.actions import placements as actions
from exchange.enums import PlacementKind, PlacementState
from exchange.forms.placements import ArriveForm, DutyForm, EndForm, WithdrawForm
from exchange.guards import placements as may
from exchange.selectors import placement_pages as selectors
from exchange.views.pages import check_on_opening
from exchange.views.rosters import years


CURRENT = "CURRENT"  # agreed or under way: what a group's map counts
STATES = [(CURRENT, "待到岗和在岗")] + [
    (it.value, it.label) for it in PlacementState if it not in {"APPLIED", "RECOMMENDED"}
]


def concerned(request) -> list[tuple[str, str]]:
    """The schools of visible placements; both filters offer them, one page asks once."""
    if not hasattr(request, "schools_concerned"):
        request.schools_concerned = selectors.schools_of(request.actor, request.day)
    return request.schools_concerned


class PlacementList(ListView):
    template_name = "exchange/placement_list.html"
    title = "交流轮岗"
    counter = "人次"
    columns = (
        Column("teacher", "教师", lambda row: row.teacher, ("teacher__sort_key",), width=10),
        Column("number", "工号", lambda row: row.staff_number, screen=False),
        Column("kind", "类别", lambda row: row.kind, ("kind", "teacher__sort_key"), width=10),
        Column("sending", "派出学校", lambda row: row.sending, width=22),
        Column("receiving", "接收学校", lambda row: row.receiving, width=22),
        Column("work", "学科、职务", lambda row: row.work, width=16),
        Column("first", "开始", lambda row: str(row.first), ("period",), width=12),
        Column("last", "结束", lambda row: str(row.last), ("period__endswith",), width=12),
        Column("way", "申请方式", lambda row: row.way, screen=False, width=12),
        Column("arrived", "到岗日期", lambda row: str(row.placement.arrived_on or ""),
               screen=False, width=12),
        Column("state", "状态", lambda row: row.state.label, ("shown",), width=10),
    )  # fmt: skip
    filters = (
        Filter("kind", "类别", lambda _: PlacementKind.choices,
               lambda rows, value: rows.filter(kind=value)),
        Filter("state", "状态", lambda _: STATES, lambda rows, value: rows.filter(shown=value)
               if value != CURRENT else rows.filter(shown__in=selectors.RUNNING)),
        Filter("from", "派出", concerned, lambda rows, value: rows.filter(sending=value)),
        Filter("to", "接收", concerned, lambda rows, value: rows.filter(receiving=value)),
        Filter("year", "学年", lambda request: years(request.day),
               lambda rows, value: rows.filter(
                   period__overlap=(f"{value}-09-01", f"{int(value) + 1}-09-01"))),
    )  # fmt: skip
    searched = ("teacher__search__contains", "teacher__staff_number__istartswith")
    search_label = "教师姓名、拼音、首字母或工号"
    first_sort = "-first"
    export_act = "exchange.placement.export"

    def visible(self):
        request = self.request
        running = bool(request.as_of and not request.GET.get("state"))  # else the state says which
        rows = selectors.listed(request.actor, request.day, running=running)
        group = request.GET.get("group", "")
        return rows.filter(group_id=int(group)) if group.isdecimal() and len(group) < 18 else rows

    def present(self, rows):
        return selectors.rows_of(rows, self.request.day)


class OnePlacement:
    """Loads the placement of the address; out of sight is 404."""

    @cached_property
    def row(self):
        if self.request.actor is None:
            raise PermissionDenied
        found = selectors.placement_of(
            self.request.actor, self.kwargs["placement_id"], self.request.day
        )
        if found is None:
            raise Http404
        return found

    @property
    def placement(self):
        return self.row.placement

    @property
    def address(self) -> str:
        return reverse("placement-detail", args=[self.placement.pk])


class PlacementDetail(OnePlacement, View):
    """What was agreed, what each side has entered, who may do what next."""

    def get(self, request, placement_id):
        asked = {"actor": request.actor, "placement": self.placement}
        now_on = request.as_of is None
        actor, teacher_id = request.actor, self.placement.teacher_id
        context = {
            "row": self.row,
            "placement": self.placement,
            "moves": selectors.moves_of(placement_id),
            "due_on": selectors.day_after_first_week(self.placement),
            "may_arrive": now_on and may.can_arrive(**asked),
            "may_set_duty": now_on and may.can_set_duty(**asked),
            "may_withdraw": now_on and may.can_withdraw(**asked),
            "may_end": now_on and may.can_end(**asked),
            "sees_teacher": teachers.teacher_visible_to(actor, teacher_id) is not None
            and bool(actor.district_ids or actor.school_ids),
            "other_days": now_on and self.row.first > request.day,
        }
        return render(request, "exchange/placement.html", context)


class PlacementAct(OnePlacement, ActView):
    """What will happen, a form, one button; 403 with its sentence for those out of turn."""

    template_name = "exchange/placement_act.html"
    heading: str
    button: str
    danger = False

    def ask(self, **asked) -> None:
        """Raises Denied where the act would be refused on its first lawful day."""
        raise NotImplementedError

    def effects(self) -> list[str]:
        raise NotImplementedError

    def check(self):
        check_on_opening(self.request, self.ask, actor=self.request.actor, placement=self.placement)

    def context(self):
        return {
            "row": self.row,
            "heading": self.heading,
            "button": self.button,
            "danger": self.danger,
            "effects": self.effects(),
            "back": self.address,
        }

    def act(self, form):
        self.done(
            placement_id=self.placement.pk, actor=self.request.actor, now=clock.now(),
            **form.cleaned_data,
        )  # fmt: skip
        return self.address


class Arrive(PlacementAct):
    form_class = ArriveForm
    heading, button = "确认到岗", "确认到岗"
    done = staticmethod(actions.arrive)

    def ask(self, **asked):
        may.check_arrive(day=self.row.first, **asked)

    def initial(self):
        return {"day": self.row.first}

    def effects(self):
        return [
            f"{self.row.teacher}自这一天起在岗，考勤和日志由本校管理。",
            "派出学校看得到到岗日期；编制和工资关系仍在派出学校。",
        ]


class SetDuty(PlacementAct):
    form_class = DutyForm
    heading, button = "登记在本校的学科和职务", "保存"
    done = staticmethod(actions.set_duty)

    def ask(self, **asked):
        may.check_set_duty(**asked)

    def initial(self):
        return {"subject": self.placement.subject, "duty": self.placement.duty}

    def effects(self):
        return ["派出学校看得到，不能改。"]


class Withdraw(PlacementAct):
    form_class = WithdrawForm
    heading, button, danger = "撤回", "撤回这项交流", True

    def ask(self, **asked):
        may.check_withdraw(reason=self.button, **asked)

    def effects(self):
        return [
            f"{self.row.teacher}不再到{self.row.receiving}，接收学校不再看到这位教师的资料。",
            "记录保留；需要再派时另行报送花名册。",
        ]

    def done(self, **said):
        actions.withdraw(on=clock.today(), **said)


class End(PlacementAct):
    form_class = EndForm
    heading, button, danger = "提前结束", "提前结束", True
    done = staticmethod(actions.end_early)

    def ask(self, **asked):
        day = self.placement.arrived_on or self.row.first
        may.check_end(day=day, reason=self.button, **asked)

    def effects(self):
        return [
            "期间改到所填的最后一天，次日起教师回派出学校；两校都看得到理由。",
            f"原定至 {self.row.last}。结束后不能恢复，需要时另行报送花名册。",
        ]


class TeacherPlacements(View):
    """A teacher's exchanges, for whoever sees the teacher."""

    def get(self, request, teacher_id):
        if request.actor is None:
            raise PermissionDenied
        teacher = teachers.teacher_visible_to(request.actor, teacher_id, request.day)
        if teacher is None:
            raise Http404
        rows = selectors.of_teacher(request.actor, teacher_id, request.day)
        context = {"teacher": teacher, "rows": rows}
        return render(request, "exchange/teacher.html", context)
