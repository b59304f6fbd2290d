"""Who asks: by token or by the session of the screen. ``request.auth`` is their ``Actor``."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions

from core import clock
from core.errors import Denied
from directory.guards import security as guards
from directory.selectors import people, tokens


SCHEMES = {"bearer", "token"}


class Token(authentication.BaseAuthentication):
    """``Authorization: Bearer …`` with a token of ``POST /api/v1/token/``."""

    def authenticate(self, request):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() not in SCHEMES:
            return None
        user = tokens.user_of(token.strip(), clock.now())
        if user is None:
            raise exceptions.AuthenticationFailed("令牌无效、已过期或口令已更改，请重新取得令牌。")
        return user, _actor(user, request, None)

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


class Session(authentication.SessionAuthentication):
    """The session of the screen, in the post that is chosen there."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found is None:
            return None
        user, actor = found[0], _actor(found[0], request, request.session.get("post_id"))
        try:
            guards.check_nothing_first(
                user,
                actor.role,
                second_factor=request.session.get("second_factor", False),
                now=clock.now(),
            )
        except Denied as denied:
            raise exceptions.PermissionDenied(str(denied)) from denied
        return user, actor


def _actor(user, request, post_id):
    return people.actor_for(user, clock.today(), post_id, address=request.META.get("REMOTE_ADDR"))[
        0
    ]


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = Token
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = Session
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
