"""The columns of directory's lists: heads, sort and workbook from one declaration."""

import dataclasses

from core.privacy import masked_id_number, masked_phone
from core.tables import Column
from directory.enums import AREA_CLASSES, SchoolKind, Stage


WAITING = "待补"
KINDS, STAGES = dict(SchoolKind.choices), dict(Stage.choices)


@dataclasses.dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school in the list, as the template and the workbook read it."""

    school_id: int
    name: str
    code: str | None
    kind: str
    stage: str
    parent_name: str | None
    area_class: str
    area_unit__code: str | None
    pupils: int | None
    staff: int

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def stage_label(self) -> str:
        return STAGES.get(self.stage, "")

    @property
    def area(self) -> str:
        return AREA_CLASSES.get(self.area_class, "")


SCHOOL_READ = [field.name for field in dataclasses.fields(SchoolRow)]

SCHOOLS = (
    Column("name", "学校", lambda row: row.name, ("sort_key",), width=28),
    Column("code", "标识码", lambda row: row.code or WAITING, ("code",)),
    Column("kind", "办学类型", lambda row: row.kind_label, ("kind",)),
    Column("stage", "学段", lambda row: row.stage_label, ("stage",), width=10),
    Column("parent", "所属学校", lambda row: row.parent_name, ("parent_name",), width=24),
    Column("area", "城乡分类", lambda row: row.area, ("area_class",)),
    Column("area_unit", "区划代码", lambda row: row.area_unit__code, screen=False),
    Column("pupils", "学生", lambda row: row.pupils, ("pupils",), "num", kind="integer"),
    Column("staff", "教师", lambda row: row.staff, ("staff",), "num", kind="integer"),
)

TEACHERS = (
    Column("name", "姓名", lambda row: row.name, ("sort_key",), width=10),
    Column("number", "工号", lambda row: row.staff_number, ("staff_number",)),
    Column("gender", "性别", lambda row: row.get_gender_display(), screen=False, width=6),
    Column("unit", "任教单位", lambda row: row.unit_name, ("unit_sort", "sort_key"), width=24),
    Column("employer", "编制学校", lambda row: row.employer_name, screen=False, width=24),
    Column("stage", "学段", lambda row: row.get_stage_display(), screen=False, width=10),
    Column("subject", "学科", lambda row: row.subject, ("subject", "sort_key"), width=10),
    Column("title", "职称", lambda row: row.title, ("title", "sort_key")),
    Column("position", "职务", lambda row: row.position, ("position", "sort_key")),
    Column("backbone", "骨干层次", lambda row: row.backbone_level, ("backbone_level", "sort_key")),
    Column(
        "id_number", "身份证号", lambda row: masked_id_number(row.id_number), screen=False, width=22
    ),
    Column("phone", "手机", lambda row: masked_phone(row.phone), screen=False),
)

AREAS = (
    Column("code", "区划代码", lambda row: row.code, ("code",), width=16),
    Column("name", "村（社区）", lambda row: row.name, ("name",), width=20),
    Column("town", "乡镇（街道）", lambda row: row.town, ("town", "code"), width=20),
    Column("attribute", "城乡属性", lambda row: row.attribute, ("attribute", "code"), width=10),
    Column(
        "national",
        "城乡分类",
        lambda row: f"{row.national_class} {AREA_CLASSES.get(row.national_class, '')}".strip(),
        ("national_class", "code"),
    ),
    Column("schools", "学校", lambda row: row.schools, ("schools",), "num", kind="integer"),
)
