"""What each school of the demo county is: stage, legal status, place, pupils, lesson times."""

import csv
import dataclasses
import datetime
import zlib
from pathlib import Path

from directory.enums import SchoolKind, Stage


DATA = Path(__file__).resolve().parents[1] / "data"
# Pupils of the first school year; a centre school's pupils are counted in its sections.
PUPILS = {
    "实验小学": 1850, "坑西小学": 310, "城东小学": 1620, "大济小学": 280, "实验二小": 1400,
    "江滨小学": 1210, "屏都小学": 640, "五都小学": 520, "举水乡小": 90, "竹口镇校小学部": 460,
    "蔚文学校小学部": 300, "江根乡小": 60, "淤上乡小": 110, "黄田镇校小学部": 410,
    "五大堡乡小": 85, "荷地镇小": 150, "安南乡小": 95, "隆宫乡小": 70, "庆元二中": 1500,
    "庆元三中": 980, "菊隆中学": 900, "黄田中心学校初中部": 350, "竹口中心学校初中部": 330,
    "蔚文学校初中部": 290,
}  # fmt: skip
WITHOUT_CODE = {"坑西小学", "隆宫乡小"}  # 待补
# (area code, unit, town, 城乡属性, 城乡分类代码), beginnings of the names of the schools there
AREAS = (
    (("331126001001", "示例一社区", "松源街道", "12", "121"),
     ("实验小学", "庆元", "江滨", "菊隆")),
    (("331126002001", "示例二社区", "濛洲街道", "12", "121"), ("实验二小", "城东", "蔚文")),
    (("331126002201", "示例三村", "濛洲街道", "20", "122"), ("坑西", "大济")),
    (("331126003001", "示例四社区", "屏都街道", "12", "122"), ("屏都", "五都")),
    (("331126101001", "示例五社区", "黄田镇", "12", "121"), ("黄田",)),
    (("331126102001", "示例六社区", "竹口镇", "12", "121"), ("竹口",)),
    (("331126104001", "示例七社区", "荷地镇", "12", "121"), ("荷地",)),
    (("331126203200", "示例八村", "五大堡乡", "22", "210"), ("五大堡",)),
    (("331126204200", "示例九村", "淤上乡", "22", "210"), ("淤上",)),
    (("331126205200", "示例十村", "安南乡", "22", "210"), ("安南",)),
    (("331126207200", "示例十一村", "隆宫乡", "22", "220"), ("隆宫",)),
    (("331126208200", "示例十二村", "举水乡", "22", "220"), ("举水",)),
    (("331126209200", "示例十三村", "江根乡", "22", "220"), ("江根",)),
)  # fmt: skip
PRIMARY_LESSONS = ("08:20", "09:15", "10:20", "13:30", "14:25", "15:20")
JUNIOR_LESSONS = ("08:00", "08:55", "09:55", "10:50", "13:40", "14:35", "15:35", "16:30")
MINUTES = 40


@dataclasses.dataclass(frozen=True)
class Place:
    name: str
    kind: str
    stage: str
    parent: str
    area: tuple[str, ...]


def group_rows() -> list[dict[str, str]]:
    """The lines of the county's list of groups."""
    with (DATA / "groups-qingyuan.csv").open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def places(rows: list[dict[str, str]]) -> list[Place]:
    """The schools of the list and their parents, parents first."""
    parents = {row["学校"]: row["所属学校"] for row in rows if row["所属学校"]}
    campuses = {row["学校"] for row in rows if row["类型"] == "融合型" and row["角色"] == "成员校"}
    names = {row["学校"] for row in rows} | set(parents.values())
    found = [
        Place(
            name=name,
            kind=(
                SchoolKind.CAMPUS
                if name in campuses
                else SchoolKind.SECTION
                if name in parents
                else SchoolKind.LEGAL_PERSON
            ),
            stage=stage_of(name),
            parent=parents.get(name, ""),
            area=area_of(name),
        )
        for name in names
    ]
    return sorted(found, key=lambda place: (bool(place.parent), place.name))


def stage_of(name: str) -> str:
    if name.endswith(("小学", "小学部", "小")):
        return Stage.PRIMARY
    if name.endswith(("初中部", "中学", "中")):
        return Stage.JUNIOR
    return Stage.NINE_YEAR


def area_of(name: str) -> tuple[str, ...]:
    return next(area for area, beginnings in AREAS if name.startswith(beginnings))


def code_of(name: str, number: int) -> str | None:
    """A made-up 学校标识码: two digits of type, two of province, six of serial."""
    kind = {Stage.PRIMARY: "21", Stage.JUNIOR: "31"}.get(stage_of(name), "31")
    return None if name in WITHOUT_CODE else f"{kind}33{990000 + number}"


def pupils_of(name: str, years_later: int) -> int:
    """Pupils that many years after the first: villages lose some, the town gains."""
    base = PUPILS[name]
    drift = (0.97 if base < 200 else 1.01) ** years_later
    wobble = zlib.crc32(f"{name} {years_later}".encode()) % 5 - 2
    return max(round(base * drift) + wobble * (1 if base < 200 else 4), 12)


def lessons(stage: str) -> list[tuple[int, datetime.time, datetime.time]]:
    """(number, start, end) of the lessons of a school day."""
    starts = PRIMARY_LESSONS if stage == Stage.PRIMARY else JUNIOR_LESSONS
    day = datetime.date.min
    return [
        (number, at, (datetime.datetime.combine(day, at) + length).time())
        for number, at in enumerate(map(datetime.time.fromisoformat, starts), 1)
        if (length := datetime.timedelta(minutes=MINUTES))
    ]
