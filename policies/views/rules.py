"""All rules in force on a day, with clause and citation; the same rows as a workbook."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views import View

from core import clock
from core.actions import exports
from core.errors import Denied
from core.spreadsheets.writing import SheetOut
from core.views.lists import XLSX, Choice
from core.words import simplified
from policies import guards, selectors
from policies.enums import RuleState, Theme
from policies.tables import COLUMNS, RuleRow, rows_of


class RuleList(View):
    """Whoever holds a post in the district reads its rules; the bureau changes them."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if request.actor is None or not request.actor.home_district_id:
            raise Http404
        self.stated = selectors.rules_for(request.actor.home_district_id, request.day)
        self.rows = rows_of(self.stated)
        self.choices = [
            self._choice("document", "文件", self._documents()),
            self._choice("theme", "主题", Theme.choices),
            self._choice("state", "状态", RuleState.choices),
        ]

    def get(self, request):
        district_id, shown = request.actor.home_district_id, self._narrowed()
        adopted = selectors.adoptions_of(district_id)
        held = [it for it in adopted if it.withdrawn_at is None]
        return render(
            request,
            "policies/list.html",
            {
                "rows": shown,
                "list": self._list(len(shown)),
                "adoption": next((it for it in held if _holds(it, request.day)), None),
                "later": next((it for it in reversed(held) if it.first_day > request.day), None),
                "may_manage": request.as_of is None
                and guards.can_manage(actor=request.actor, district_id=district_id),
                "may_export": request.actor.may("EXPORT"),
                "on_suffix": f"?on={request.as_of}" if request.as_of else "",
            },
        )

    def post(self, request):
        title = "规则"
        try:
            content = exports.export(
                sheet=SheetOut(
                    name=title,
                    columns=[column.out() for column in COLUMNS],
                    rows=[[column.value(row) for column in COLUMNS] for row in self._narrowed()],
                    header=f"{title}（截至 {request.day}）",
                    landscape=True,
                ),
                act="policies.rule.export",
                asked={"on": str(request.day), "q": self._word()}
                | {it.name: it.chosen for it in self.choices if it.chosen},
                actor=request.actor,
                now=clock.now(),
            )
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        name = content_disposition_header(True, f"{title}-{request.day:%Y%m%d}.xlsx")
        return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})

    def _documents(self) -> list[tuple[str, str]]:
        there = {row.code: row.document for row in self.rows if row.code}
        return [(it.pack.code, it.pack.title) for it in self.stated.adopted] + [
            (code, name) for code, name in there.items() if code == "own"
        ]

    def _choice(self, name, label, options) -> Choice:
        value = self.request.GET.get(name, "")
        return Choice(name, label, options, value if value in dict(options) else "")

    def _word(self) -> str:
        return self.request.GET.get("q", "")[:100].replace("\x00", "")

    def _narrowed(self) -> list[RuleRow]:
        document, theme, state = (it.chosen for it in self.choices)
        word = simplified(self._word())
        return [
            row
            for row in self.rows
            if (not document or row.code == document)
            and (not theme or row.theme == theme)
            and (not state or row.state == state)
            and word in simplified(row.text)
        ]

    def _list(self, count: int) -> dict:
        """What ``lists/filters.html`` draws."""
        on = self.request.as_of
        word = self.request.GET.get("q", "")[:100]
        return {
            "word": word,
            "search_label": "规则、条款或原文",
            "choices": self.choices,
            "kept": {"on": on.isoformat()} if on else {},
            "narrowed": bool(word or any(it.chosen for it in self.choices)),
            "cleared": self.request.path + (f"?on={on}" if on else ""),
            "address": self.request.get_full_path(),
            "count": count,
            "total": len(self.rows),
        }


def _holds(adoption: selectors.AdoptionOn, day) -> bool:
    return adoption.first_day <= day and (adoption.last_day is None or day <= adoption.last_day)
