"""A form whose page is older than the sign-in: refused, and what was typed is offered again."""

import html
import re

import pytest
from django.test import Client

from core.models import AuditEvent
from directory.enums import Role
from tests.directory.conftest import PASSWORD, person, sign_in


pytestmark = pytest.mark.usefixtures("fast", "pass_time")

HERE = "http://testserver"
PAGE = "/areas/new/"
TYPED = {"code": "331126001002", "name": "后田社区", "town": "濛洲街道", "attribute": "x"}
OLD = "a" * 64  # a token from before the sign-in


@pytest.fixture
def browser(clerk):
    """Signed in as the clerk, and strict about tokens as the product is."""
    return signed_in("clerk")


def signed_in(username):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, username, csrfmiddlewaretoken=token_of(client.get("/sign-in/")))
    return client


def token_of(answer):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[1]


def post(client, path=PAGE, data=TYPED, *, origin=HERE, referer=HERE + PAGE, **more):
    headers = {"Origin": origin, "Referer": referer} | more
    headers = {name: value for name, value in headers.items() if value}
    return client.post(path, {"csrfmiddlewaretoken": OLD} | data, headers=headers)


def kept_on(client, page=PAGE):
    text = html.unescape(client.get(page).content.decode())
    return re.findall(r'data-kept-name="(\w+)">([^<]+)<', text)


def test_text_is_kept_and_offered_on_its_page_and_nothing_is_done(browser):
    answer = post(browser)
    text = answer.content.decode()
    assert (answer.status_code, "填写的内容还留着" in text) == (403, True)
    assert f'href="{PAGE}"' in text
    assert "后田社区" not in text
    assert "后田" not in str(dict(browser.session))
    assert kept_on(browser, "/") == []
    assert kept_on(browser) == list(TYPED.items())
    assert kept_on(browser) == []  # once
    assert not AuditEvent.objects.filter(act="directory.area_unit.enter").exists()
    # It is the person who sends it, with the page's own token.
    page = browser.get(PAGE)
    sent = post(browser, data=TYPED | {"csrfmiddlewaretoken": token_of(page)})
    assert sent.status_code != 403


@pytest.mark.parametrize(
    ("origin", "referer"),
    [
        ("https://evil.example", "https://evil.example/form"),
        ("https://evil.example", HERE + PAGE),
        ("null", None),
        ("null", HERE + PAGE),
        (HERE, None),
        (HERE, "https://evil.example/"),
        (HERE, HERE + ".evil.example/"),
        ("https://testserver", HERE + PAGE),
        (HERE + ":81", HERE + PAGE),
        (None, None),
        (None, "https://evil.example" + PAGE),
    ],
)  # fmt: skip
def test_another_site_puts_no_words_into_a_form(browser, origin, referer):
    answer = post(browser, origin=origin, referer=referer)
    text = answer.content.decode()
    assert (answer.status_code, "填写的内容还留着" in text) == (403, False)
    assert "kept" not in browser.session
    assert kept_on(browser) == []


def test_what_another_site_sends_does_not_take_the_place_of_what_is_kept(browser):
    post(browser)
    post(browser, data={"name": "别处来的"}, origin="https://evil.example")
    assert kept_on(browser) == list(TYPED.items())


def test_page_to_go_back_to_is_never_another_site(browser):
    for referer in (f"{HERE}//evil.example/x", f"{HERE}/\\evil.example"):
        text = post(browser, referer=referer).content.decode()
        links = [html.unescape(it) for it in re.findall(r'href="([^"]*)"', text)]
        assert [it for it in links if it.startswith(("//", "/\\", "http"))] == []


def test_only_who_sent_it_gets_it(browser, teacher):
    post(browser)
    token = token_of(browser.get("/sign-out/"))
    browser.post("/sign-out/", {"csrfmiddlewaretoken": token})
    token = token_of(browser.get("/sign-in/"))
    sign_in(browser, "teacher", csrfmiddlewaretoken=token)
    assert "kept" not in browser.session


def test_stranger_and_pages_open_to_strangers_leave_nothing(browser):
    stranger = Client(enforce_csrf_checks=True)
    assert post(stranger).status_code == 403
    assert "kept" not in stranger.session
    secret = {"login": "clerk", "password": PASSWORD, "code": "123456"}
    for path in ("/sign-in/", "/activate/"):
        answer = post(browser, path, secret, referer=HERE + path)
        assert answer.status_code == 403
        assert "kept" not in browser.session


def test_passwords_codes_and_scripts_requests_are_not_kept(browser):
    for path in ("/account/password/", "/account/second-factor/"):
        post(browser, path, {"code": "123456", "password": "a"}, referer=HERE + path)
        assert "kept" not in browser.session
    post(browser, data={"password1": "b"})
    assert "kept" not in browser.session
    post(browser, Accept="application/json")
    assert "kept" not in browser.session


def test_file_has_to_be_chosen_again_and_too_much_says_so(browser):
    post(browser, data=TYPED | {"town": "长" * 200_001})
    assert "内容太长，没有留下" in browser.get(PAGE).content.decode()


def test_form_that_posts_elsewhere_leads_back_to_its_page(county):
    person(Role.BUREAU_HEAD, county, "head")
    head = signed_in("head")
    answer = post(head, "/accounts/slips/", {"user": "1"}, referer=HERE + "/accounts/?q=x")
    assert 'href="/accounts/?q=x"' in answer.content.decode()
