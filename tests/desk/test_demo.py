import io

import pytest
from django.core.management import call_command

from directory.models import District, Post, School, User


def load(monkeypatch, password=None):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    if password:
        monkeypatch.setenv("DEMO_PASSWORD", password)
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_demo_county_is_loaded_once_and_marked_as_sample(monkeypatch):
    told = load(monkeypatch, "first-Password1")
    before = (School.objects.count(), User.objects.count(), Post.objects.count())
    assert before == (27, 12, 12)
    assert "bureau" in told
    assert "evaluator" in told
    load(monkeypatch)
    assert (School.objects.count(), User.objects.count(), Post.objects.count()) == before
    assert District.objects.get().is_sample
    assert User.objects.get(username="bureau").check_password("first-Password1")


@pytest.mark.django_db
def test_demo_password_is_taken_on_any_later_load(monkeypatch):
    load(monkeypatch, "first-Password1")
    load(monkeypatch, "second-Password2")
    assert User.objects.get(username="teacher2").check_password("second-Password2")
