"""The filters of directory's lists."""

from core.tables import Filter
from directory.enums import AREA_CLASSES, SchoolKind, Stage
from directory.selectors import areas, people, schools, teacher_pages


MISSING = {"code": "缺标识码", "pupils": "缺学生数", "area": "缺城乡分类"}
MISSING_ROWS = {
    "code": {"code__isnull": True},
    "pupils": {"pupils__isnull": True},
    "area": {"area_class": ""},
}


def districts(request) -> list[tuple[str, str]]:
    """The districts of a post that has several; a county's bureau need not choose."""
    if len(request.actor.district_ids) < 2:
        return []
    rows = people.districts_visible_to(request.actor).order_by("code")
    return [(str(row.pk), row.name) for row in rows]


def units(request) -> list[tuple[str, str]]:
    """The schools that the actor sees; of several counties only the one in the address."""
    rows = schools.schools_visible_to(request.actor, request.day)
    if len(request.actor.district_ids) > 1:
        asked = request.GET.get("unit", "")
        rows = rows.filter(school_id=int(asked) if asked.isdecimal() and len(asked) < 18 else None)
    pairs = rows.order_by("sort_key", "pk").values_list("school_id", "name")
    return [(str(school_id), name) for school_id, name in pairs]


def subjects(request) -> list[tuple[str, str]]:
    return [(it, it) for it in teacher_pages.subjects_of(request.actor, request.day)]


DISTRICT = Filter(
    "district", "行政区", districts, lambda rows, value: rows.filter(district_id=value)
)
SCHOOLS = (
    DISTRICT,
    Filter(
        "kind", "类型", lambda _: SchoolKind.choices, lambda rows, value: rows.filter(kind=value)
    ),
    Filter("stage", "学段", lambda _: Stage.choices, lambda rows, value: rows.filter(stage=value)),
    Filter(
        "area",
        "城乡",
        lambda _: AREA_CLASSES.items(),
        lambda rows, value: rows.filter(area_class=value),
    ),
    Filter(
        "missing",
        "待补",
        lambda _: MISSING.items(),
        lambda rows, value: rows.filter(**MISSING_ROWS[value]),
    ),
)
TEACHERS = (
    DISTRICT,
    Filter("unit", "单位", units, lambda rows, value: rows.filter(unit_id=value)),
    Filter("stage", "学段", lambda _: Stage.choices, lambda rows, value: rows.filter(stage=value)),
    Filter("subject", "学科", subjects, lambda rows, value: rows.filter(subject=value)),
    Filter("state", "在岗", lambda _: [("left", "已离岗")], lambda rows, _: rows),
)
AREAS = (
    Filter(
        "town",
        "乡镇",
        lambda request: [(it, it) for it in areas.towns_of(request.actor)],
        lambda rows, value: rows.filter(town=value),
    ),
    Filter(
        "class",
        "分类",
        lambda _: AREA_CLASSES.items(),
        lambda rows, value: rows.filter(national_class=value),
    ),
)
