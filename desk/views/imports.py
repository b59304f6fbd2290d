"""Import in the browser: upload, check, preview by cell, write, undo (X-12, X-30)."""

from functools import wraps

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment.actions.score_imports import scheme_of
from core import clock
from core.actions import imports as actions
from core.enums import BatchState, RowState
from core.errors import Denied
from core.school_years import default_term, school_year_of
from core.selectors import imports as batches
from core.spreadsheets.blank import blank_table
from core.spreadsheets.importing import Stands
from desk.actions import imports as desk
from desk.forms import ImportForm
from directory.selectors import people
from exchange.actions.roster_imports import filing_of


PER_PAGE = 50
BAR = 1000  # the width of the bar of counts
BAR_ORDER = (RowState.NEW, RowState.CHANGED, RowState.UNCHANGED, RowState.WRONG)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = ("上传", "核对", "写入", "完成")


def importers_only(view):
    """For whoever may import anything; hands the view what that is. Others see no such page."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        kinds = desk.kinds_of(request.actor) if request.actor else {}
        if not kinds:
            raise Http404
        return view(request, kinds, *args, **kwargs)

    return guarded


@require_safe
@importers_only
def batch_list(request, kinds):
    found = batches.batches_visible_to(request.actor, kinds)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    open_now = [it for it in kinds.values() if not it.closed]
    context = {"page": page, "kinds": open_now, "rows": [_listed(it, kinds) for it in page]}
    return render(request, "desk/imports/list.html", context)


def _listed(batch, kinds):
    return {"batch": batch, "kind": kinds[batch.kind], "state": BatchState(batch.state)}


@require_http_methods(["GET", "HEAD", "POST"])
@importers_only
def batch_new(request, kinds, kind):
    importer = kinds.get(kind)
    if importer is None:
        raise Http404
    if scheme_id := scheme_of(kind):
        return redirect("scheme-upload", scheme_id)
    if filing_id := filing_of(kind):
        return redirect("roster-upload", filing_id)
    actor = request.actor
    districts = [it for it in people.districts_visible_to(actor) if it.pk in actor.district_ids]
    return upload(request, importer, districts, "desk/imports/new.html", {})


def upload(request, importer, districts, template, context):
    """The form that takes a file in, drawn or obeyed; a good file leads to its batch."""
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        districts=districts,
        start_label=importer.start_label,
        start=_year_start(),
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = actions.open_batch(
                importer=importer,
                district_id=form.district_id,
                content=file,
                name=file.name,
                start=form.cleaned_data.get("start") or _year_start(),
                actor=request.actor,
                now=clock.now(),
            )
            return redirect("import-batch", batch.pk)
        except Denied as denied:
            refusal = str(denied)
    context |= {"form": form, "importer": importer, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, template, context, status=status)


@require_safe
@importers_only
def batch_page(request, kinds, batch_id):
    return _page(request, kinds, _batch(request, kinds, batch_id))


def _year_start():
    return default_term(school_year_of(clock.today()), 1)[0]


def _batch(request, kinds, batch_id):
    return get_object_or_404(batches.batches_visible_to(request.actor, kinds), pk=batch_id)


def _page(request, kinds, batch, *, refusal="", stands=(), status=200):
    importer, state = kinds[batch.kind], BatchState(batch.state)
    job = batches.job_of(batch)
    counts = dict(batches.counts_of(batch))
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in RowState.values else ""
    tables = batch.params.get("tables", [])
    page = Paginator(batches.rows_of(batch, chosen), PER_PAGE).get_page(request.GET.get("page"))
    columns = batches.columns_in(importer, tables)
    going = job is not None and not job.finished_at
    if scheme_of(batch.kind):
        request.stands_as = "scheme-upload"
    if filing_of(batch.kind):
        request.stands_as = "roster-upload"
    context = {
        "batch": batch,
        "importer": importer,
        "scheme_id": scheme_of(batch.kind),
        "roster_filing": filing_of(batch.kind),
        "state": state,
        "job": job,
        "going": going,
        "counts": [{"state": it, "rows": n, "chosen": it == chosen} for it, n in counts.items()],
        "figures": [{"state": it, "rows": counts[it]} for it in BAR_ORDER],
        "bar": _bar(counts),
        "total": sum(counts.values()),
        "right": counts[RowState.NEW] + counts[RowState.CHANGED],
        "new": counts[RowState.NEW],
        "changed": counts[RowState.CHANGED],
        "wrong": counts[RowState.WRONG],
        "columns": columns,
        "page": page,
        "rows": [batches.shown(row, columns, tables) for row in page],
        "width": len(columns) + 1,
        "sheets": len(tables),
        "chosen": chosen,
        "steps": _steps(state, going=going, writing=bool(job and job.kind == "import.write")),
        "refusal": refusal,
        "stands": stands,
        "may_write": state == BatchState.PREVIEWED and not going,
        "faults": batch.params.get("faults", []),
        "warnings": batch.params.get("warnings", []),
    }
    return render(request, "desk/imports/batch.html", context, status=status)


def _bar(counts):
    """The parts of the bar of counts, a hairline between them."""
    total, at, parts = sum(counts.values()) or 1, 0, []
    for state in BAR_ORDER:
        width = BAR * counts[state] / total
        if width:
            parts.append({"kind": state.lower(), "x": f"{at:.1f}", "width": f"{width - 3:.1f}"})
        at += width
    return parts


def _steps(state, *, going, writing):
    """(label, done, now) of the four steps."""
    at = {
        BatchState.READING: 1,
        BatchState.REFUSED: 1,
        BatchState.PREVIEWED: 2 if going and writing else 1,
    }.get(state, 3)
    finished = state == BatchState.WRITTEN
    return [
        (number, label, number - 1 < at or finished, number - 1 == at and not finished)
        for number, label in enumerate(STEPS, start=1)
    ]


@require_POST
@importers_only
def batch_write(request, kinds, batch_id):
    return _act(request, kinds, batch_id, actions.request_write)


@require_POST
@importers_only
def batch_discard(request, kinds, batch_id):
    response = _act(request, kinds, batch_id, actions.discard)
    return redirect("import-list") if response.status_code == 302 else response


@require_POST
@importers_only
def batch_undo(request, kinds, batch_id):
    return _act(request, kinds, batch_id, actions.undo, on=clock.today())


def _act(request, kinds, batch_id, action, **extra):
    batch = _batch(request, kinds, batch_id)
    try:
        action(
            batch_id=batch.pk,
            importer=kinds[batch.kind],
            actor=request.actor,
            now=clock.now(),
            **extra,
        )
    except Denied as denied:
        return _page(request, kinds, batch, refusal=str(denied), status=409)
    except Stands as stands:
        return _page(request, kinds, batch, stands=stands.faults, status=409)
    return redirect("import-batch", batch.pk)


@require_POST
@importers_only
def batch_marked_copy(request, kinds, batch_id):
    batch = _batch(request, kinds, batch_id)
    try:
        name, content = desk.mark(batch=batch, actor=request.actor, now=clock.now())
    except Denied as denied:
        return _page(request, kinds, batch, refusal=str(denied), status=409)
    return _download(content, name)


@require_safe
@importers_only
def template(request, kinds, kind):
    importer = kinds.get(kind)
    if importer is None:
        raise Http404
    content = blank_table(importer.label, importer.columns)
    return _download(content, f"{importer.label}导入模板.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=name
    )
    return response
