"""What a reader is told when a request failed, without a trace."""

import json
import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.api.problems import BUSY, RETRY_AFTER, problem
from core.errors import NO_ROOM


TOLD = {
    HTTPStatus.INTERNAL_SERVER_ERROR: "系统出错了，已记录；请稍后再试。",
    HTTPStatus.SERVICE_UNAVAILABLE: BUSY,
    HTTPStatus.INSUFFICIENT_STORAGE: "服务器的磁盘已满，请告诉管理员。",
}


class MethodTold:
    """Whoever opens the address of a button by hand is told, in place of an empty page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        refused = answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        if refused and request.method == "GET" and not answer.content:
            answer.content = render_to_string("405.html", request=request)
        return answer


def failed(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``; the API answers with a problem, pages with a page.

    503 when the database did not answer or had no connection free, which passes by itself; 507
    when the disk is full; else 500. Asks nothing of the database: neither session nor account
    are known here.
    """
    status = _status(sys.exc_info()[1])
    passes = status == HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": str(RETRY_AFTER)} if passes else {}
    if request.path.startswith("/api/"):
        content = json.dumps(problem(status, TOLD[status]), ensure_ascii=False)
        kind = "application/problem+json"
        return HttpResponse(content, status=status, headers=headers, content_type=kind)
    return HttpResponse(render_to_string(f"{status.value}.html"), status=status, headers=headers)


def _status(error: BaseException | None) -> HTTPStatus:
    if isinstance(error, OperationalError | InterfaceError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return HTTPStatus.INSUFFICIENT_STORAGE
    return HTTPStatus.INTERNAL_SERVER_ERROR
