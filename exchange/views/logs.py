"""交流日志: a teacher's week, one day's log on a phone, and what the host reads."""

import datetime
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views import View
from django.views.decorators.gzip import gzip_page

from core import clock
from core.errors import Denied
from core.tables import Column, Filter
from core.views.lists import ListView
from directory.enums import Permission
from directory.selectors import schools
from directory.selectors.lessons import bells_between, lessons_on
from exchange.actions import logs as actions
from exchange.enums import LogKind
from exchange.forms.logs import CommentForm, LogForm
from exchange.guards import logs as may
from exchange.guards.logs import MOST_PHOTOS
from exchange.selectors import logs as selectors
from exchange.selectors.placements import placements_visible_to
from exchange.views.rosters import years


def asks_json(request) -> bool:
    """The script asks so; a browser without it gets pages."""
    return request.headers.get("Accept") == "application/json"


# Pages of a phone go out small; their form's token is masked anew in every answer.
small = method_decorator(gzip_page, name="dispatch")
SAVED = "log-saved"


@small
class LogWeek(View):
    """A teacher's week: what is written, what is missing, holidays by name."""

    def get(self, request):
        actor = request.actor
        if actor is None or not actor.may(Permission.KEEP_LOG):
            raise Http404
        today = clock.today()
        monday = _monday(request.GET.get("week", ""), today)
        days = selectors.week_of(actor, monday, today)
        context = {
            "days": days,
            "monday": monday,
            "sunday": monday + datetime.timedelta(days=6),
            "before": monday - selectors.WEEK,
            "after": monday + selectors.WEEK if monday + selectors.WEEK <= today else None,
            "is_this_week": monday == _monday("", today),
            "now": next((it for it in days if it.is_today and it.is_open), None),
            "on_post": bool(selectors.own_placements(actor, today, today)),
            "written": sum(bool(it.entry) for it in days),
            "saved": _saved(request),
        }
        return render(request, "exchange/log_week.html", context)


def _saved(request) -> str:
    """The log that was written just now: told once, so that no link can forget a draft."""
    told = [it.message for it in messages.get_messages(request) if SAVED in it.tags]
    return told[-1] if told else ""


def _monday(said: str, today: datetime.date) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(said)
    except ValueError:
        day = today
    if not datetime.date(2000, 1, 1) <= day <= datetime.date(2100, 1, 1):
        day = today
    return day - datetime.timedelta(days=day.weekday())


@small
class LogWrite(View):
    """The log of one day, new or again; the same form with and without script."""

    @cached_property
    def day(self) -> datetime.date:
        try:
            return datetime.date.fromisoformat(self.kwargs["day"])
        except ValueError:
            raise Http404 from None

    @cached_property
    def placement(self):
        actor = self.request.actor
        if actor is None:
            raise PermissionDenied
        rows = placements_visible_to(actor).filter(teacher=actor.teacher_id)
        placement = rows.filter(pk=self.kwargs["placement_id"]).first()
        if placement is None or not actor.may(Permission.KEEP_LOG):
            raise Http404
        return placement

    @cached_property
    def entry(self):
        return selectors.own_entry(self.placement.pk, self.day)

    def get(self, request, placement_id, day):
        if request.as_of:
            return redirect(request.path)
        try:
            self._check()
        except Denied as denied:
            if self.entry:  # what was written is read there, and a late photo goes from there
                return redirect("log-detail", entry_id=self.entry.pk)
            return render(request, "exchange/log_shut.html", self._context() | {"why": str(denied)})
        return self._draw(LogForm(initial=self._initial()))

    def post(self, request, placement_id, day):
        form, photos = LogForm(request.POST), request.FILES.getlist("photos")
        entry = None
        self.placement, self.day  # noqa: B018 - 404 before anything is written
        if form.is_valid():
            try:
                entry = actions.write(
                    placement_id=placement_id, day=self.day, actor=request.actor,
                    now=clock.now(), **form.cleaned_data,
                )  # fmt: skip
                for photo in photos:
                    actions.add_photo(
                        entry_id=entry.pk, content=photo, key=uuid.uuid4(), actor=request.actor,
                        now=clock.now(),
                    )  # fmt: skip
            except Denied as denied:
                form.add_error(None, str(denied))
                if entry:
                    form.add_error(None, "文字已保存，照片请换一张再传。")
        if asks_json(request):
            return self._answer(form, entry)
        if form.errors:
            self.__dict__.pop("entry", None)
            return self._draw(form)
        return redirect(self._after())

    def _check(self) -> None:
        asked = {"actor": self.request.actor, "placement": self.placement}
        if self.entry:
            may.check_change(**asked, entry=self.entry)
        may.check_write(**asked, day=self.day)

    def _initial(self) -> dict:
        if self.entry:
            return {
                "kinds": self.entry.kinds, "lessons_given": self.entry.lessons_given,
                "lessons_heard": self.entry.lessons_heard, "text": self.entry.text,
            }  # fmt: skip
        return {"kinds": [LogKind.ATTENDANCE]}

    def _answer(self, form, entry) -> JsonResponse:
        if form.errors:
            return JsonResponse(
                {"errors": [it for field in form.errors.values() for it in field]}, status=422
            )
        return JsonResponse(
            {
                "photos": reverse("log-photo-add", args=[entry.pk]),
                "held": str(int(entry.changed_at.timestamp())),
                "after": self._after(),
            }
        )

    def _after(self) -> str:
        key = f"{self.placement.pk}-{self.day.isoformat()}"
        messages.success(self.request, key, extra_tags=SAVED)
        return f"{reverse('log-week')}?week={self.day.isoformat()}"

    def _context(self) -> dict:
        host = self.placement.receiving_id
        names = schools.names_on(self.day, {host})
        bells = bells_between([host], self.day, self.day)
        return {
            "placement": self.placement,
            "day": self.day,
            "school": names.get(host, ""),
            "lessons": len(lessons_on(bells, host, self.day)),
        }

    def _draw(self, form):
        context = self._context() | {
            "form": form,
            "entry": self.entry,
            "photos": selectors.photos_of(self.entry.pk) if self.entry else [],
            "most": MOST_PHOTOS,
            "without_search": True,  # the page stays small on a phone, and nothing leads away
        }
        return render(
            self.request, "exchange/log_write.html", context, status=422 if form.errors else 200
        )


class OneEntry:
    """Loads the entry of the address; out of sight is 404."""

    @cached_property
    def row(self):
        if self.request.actor is None:
            raise PermissionDenied
        found = selectors.entry_of(self.request.actor, self.kwargs["entry_id"], self.request.day)
        if found is None:
            raise Http404
        return found


class LogDetail(OneEntry, View):
    """One entry as written, its photos, the host's word; the host writes it here."""

    def get(self, request, entry_id):
        return self._draw(CommentForm(initial={"text": self.row.entry.comment}))

    def post(self, request, entry_id):
        placement = self.row.entry.placement
        if not may.can_comment(actor=request.actor, placement=placement):
            raise Http404
        form = CommentForm(request.POST)
        if form.is_valid():
            try:
                actions.comment(
                    entry_id=entry_id, text=form.cleaned_data["text"], actor=request.actor,
                    now=clock.now(),
                )  # fmt: skip
            except Denied as denied:
                form.add_error(None, str(denied))
            else:
                return redirect("log-detail", entry_id=entry_id)
        return self._draw(form)

    def _draw(self, form, refused=""):
        """``refused``: why the last photo was not taken."""
        request, row = self.request, self.row
        asked = {"actor": request.actor, "placement": row.entry.placement}
        today_only = request.as_of is None
        photos = selectors.photos_of(row.pk)
        may_change = today_only and may.can_change(**asked, entry=row.entry)
        late = {"entry": row.entry, "held": len(photos)}
        context = {
            "row": row,
            "entry": row.entry,
            "placement": row.entry.placement,
            "photos": photos,
            "form": form,
            "may_comment": today_only and may.can_comment(**asked),
            "may_change": may_change,
            "may_add_photo": today_only and not may_change and may.can_add_photo(**asked, **late),
            "refused": refused,
            "is_own": row.entry.placement.teacher_id == request.actor.teacher_id,
        }
        return render(
            request, "exchange/log.html", context, status=422 if form.errors or refused else 200
        )


class LogPhotoAdd(LogDetail):
    """Photos, each with its own key from the script, so that a phone may send one again."""

    http_method_names = ("post",)

    def post(self, request, entry_id):
        self.row  # noqa: B018 - 404 for whom does not see it
        try:
            key = uuid.UUID(request.POST.get("key", ""))
        except ValueError:
            key = uuid.uuid4()
        try:
            contents = request.FILES.getlist("photo")
            if not contents:
                raise Denied("请选一张照片。")
            for content in contents:
                actions.add_photo(
                    entry_id=entry_id, content=content, key=key, actor=request.actor,
                    now=clock.now(),
                )  # fmt: skip
                key = uuid.uuid4()
        except Denied as denied:
            if asks_json(request):
                return JsonResponse({"errors": [str(denied)]}, status=422)
            return self._draw(CommentForm(), refused=str(denied))
        return JsonResponse({}) if asks_json(request) else redirect("log-detail", entry_id=entry_id)


class LogPhotoRemove(OneEntry, View):
    def post(self, request, entry_id, photo_id):
        if photo_id not in {it.pk for it in selectors.photos_of(self.row.pk)}:
            raise Http404
        try:
            entry = actions.remove_photo(photo_id=photo_id, actor=request.actor, now=clock.now())
        except Denied:
            raise Http404 from None
        return redirect("log-write", placement_id=entry.placement_id, day=entry.day.isoformat())


def _week_asked(request) -> datetime.date | None:
    """The Monday of the week that the list's address names; None for another span or none."""
    asked = request.GET.get("days", "")
    monday = _monday(asked, clock.today())
    return monday if monday.isoformat() == asked else None


def _spans(request) -> list[tuple[str, str]]:
    """This week and the last, the week that the address names, and the last days."""
    monday = _monday("", clock.today())
    named = {monday: "本周", monday - selectors.WEEK: "上周"}
    if asked := _week_asked(request):
        named.setdefault(asked, f"{asked:%m-%d} 起的一周")
    weeks = [(day.isoformat(), label) for day, label in named.items()]
    return [*weeks, ("7", "近 7 天"), ("30", "近 30 天")]


def _within(rows, value: str):
    if value.isdecimal():
        return rows.filter(day__gt=clock.today() - datetime.timedelta(days=int(value)))
    monday = datetime.date.fromisoformat(value)
    return rows.filter(day__gte=monday, day__lt=monday + selectors.WEEK)


class LogList(ListView):
    """Logs of the teachers whom the actor's schools send and host, or of the county."""

    template_name = "exchange/log_list.html"
    title = "交流日志"
    counter = "篇"
    columns = (
        Column("day", "日期", lambda row: str(row.entry.day), ("day", "pk"), width=12),
        Column("teacher", "教师", lambda row: row.teacher, ("placement__teacher__sort_key", "day"),
               width=10),
        Column("school", "接收学校", lambda row: row.school, width=22),
        Column("kinds", "做了什么", lambda row: row.told, width=30),
        Column("text", "一句话", lambda row: row.entry.text, width=50),
        Column("comment", "意见", lambda row: row.entry.comment, width=30),
    )  # fmt: skip
    filters = (
        Filter("teacher", "教师", lambda request: selectors.teachers_of(request.actor),
               lambda rows, value: rows.filter(placement__teacher=value)),
        Filter("kind", "类别", lambda _: LogKind.choices,
               lambda rows, value: rows.filter(kinds__contains=[value])),
        Filter("days", "日期", _spans, _within),
        Filter("year", "学年", lambda request: years(request.day),
               lambda rows, value: rows.filter(
                   day__gte=f"{value}-09-01", day__lt=f"{int(value) + 1}-09-01")),
        Filter("comment", "意见", lambda _: [("NONE", "还没写"), ("GIVEN", "已写")],
               lambda rows, value: rows.filter(comment="") if value == "NONE"
               else rows.exclude(comment="")),
    )  # fmt: skip
    searched = ("placement__teacher__search__contains", "text__icontains")
    search_label = "教师姓名或内容"
    first_sort = "-day"
    export_act = "exchange.log.export"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if request.actor is None or not (request.actor.district_ids or request.actor.school_ids):
            raise Http404

    def visible(self):
        rows = selectors.logs_visible_to(self.request.actor).select_related("placement__teacher")
        return rows.filter(day__lte=self.request.as_of) if self.request.as_of else rows

    def present(self, rows):
        return selectors.entries(list(rows), self.request.day)

    def extra(self):
        """One week of the list and its neighbours; of no week chosen, this one to begin with."""
        this = _monday("", clock.today())
        asked = _week_asked(self.request)
        monday = asked or this
        weeks = {"before": monday - selectors.WEEK, "after": monday + selectors.WEEK, "this": this}
        return {
            "monday": asked,
            "sunday": monday + datetime.timedelta(days=6),
            "weeks": {
                name: self._address(days=day.isoformat()) if day <= this else ""
                for name, day in weeks.items()
            },
        }
