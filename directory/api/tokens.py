from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api.problems import Problem
from core.errors import Denied
from directory.actions import second_factor, tokens
from directory.forms.second_factor import plain
from directory.guards import security as guards
from directory.selectors import people, security


class Credentials(serializers.Serializer):
    username = serializers.CharField(max_length=50)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = serializers.CharField(
        max_length=20, required=False, help_text="已开通两步验证的账号：当时的验证码，或一个恢复码"
    )


class Issued(serializers.Serializer):
    token = serializers.CharField()


class TokenView(APIView):
    """Gives a token for an account and its password; failures count as on the sign-in page."""

    authentication_classes = []
    permission_classes = []

    @extend_schema(
        operation_id="token_create",
        auth=[],
        request=Credentials,
        responses={
            200: Issued,
            (400, "application/problem+json"): Problem,
            (429, "application/problem+json"): OpenApiResponse(
                Problem, description="失败次数过多；Retry-After 给出再试前要等的秒数。"
            ),
        },
    )
    def post(self, request):
        given = Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        pair = given.validated_data
        # axes knows the account under the name of the form's field.
        credentials = {**pair, "login": pair["username"]}
        asked = request._request  # noqa: SLF001 - axes marks Django's own request
        if not AxesProxyHandler.is_allowed(asked, credentials):
            self._lock(asked)
        user = authenticate(asked, **credentials)
        if user is None:
            if getattr(asked, "axes_locked_out", False):
                self._lock(asked)
            raise ValidationError({"password": ["账号或密码不对。"]})
        address = request.META.get("REMOTE_ADDR")
        self._check_second_factor(asked, user, pair.get("code", ""), address)
        AxesProxyHandler.reset_attempts(username=user.username, ip_address=address)
        token = tokens.issue(user=user, now=clock.now(), address=address)
        return Response({"token": token}, headers={"Cache-Control": "no-store"})

    def _check_second_factor(self, asked, user, code, address):
        """What the screen would ask for: a password that is not due, and the second factor."""
        actor, _ = people.actor_for(user, clock.today(), address=address)
        held = security.has_second_factor(user)
        try:
            guards.check_nothing_first(user, actor.role, second_factor=held, now=clock.now())
        except Denied as denied:
            raise ValidationError({"password": [f"{denied}请先在网页上登录办理。"]}) from denied
        if not held:
            return
        credentials = {"login": f"验证码 {user.username.casefold()}"}
        if not AxesProxyHandler.is_allowed(asked, credentials):
            self._lock(asked)
        if not second_factor.use_code(user=user, code=plain(code), actor=actor, now=clock.now()):
            if code:
                AxesProxyHandler.user_login_failed(
                    sender=__name__, credentials=credentials, request=asked
                )
                if asked.axes_locked_out:
                    self._lock(asked)
            raise ValidationError({"code": ["该账号已开通两步验证，请同时给出正确的验证码。"]})
        AxesProxyHandler.reset_attempts(username=credentials["login"], ip_address=address)

    def _lock(self, asked):
        asked.axes_locked_out = False  # or its middleware would answer with a page
        wait = get_cool_off(asked)
        raise Throttled(wait.total_seconds(), "失败次数过多，已暂停取得令牌。")
