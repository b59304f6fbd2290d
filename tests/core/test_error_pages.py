"""Pages that Django draws when something is wrong, some of them without request or context."""

import errno
import json

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import InterfaceError, OperationalError
from django.template.loader import render_to_string
from django.views import defaults

from config.failures import failed


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (ValueError("甲"), 500, "系统出错了"),
        (OperationalError("no connection"), 503, "系统暂时忙不过来"),
        (InterfaceError("closed"), 503, "系统暂时忙不过来"),
        (OSError(errno.ENOSPC, "full"), 507, "服务器的磁盘已满"),
        (FileNotFoundError(errno.ENOENT, "gone"), 500, "系统出错了"),
    ],
)
@pytest.mark.parametrize("path", ["/schools/", "/api/v1/schools/"])
def test_a_failure_is_told_without_a_trace(rf, path, error, status, heading):
    try:
        raise error
    except type(error):
        answer = failed(rf.get(path))
    assert answer.status_code == status
    assert ("Retry-After" in answer) == (status == 503)
    if path.startswith("/api/"):
        assert answer["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == status
    else:
        assert f"<h1>{heading}</h1>" in answer.content.decode()


@pytest.mark.parametrize(
    ("view", "arguments", "heading"),
    [
        (defaults.bad_request, (Exception(),), "这个请求读不懂"),
        (defaults.permission_denied, (Exception(),), "您的身份不能打开这个页面"),
        (defaults.page_not_found, (Exception(),), "没有这个页面"),
        (defaults.server_error, (), "系统出错了"),
    ],
)
def test_error_page_speaks_chinese(rf, view, arguments, heading):
    assert f"<h1>{heading}</h1>" in view(rf.get("/"), *arguments).content.decode()


def test_500_is_drawn_without_static_files(monkeypatch):
    def unknown(name):
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr(staticfiles_storage, "url", unknown)
    page = render_to_string("500.html")
    assert "<h1>系统出错了</h1>" in page
    assert 'href=""' not in page
