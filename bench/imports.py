"""10 000 teachers from one workbook: the product's importer against django-import-export's default.

Both read the same file into an empty table, turn about. Ours checks every cell (ID numbers with
their check digit, phones, dates, words), finds the units, encrypts and enters employments too;
the other saves the same columns of teachers row by row, as it does when nothing is tuned.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import django


django.setup()

import tablib
from django.core.management import call_command
from django.db import connection
from import_export import fields, resources, widgets

from core import clock
from core.actions import imports
from core.spreadsheets.importing import Occasion
from core.spreadsheets.writing import ColumnOut, SheetOut, write_workbook
from desk.demo.people import Crowd
from directory.actions.imports.teachers import IMPORTER
from directory.enums import Gender, Stage
from directory.models import District, Employment, SchoolFacts, Teacher


ROWS, ROUNDS, LEAST_RATIO, MOST_QUERIES = 10_000, 2, 10, 40
FIELDS = {
    "工号": "staff_number", "姓名": "name", "性别": "gender", "出生日期": "born_on",
    "身份证号": "id_number", "手机": "phone", "学段": "stage", "学科": "subject", "职称": "title",
    "职务": "position", "任现职时间": "position_since", "骨干层次": "backbone_level",
    "学历": "education", "入职时间": "hired_on",
}  # fmt: skip
DAYS = {"born_on", "position_since", "hired_on"}


def main() -> dict:
    call_command("seed_scale", counties=1, verbosity=0, stdout=sys.stderr)
    county = District.objects.get(code="990001")
    empty(county)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "teachers.xlsx"
        write_workbook(path, [sheet(county)])
        ours, theirs = [], []
        for _ in range(ROUNDS):
            taken, queries = timed(lambda: product(path, county))
            ours.append(taken)
            checked(county)
            taken, plain_queries = timed(lambda: default(path, county))
            theirs.append(taken)
            checked(county)
    mine, plain = statistics.median(ours), statistics.median(theirs)
    return {
        "rows": ROWS,
        "seconds": round(mine, 2),
        "queries": queries,
        "import_export_seconds": round(plain, 2),
        "import_export_queries": plain_queries,
        "ratio": round(plain / mine, 1),
        "least_ratio": LEAST_RATIO,
        "most_queries": MOST_QUERIES,
        "ok": plain / mine >= LEAST_RATIO and queries <= MOST_QUERIES,
    }


def empty(county) -> None:
    Employment.objects.filter(teacher__district=county).delete()
    Teacher.objects.filter(district=county).delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def checked(county) -> None:
    count = Teacher.objects.filter(district=county).count()
    if count != ROWS:
        raise RuntimeError(f"{count} teachers instead of {ROWS}")
    empty(county)


def sheet(county) -> SheetOut:
    names = SchoolFacts.objects.filter(district=county, kind="LEGAL_PERSON").order_by("pk")
    schools = list(names.values_list("name", flat=True))
    crowd, rows = Crowd(clock.today().year, "bench"), []
    for number in range(ROWS):
        person = crowd.person(Stage.PRIMARY, "班主任", name=f"某人{number}")
        cells = [schools[number % len(schools)], f"{number:05}"]
        for field in list(FIELDS.values())[1:]:
            value = getattr(person, field)
            cells.append(
                Gender(value).label
                if field == "gender"
                else Stage(value).label
                if field == "stage"
                else str(value or "")
            )
        rows.append(cells)
    columns = [ColumnOut(title=title, width=12, kind="text") for title in ("学校", *FIELDS)]
    return SheetOut(name="教师", columns=columns, rows=rows)


def product(path: Path, county) -> None:
    today, now = clock.today(), clock.now()
    occasion = Occasion(district_id=county.pk, on=today, start=today, now=now, source="bench")
    reading = imports.run(
        importer=IMPORTER, path=path, occasion=occasion, dry_run=False, actor=None
    )
    if faults := reading.all_faults():
        raise RuntimeError(faults[:3])


class Labelled(widgets.CharWidget):
    def __init__(self, choices):
        super().__init__()
        self.codes = {label: code for code, label in choices}

    def clean(self, value, row=None, **kwargs):
        return self.codes[value]


WIDGETS = {"gender": Labelled(Gender.choices), "stage": Labelled(Stage.choices)}


class Plain(resources.ModelResource):
    """As its manual shows: fields, the key, nothing tuned."""

    class Meta:
        model = Teacher
        fields = tuple(FIELDS.values())
        import_id_fields = ("staff_number",)

    def __init__(self, county):
        super().__init__()
        self.county = county
        for title, name in FIELDS.items():
            widget = widgets.DateWidget() if name in DAYS else WIDGETS.get(name)
            self.fields[name] = fields.Field(
                attribute=name, column_name=title, widget=widget or widgets.CharWidget()
            )

    def before_save_instance(self, instance, row, **kwargs):
        instance.district, instance.created_at = self.county, self.now
        instance.id_number_index = row["身份证号"]


def default(path: Path, county) -> None:
    data = tablib.Dataset().load(path.read_bytes(), format="xlsx")
    resource = Plain(county)
    resource.now = clock.now()
    result = resource.import_data(data, dry_run=False, raise_errors=True)
    if result.has_errors():
        raise RuntimeError(result.row_errors()[:1])


def timed(work) -> tuple[float, int]:
    """Wall seconds of one run; queries are counted by a wrapper that keeps nothing."""
    counted = 0

    def count(execute, *args):
        nonlocal counted
        counted += 1
        return execute(*args)

    start = time.perf_counter()
    with connection.execute_wrapper(count):
        work()
    return time.perf_counter() - start, counted


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(), ensure_ascii=False))
