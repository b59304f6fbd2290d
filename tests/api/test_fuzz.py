"""Whatever the schema of the API allows, and what it forbids, is asked of every operation.

schemathesis draws the requests; each is asked as the bureau, as a teacher and as a stranger. No
answer is a failure of ours, each is what the schema says, and what is refused is told as a problem.
"""

import itertools
import os

import hypothesis
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from core import clock
from directory.actions import tokens
from directory.enums import Role
from tests.architecture import walked_county
from tests.architecture.walked import WalkedDay


ASKED = os.environ.get("FUZZ_EXAMPLES")  # script/bench faults asks more, and otherwise each time
EXAMPLES = int(ASKED or "4")  # a kind, an operation and a reader
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]  # fmt: skip
READERS = ("bureau", "teacher", "stranger")
ONCE = hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, derandomize=not ASKED, database=None,
    phases=[hypothesis.Phase.generate], suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip


class Fuzz(WalkedDay):
    @classmethod
    def setUpTestData(cls):
        users = walked_county.build("甲", "331126", "1985010").users
        given = [
            tokens.issue(user=users[role], now=clock.now())
            for role in (Role.BUREAU_EDUCATION, Role.TEACHER)
        ]
        told = [{"Authorization": f"Bearer {token}"} for token in given] + [{}]
        cls.headers = dict(zip(READERS, told, strict=True))

    def setUp(self):
        # Asked past Django's client, which does the same: the test's connection stays open.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)

    def test_every_operation_of_the_schema(self):
        schema = schemathesis.openapi.from_wsgi(
            "/api/v1/schema/", application, headers=self.headers["bureau"]
        )
        operations = [it.ok() for it in schema.get_all_operations()]
        assert len(operations) > 25
        for operation, mode, reader in itertools.product(operations, GenerationMode, READERS):
            with self.subTest(operation=operation.label, mode=mode.name, reader=reader):
                self.asked(operation, mode, self.headers[reader])

    def asked(self, operation, mode, headers):
        @ONCE
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            for name in [name for name in case.headers or () if name.title() == "Authorization"]:
                del case.headers[name]
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS, headers=headers)
            kind = answer.headers["content-type"][0]
            assert answer.status_code == 200 or kind == "application/problem+json"

        ask()
