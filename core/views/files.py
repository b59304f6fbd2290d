import uuid

import structlog
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from core import clock, selectors
from core.actions import files


log = structlog.get_logger()


@require_safe
def download(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """Stream a stored file to whom its guard lets read it, and write down that they took it.

    404 for a file that does not exist and for one that is not theirs alike. Always an attachment:
    what somebody uploaded never opens as a page of ours.
    """
    stored = request.actor and selectors.file_visible_to(request.actor, file_id)
    if not stored:
        raise Http404
    try:
        content = stored.content.open("rb")
    except FileNotFoundError:
        log.exception("stored file is missing", file=str(stored.pk))
        raise Http404 from None
    try:
        files.downloaded(stored=stored, actor=request.actor, now=clock.now())
    except Exception:
        content.close()
        raise
    response = FileResponse(
        content, as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
