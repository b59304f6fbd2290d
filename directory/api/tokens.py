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
from directory.actions import tokens


class Credentials(serializers.Serializer):
    username = serializers.CharField(max_length=50)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


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
        AxesProxyHandler.reset_attempts(username=user.username, ip_address=address)
        token = tokens.issue(user=user, now=clock.now(), address=address)
        return Response({"token": token}, headers={"Cache-Control": "no-store"})

    def _lock(self, asked):
        asked.axes_locked_out = False  # or its middleware would answer with a page
        wait = get_cool_off(asked)
        raise Throttled(wait.total_seconds(), "失败次数过多，已暂停取得令牌。")
