"""Errors as RFC 9457 problem details, each fault with the place of its field."""

from http import HTTPStatus

import structlog
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler


log = structlog.get_logger()
TITLES = {
    HTTPStatus.BAD_REQUEST: "请求有误",
    HTTPStatus.UNAUTHORIZED: "需要登录",
    HTTPStatus.FORBIDDEN: "没有权限",
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.METHOD_NOT_ALLOWED: "不支持的方法",
    HTTPStatus.NOT_ACCEPTABLE: "不支持的格式",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "不支持的格式",
    HTTPStatus.TOO_MANY_REQUESTS: "请求过多",
    HTTPStatus.INTERNAL_SERVER_ERROR: "系统出错",
    HTTPStatus.SERVICE_UNAVAILABLE: "暂时繁忙",
}
RETRY_AFTER = 10  # seconds, in which a restarted database is back and a crowd has passed
BUSY = "系统暂时忙不过来，请稍后再试。"


class Fault(serializers.Serializer):
    """One fault of the request. One of ``pointer`` (body) and ``parameter`` (address) is given."""

    detail = serializers.CharField()
    pointer = serializers.CharField(required=False, help_text="JSON 指针，如 #/username")
    parameter = serializers.CharField(required=False, help_text="地址中的参数名")


class Problem(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField(default="about:blank")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = Fault(many=True, required=False)


class ProblemRenderer(JSONRenderer):
    media_type = "application/problem+json"
    charset = None


class BadParameter(exceptions.APIException):
    """A parameter of the address that cannot be understood."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, faults: dict[str, list[str]]):
        super().__init__("地址中的参数有误。")
        self.faults = faults


class Busy(exceptions.APIException):
    """The database does not answer, or has no connection free."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = BUSY
    wait = RETRY_AFTER  # which DRF tells in Retry-After


def problem(status: HTTPStatus, detail: str) -> dict:
    return {
        "type": "about:blank",
        "title": TITLES.get(status, status.phrase),
        "status": status.value,
        "detail": detail,
    }


def document(result: dict, **_) -> dict:
    """Hook of the schema: whatever is not the answer that an operation promises is a problem."""
    schema = {"$ref": "#/components/schemas/Problem"}
    told = {
        "description": "问题详情（RFC 9457）",
        "content": {"application/problem+json": {"schema": schema}},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", told)
    return result


def handle(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler; None for an error of ours, which Django then reports."""
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database away", exc_info=error)
        error = Busy()
    if isinstance(error, Http404):
        error = exceptions.NotFound("没有这条记录，或不在您的范围内。")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    answer = exception_handler(error, context)
    if answer is None:
        return None
    told = problem(HTTPStatus(answer.status_code), str(getattr(error, "detail", "")))
    if isinstance(error, BadParameter):
        errors = [
            {"parameter": name, "detail": str(text)}
            for name, texts in error.faults.items()
            for text in texts
        ]
        told["errors"] = errors
    elif isinstance(error, exceptions.ValidationError):
        told |= {"detail": "提交的内容有误。", "errors": list(_faults(error.detail, "#"))}
    answer.data = told
    request = context["request"]  # whatever was asked for, a problem is JSON
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = ProblemRenderer.media_type
    return answer


def _faults(detail, place: str):
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _faults(inner, place if name == "non_field_errors" else f"{place}/{name}")
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _faults(inner, f"{place}/{number}" if nested else place)
    else:
        yield {"pointer": place, "detail": str(detail)}
