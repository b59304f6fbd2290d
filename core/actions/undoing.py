"""Taking back what an import made: it goes only when nothing else refers to it."""

from collections.abc import Callable, Mapping

from django.db.models import Model, ProtectedError, QuerySet

from core.spreadsheets.importing import Fault, Line, Stands


def fault(line: Line, message: str) -> Fault:
    """Why a row cannot be taken back."""
    return Fault(line.sheet, line.number, "", "", message)


def label_of(model: type[Model], field: str) -> str:
    """What people call a field."""
    return str(model._meta.get_field(field).verbose_name)  # noqa: SLF001 - Django's documented API


def remove(made: QuerySet, lines: Mapping[int, Line], named: Callable[[int], str]) -> None:
    """Delete these rows. Raises Stands with a sentence for each that something refers to.

    ``lines`` are the imported rows by id, ``named`` says what people call one.
    """
    try:
        made.delete()
    except ProtectedError as protected:
        faults = {}
        for holder in protected.protected_objects:
            pk, what = _held(holder, made.model, lines), holder._meta.verbose_name  # noqa: SLF001
            line = lines.get(pk) or next(iter(lines.values()))
            message = f"{named(pk) if pk else '这一行'}已有“{what}”记录，请先处理。"
            faults[message] = fault(line, message)
        raise Stands(list(faults.values())) from protected


def _held(holder: Model, model: type[Model], lines: Mapping[int, Line]) -> int | None:
    """The row that the holder refers to."""
    for field in holder._meta.fields:  # noqa: SLF001
        if field.related_model is model and getattr(holder, field.attname) in lines:
            return getattr(holder, field.attname)
    return None
