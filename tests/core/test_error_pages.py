"""Pages that Django draws when something is wrong, some of them without request or context."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.views import defaults


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
