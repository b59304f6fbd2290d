"""What stored data break, found again without trusting the constraints that should forbid it."""

import dataclasses
from collections.abc import Collection, Iterator

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q

from core.periods import DateRangeField


@dataclasses.dataclass(frozen=True)
class Violation:
    """A row that breaks a rule of ``domain.md``, and a sentence that says how."""

    rule: int
    table: str
    id: int
    message: str


def broken_periods(skip: Collection[str] = ()) -> Iterator[Violation]:
    """Rule 3: rows of every table whose period is empty, or meets another where none may.

    Every exclusion constraint is asked again as a query, but those named in ``skip``. One query
    a table and constraint.
    """
    for model in apps.get_models():
        fields = model._meta.concrete_fields  # noqa: SLF001 - Django documents _meta
        if any(field.name == "period" and isinstance(field, DateRangeField) for field in fields):
            yield from _empty(model)
        for constraint in model._meta.constraints:  # noqa: SLF001
            if isinstance(constraint, ExclusionConstraint) and constraint.name not in skip:
                yield from _meeting(model, constraint)


def found(rule: int, table: str, statement: str, message: str) -> Iterator[Violation]:
    """Of a statement whose rows are (id, words of the message …)."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for pk, *words in cursor.fetchall():
            yield Violation(rule, table, pk, message.format(*words))


def _empty(model: type[Model]) -> Iterator[Violation]:
    rows = model._default_manager.filter(period__isempty=True).order_by("pk")  # noqa: SLF001
    if any(field.name == "ended_reason" for field in model._meta.concrete_fields):  # noqa: SLF001
        rows = rows.filter(ended_reason="")  # ended before it began, and the row says why
    for pk in rows.values_list("pk", flat=True):
        yield _of(model, pk, "期间为空：结束日期早于开始日期。")


def _meeting(model: type[Model], constraint: ExclusionConstraint) -> Iterator[Violation]:
    """Rows that a later one meets; each such row once."""
    keys = {
        f"key{number}": F(asked) if isinstance(asked, str) else asked
        for number, (asked, _) in enumerate(constraint.expressions)
    }
    rows = model._default_manager.filter(constraint.condition or Q()).annotate(**keys)  # noqa: SLF001
    alike, unlike = {"pk__gt": OuterRef("pk")}, {}
    for key, (_, operator) in zip(keys, constraint.expressions, strict=True):
        if operator == RangeOperators.NOT_EQUAL:
            unlike[key] = OuterRef(key)
        elif operator == RangeOperators.OVERLAPS:
            alike[f"{key}__overlap"] = OuterRef(key)
        else:
            alike[key] = OuterRef(key)
    others = rows.filter(**alike)
    met = rows.filter(Exists(others.exclude(**unlike) if unlike else others)).order_by("pk")
    for pk in met.values_list("pk", flat=True):
        yield _of(model, pk, str(constraint.violation_error_message))


def _of(model: type[Model], pk: int, message: str) -> Violation:
    meta = model._meta  # noqa: SLF001
    return Violation(3, meta.db_table, pk, f"{meta.verbose_name}：{message}")
