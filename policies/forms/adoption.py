"""The ordered list as a form: a place and the days of each pack, usable without JavaScript."""

import dataclasses
import datetime
import hashlib
from collections.abc import Sequence

from django import forms

from policies import schema
from policies.forms.fields import day_field, reason_field


@dataclasses.dataclass(frozen=True)
class Line:
    """A pack as the form draws it, with its three fields."""

    pack: schema.Pack
    place: forms.BoundField
    valid_from: forms.BoundField
    valid_until: forms.BoundField


class AdoptionForm(forms.Form):
    """``listed`` gives what ``adoptions.adopt`` takes; ``digest`` tells what was looked at."""

    use_required_attribute = False

    first_day = day_field("开始日期", "从这一天起按这组方案；此前的结果仍按当时的方案。")
    reason = reason_field("依据", "例如局务会或县政府会议的决定，会显示在规则页上。")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, packs: Sequence[schema.Pack], initial=None):
        super().__init__(data, initial=initial, label_suffix="")
        self.packs = packs
        places = [("", "不采用"), *((str(n), f"第 {n}") for n in range(1, len(packs) + 1))]
        for pack in packs:
            self.fields[f"place-{pack.code}"] = forms.ChoiceField(
                label="次序",
                choices=places,
                required=False,
                widget=forms.Select(attrs={"aria-label": f"《{pack.title}》的次序"}),
            )
            self.fields[f"from-{pack.code}"] = day_field("执行日期", required=False)
            self.fields[f"until-{pack.code}"] = day_field("有效期至", required=False)

    def lines(self) -> list[Line]:
        """The packs as they are drawn: those adopted first, in the order they have now."""
        now = {pack.code: self.initial.get(f"place-{pack.code}") or "9" for pack in self.packs}
        return [
            Line(pack, self[f"place-{pack.code}"], self[f"from-{pack.code}"],
                 self[f"until-{pack.code}"])
            for pack in sorted(self.packs, key=lambda pack: now[pack.code])
        ]  # fmt: skip

    def clean(self):
        said = super().clean()
        taken: dict[int, str] = {}
        for pack in self.packs:
            place = int(said.get(f"place-{pack.code}") or 0)
            if not place:
                continue
            if place in taken:
                self.add_error(
                    f"place-{pack.code}", f"次序与《{taken[place]}》相同，请选另一个次序。"
                )
            taken[place] = pack.title
            self._clean_days(pack, said)
        if not taken:
            self.add_error(None, "请至少采用一个方案，并选择它的次序。")
        return said

    def _clean_days(self, pack: schema.Pack, said: dict) -> None:
        """The days that a document names are confirmed: its end follows from its beginning."""
        begins, ends = said.get(f"from-{pack.code}"), said.get(f"until-{pack.code}")
        if pack.validity and f"from-{pack.code}" not in self.errors:
            if begins is None:
                sentence = f"文件规定发布 {pack.validity.after_days} 日后执行，请填写执行日期。"
                self.add_error(f"from-{pack.code}", sentence)
            elif ends is None and f"until-{pack.code}" not in self.errors:
                said[f"until-{pack.code}"] = ends = last_valid_day(begins, pack.validity.years)
        if begins and ends and ends < begins:
            self.add_error(f"until-{pack.code}", "有效期至不能早于执行日期，请核对。")

    @property
    def listed(self) -> list[tuple[str, datetime.date | None, datetime.date | None]]:
        said = self.cleaned_data
        chosen = [pack.code for pack in self.packs if said.get(f"place-{pack.code}")]
        chosen.sort(key=lambda code: int(said[f"place-{code}"]))
        return [(code, said.get(f"from-{code}"), said.get(f"until-{code}")) for code in chosen]

    @property
    def digest(self) -> str:
        """Changes with the list and the first day, so that nothing is saved unseen."""
        told = repr((self.listed, self.cleaned_data["first_day"]))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def last_valid_day(begins: datetime.date, years: int) -> datetime.date:
    """5 years from 1 October 2015 end on 30 September 2020; from 29 February on 28 February."""
    try:
        after = begins.replace(year=begins.year + years)
    except ValueError:
        after = datetime.date(begins.year + years, 3, 1)
    return after - datetime.timedelta(days=1)
