"""Made-up teachers, the same for the same seed. Given names of stems and branches are nobody's."""

import dataclasses
import datetime
import random
from collections.abc import Iterator

from stdnum.cn import ric

from core.school_years import FIRST_MONTH
from directory.enums import Gender, Stage


COMMON = "吴叶陈周胡王李张刘杨黄赵徐孙马朱林何郭高罗郑梁谢宋唐许韩冯邓曹彭范练季姚鲍甘"
POLYPHONIC = ("仇", "曾", "解", "覃", "盖", "朴", "查", "翟", "区", "单", "尉迟")
TRADITIONAL = "葉陳楊黃劉"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
RARE = "㐂𠮷喆堃犇龘"
SUBJECTS = {  # as often as they are taught
    Stage.PRIMARY: "语文 语文 语文 数学 数学 英语 科学 道德与法治 体育 音乐 美术 信息科技",
    Stage.JUNIOR: "语文 语文 数学 数学 英语 英语 科学 科学 社会 道德与法治 体育 音乐 美术 信息科技",
}
EVERY_SUBJECT = " ".join(SUBJECTS.values())
TITLES = ((50, "高级教师"), (36, "一级教师"), (27, "二级教师"), (0, "三级教师"))  # from that age
BACKBONE = (
    ("市学科带头人", 0.01),
    ("县学科带头人", 0.04),
    ("县骨干教师", 0.10),
    ("县教坛新秀", 0.15),
)
HEADS = ("校长", "副校长", "教导主任", "总务主任", "教研组长", "教研组长")
DISTRICT_CODE = "331126"
FIRST_PHONE = 19900000000
SEQUENCES = 999  # an ID number tells 999 people of one birthday apart


@dataclasses.dataclass(frozen=True)
class Person:
    """One teacher's own facts; where they work is the caller's."""

    name: str
    gender: str
    born_on: datetime.date
    id_number: str
    phone: str
    stage: str
    subject: str
    title: str
    position: str
    position_since: datetime.date | None
    backbone_level: str
    education: str
    hired_on: datetime.date


class Crowd:
    """Draws people one after another; no two share a name, an ID number or a phone."""

    def __init__(self, year: int, seed: str):
        self.year = year
        self._chance = random.Random(f"{seed} {year}")  # noqa: S311 - made-up people, not secrets
        self._names: set[str] = set()
        self._born: dict[datetime.date, int] = {}
        self._phone = FIRST_PHONE

    def staff(self, size: int, stage: str, *, headless: bool = False) -> Iterator[Person]:
        """The teachers of one school, its heads first (without a headmaster where asked)."""
        heads = HEADS[int(headless) :][: size // 3 + 1]
        for number in range(size):
            yield self.person(stage, heads[number] if number < len(heads) else "")

    def person(self, stage: str, position: str = "", name: str = "") -> Person:
        chance = self._chance
        age = chance.randint(36 if position else 23, 59)
        gender = Gender.FEMALE if chance.random() < 0.64 else Gender.MALE
        born_on = datetime.date(self.year - age, 1, 1) + datetime.timedelta(chance.randrange(365))
        hired_on = datetime.date(born_on.year + chance.randint(22, 23), FIRST_MONTH, 1)
        since = datetime.date(self.year - chance.randint(0, 8), FIRST_MONTH, 1)
        subjects = SUBJECTS.get(stage, EVERY_SUBJECT).split()
        return Person(
            name=name or self._name(),
            gender=gender,
            born_on=born_on,
            id_number=self._id_number(born_on, gender),
            phone=self._next_phone(),
            stage=stage,
            subject=chance.choice(subjects),
            title=self._title(age),
            position=position or ("班主任" if chance.random() < 0.4 else ""),
            position_since=max(since, hired_on) if position else None,
            backbone_level=self._backbone(age),
            education=chance.choices(("本科", "大专", "硕士研究生"), (80, 15, 5))[0],
            hired_on=hired_on,
        )

    def _name(self) -> str:
        chance = self._chance
        while True:
            surnames = chance.choices((COMMON, POLYPHONIC, TRADITIONAL), (86, 12, 2))[0]
            given = "".join(chance.sample((chance.choice(STEMS), chance.choice(BRANCHES)), 2))
            if chance.random() < 0.04:
                given = chance.choice(RARE) + chance.choice(("", *STEMS))
            name = chance.choice(surnames) + given
            if name not in self._names:
                self._names.add(name)
                return name

    def _id_number(self, born_on: datetime.date, gender: str) -> str:
        """The next of that birthday: odd for men, even for women."""
        number = self._born.get(born_on, 0) + 1
        if (number % 2 == 1) != (gender == Gender.MALE):
            number += 1
        if number > SEQUENCES:
            raise ValueError(f"more than {SEQUENCES} people born on {born_on}")
        self._born[born_on] = number
        digits = f"{DISTRICT_CODE}{born_on:%Y%m%d}{number:03}"
        return digits + ric.calc_check_digit(digits + "0")

    def _next_phone(self) -> str:
        self._phone += 1
        return str(self._phone)

    def _title(self, age: int) -> str:
        reached = [title for least, title in TITLES if age >= least]
        if len(reached) > 1 and self._chance.random() < 0.35:
            return reached[1]
        return "正高级教师" if age > 52 and self._chance.random() < 0.02 else reached[0]

    def _backbone(self, age: int) -> str:
        if age < 28:
            return ""
        drawn = self._chance.random()
        return next((level for level, below in BACKBONE if drawn < below), "")
