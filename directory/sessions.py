"""Where sessions are kept (``SESSION_ENGINE``): a row each, with its owner and when it was used.

Costs no query more than Django's own store and brings the account with it, one less for each page;
a session in use writes its row once in three minutes.
"""

import datetime
import json
import urllib.parse

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock, statements
from core.crypto import decrypt, encrypt
from directory.models import Session, User


FIELDS, OWN = (
    [it.attname for it in model._meta.concrete_fields]  # noqa: SLF001 - documented
    for model in (Session, User)
)
HELD = f"""
SELECT {", ".join(f"session.{it}" for it in FIELDS)}, {", ".join(f"owner.{it}" for it in OWN)}
  FROM directory_session session
  LEFT JOIN directory_user owner ON owner.id = session.user_id
 WHERE session.session_key = %s AND session.expire_date > %s
"""  # noqa: S608 - columns
SEEN_EVERY = datetime.timedelta(minutes=3)
# What is kept of a lapsed form: more than the longest form that a person fills in by hand.
KEPT_MOST = 200_000  # characters of JSON
NEVER_KEPT = ("csrfmiddlewaretoken", "nonce")


class SessionStore(DatabaseStore):
    lapsed: Session | None = None  # the row that this browser's key named, idle for too long
    owner: User | None = None  # the account to which the row belongs

    @classmethod
    def get_model_class(cls):
        return Session

    def _get_session_from_db(self):
        now = timezone.now()  # noqa: TID251 - Django reckons expire_date by it
        for told in statements.rows(HELD, [self.session_key, now]):
            row = Session.from_db("default", FIELDS, told[: len(FIELDS)])
            if row.user_id:
                self.owner = User.from_db("default", OWN, told[len(FIELDS) :])
            return row
        self._session_key = None
        return None

    def load(self):
        row = self._get_session_from_db()
        if row is None:
            return {}
        now = clock.now()
        if row.idle_too_long(now):
            self.lapsed, self._session_key = row, None
            return {}
        if row.device and now - row.seen_at >= SEEN_EVERY:
            Session.objects.filter(session_key=row.session_key).update(seen_at=now)
        return self.decode(row.session_data)

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.user_id = data.get("_auth_user_id")
        row.device = data.get("device", "")
        row.address = data.get("address")
        row.idle_minutes = data.get("idle_minutes")
        row.seen_at = clock.now()
        return row


def owner_of(request) -> User | None:
    """The account that is signed in, which came with its session's row.

    None where anything is not as it should be, and where nobody is: then Django is asked, which
    ends a session that is not good.
    """
    session = request.session
    backend, sealed = session.get(BACKEND_SESSION_KEY), session.get(HASH_SESSION_KEY)
    owner = session.owner
    if (
        owner
        and owner.is_active
        and session.get(SESSION_KEY) == str(owner.pk)
        and backend in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(sealed or "", owner.get_session_auth_hash())
    ):
        return owner
    return None


def this_key(request) -> str | None:
    """What names the session of this request; it is never shown, see ``security.handle_of``."""
    return request.session.session_key


# ---- What somebody typed into a form whose session was over, or began anew while it stood open:
# ---- kept for the same person, encrypted, in the session of this browser, until they open the
# ---- form's page again or sign out. Neither passwords, nor files, nor anything of the pages of
# ---- one's own account are kept. Nothing is sent again by itself.


def keep(request) -> str:
    """Keep the fields of a POST whose session lapsed; returns the address of the form's page.

    A lapsed session can be used for this once.
    """
    page, row = page_of(request), request.session.lapsed
    request.session["lapsed"] = row.idle_minutes  # told on the sign-in page
    if request.method == "POST":
        _keep(request, row.user_id, page)
    row.delete()
    return page


def keep_stale(request) -> str | None:
    """Keep likewise the fields of a form that was refused since its page is older than the sign-in;
    returns the address of that page.

    None, and nothing is kept, where nobody is signed in, and where the browser does not say that
    it stood on a page of ours: no other site can put words into somebody's form.
    """
    here = f"{request.scheme}://{request.get_host()}"
    headers = request.headers
    ours = (
        headers.get("Origin", here) == here
        and headers.get("Referer", "").startswith(f"{here}/")
        and "text/html" in headers.get("Accept", "text/html")
    )
    if request.method != "POST" or not ours or not request.user.is_authenticated:
        return None
    page = page_of(request)
    _keep(request, request.user.pk, page)
    return page


def _keep(request, user_id: int, page: str) -> None:
    fields = []
    if not request.path.startswith("/account/"):
        fields = [
            (name, values)
            for name, values in request.POST.lists()
            if name not in NEVER_KEPT and "password" not in name
        ]
    told = {"user": user_id, "page": page, "action": request.get_full_path(), "fields": fields,
            "files": bool(request.FILES), "too_long": False}  # fmt: skip
    if len(json.dumps(told, ensure_ascii=False)) > KEPT_MOST:
        told |= {"fields": [], "too_long": True}
    if told["fields"] or told["too_long"]:
        request.session["kept"] = encrypt(json.dumps(told))


def kept_here(request) -> dict | None:
    """What was kept for the page that is being read, once; None where there is nothing.

    What another person had typed is dropped.
    """
    if request.method != "GET" or "kept" not in request.session:
        return None
    told = json.loads(decrypt(request.session["kept"]))
    mine = told["user"] == request.user.pk
    if mine and urllib.parse.urlsplit(told["page"]).path != request.path:
        return None
    del request.session["kept"]
    return told if mine else None


def page_of(request) -> str:
    """The page of a request: of a form that is sent the one on which it stood, where the browser
    says so and it is ours."""
    if request.method != "POST":
        return request.get_full_path()
    came = urllib.parse.urlsplit(request.headers.get("Referer", ""))
    page = came.path + (f"?{came.query}" if came.query else "")
    ours = came.netloc == request.get_host() and url_has_allowed_host_and_scheme(page, None)
    return page if ours else request.get_full_path()


# ---- A browser in plain words, for the person who looks at the list. The first mark found wins.

BROWSERS = {
    "MicroMessenger": "微信",
    "DingTalk": "钉钉",
    "QIHU": "360 浏览器",
    "360SE": "360 浏览器",
    "360EE": "360 浏览器",
    "Qaxbrowser": "奇安信浏览器",
    "UOS": "统信浏览器",
    "MetaSr": "搜狗浏览器",
    "QQBrowser": "QQ 浏览器",
    "HuaweiBrowser": "华为浏览器",
    "MiuiBrowser": "小米浏览器",
    "Edg": "Edge 浏览器",
    "Firefox": "火狐浏览器",
    "Chrome": "Chrome 浏览器",
    "Safari": "Safari 浏览器",
}
SYSTEMS = {
    "iPhone": "苹果手机",
    "iPad": "苹果平板",
    "HarmonyOS": "鸿蒙设备",
    "Android": "安卓手机",
    "Windows": "Windows 电脑",
    "Macintosh": "苹果电脑",
    "Linux": "Linux 电脑",
}


def device_of(agent: str) -> str:
    """Such as "Windows 电脑，Edge 浏览器", from what the browser says of itself."""
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    return "，".join(filter(None, (system, browser))) or "未知设备"
