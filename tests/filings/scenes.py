"""A county whose schools file with the bureau. Every person is made up."""

import datetime

from directory.enums import Role
from filings.actions import filings
from filings.enums import FilingKind, FilingState, Move
from tests.factories import county as made


DAY = datetime.date(2024, 10, 15)
NOW = datetime.datetime(2024, 10, 15, 2, tzinfo=datetime.UTC)
DUE = datetime.date(2024, 10, 31)
REASON = "第 3 行的接收学校有误。"


class Scene:
    def __init__(self):
        self.county = made.district()
        self.school = made.school(self.county, "实验小学")
        self.other = made.school(self.county, "举水乡小")
        self.principal = self.actor(Role.PRINCIPAL, self.school)
        self.clerk = self.actor(Role.SCHOOL_CLERK, self.school)
        self.section = self.actor(Role.BUREAU_PERSONNEL)
        self.head = self.actor(Role.BUREAU_HEAD)

    def actor(self, role, at=None, username=None):
        return made.actor(role, at=at or self.county, username=username, on=DAY)

    def start(self, *, school=None, actor="clerk", **changed):
        school = school or self.school
        asked = {
            "kind": FilingKind.ROSTER, "district_id": self.county.pk, "school_id": school.pk,
            "school_year": 2024, "title": "2024—2025学年交流轮岗花名册",
            "validator": Role.BUREAU_PERSONNEL, "approver": Role.BUREAU_HEAD, "due_on": DUE,
            "actor": self.clerk if actor == "clerk" else actor, "now": NOW,
        }  # fmt: skip
        return filings.start(**asked | changed)

    def move(self, move, filing, actor=None, **said):
        """The move by whom it belongs to, unless another is named."""
        who = actor or {
            Move.SUBMIT: self.principal, Move.WITHDRAW: self.principal,
            Move.REOPEN: self.principal, Move.VALIDATE: self.section,
        }.get(move) or (
            self.section if filing.state == FilingState.SUBMITTED else self.head
        )  # fmt: skip
        act = {
            Move.SUBMIT: filings.submit, Move.VALIDATE: filings.validate,
            Move.APPROVE: filings.approve, Move.RECORD: filings.approve,
            Move.STEP_BACK: filings.step_back, Move.TO_DRAFT: filings.to_draft,
            Move.REJECT: filings.reject, Move.WITHDRAW: filings.withdraw,
            Move.REOPEN: filings.reopen,
        }[move]  # fmt: skip
        if move == Move.RECORD:
            said["recorded"] = True
        if move in (Move.STEP_BACK, Move.TO_DRAFT, Move.REJECT, Move.WITHDRAW, Move.REOPEN):
            said.setdefault("reason", REASON)
        return act(filing_id=filing.pk, actor=who, now=NOW, on=DAY, **said)

    def filed(self, state=FilingState.SUBMITTED, **changed):
        """A filing brought by real moves to that state."""
        way = {
            FilingState.DRAFT: (),
            FilingState.SUBMITTED: (Move.SUBMIT,),
            FilingState.VALIDATED: (Move.SUBMIT, Move.VALIDATE),
            FilingState.APPROVED: (Move.SUBMIT, Move.VALIDATE, Move.APPROVE),
            FilingState.RECORDED: (Move.SUBMIT, Move.VALIDATE, Move.RECORD),
            FilingState.REJECTED: (Move.SUBMIT, Move.VALIDATE, Move.REJECT),
        }
        if state == FilingState.SUPERSEDED:
            old = self.filed(FilingState.APPROVED, **changed)
            new = self.move(Move.REOPEN, old)
            for move in way[FilingState.APPROVED]:
                if move != Move.VALIDATE or new.validator:
                    new = self.move(move, new)
            old.refresh_from_db()
            return old
        filing = self.start(**changed)
        for move in way[state]:
            if move != Move.VALIDATE or filing.validator:
                filing = self.move(move, filing)
        return filing
