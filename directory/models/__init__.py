from directory.models.accounts import ActivationSlip, Grant, Post, User
from directory.models.calendar import BellSchedule, CalendarDay, LessonPeriod, Term
from directory.models.closings import Closing
from directory.models.districts import AreaUnit, District
from directory.models.schools import School, SchoolFacts, SchoolHeadcount
from directory.models.sessions import Session
from directory.models.teachers import Employment, Teacher
from directory.models.tokens import ApiToken


__all__ = [
    "ActivationSlip",
    "ApiToken",
    "AreaUnit",
    "BellSchedule",
    "CalendarDay",
    "Closing",
    "District",
    "Employment",
    "Grant",
    "LessonPeriod",
    "Post",
    "School",
    "SchoolFacts",
    "SchoolHeadcount",
    "Session",
    "Teacher",
    "Term",
    "User",
]
