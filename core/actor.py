"""Who acts: plain values, built once per request by ``directory.selectors``."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True)
class Actor:
    """A signed-in person in one of their posts on one day.

    ``role`` is a code of ``directory.enums.Role``. ``district_ids`` are the districts whose every
    row the post sees, with the districts below; ``school_ids`` the own school and the units below
    it; ``teacher_id`` the own record of a teacher. ``granted_*`` come from dated grants. All are
    empty where the post sees none.
    """

    user_id: int
    name: str
    on: datetime.date
    post_id: int | None = None
    role: str = ""
    home_district_id: int | None = None
    home_school_id: int | None = None  # of the post, also a teacher's; grants no scope by itself
    district_ids: frozenset[int] = frozenset()
    school_ids: frozenset[int] = frozenset()
    teacher_id: int | None = None
    granted_school_ids: frozenset[int] = frozenset()
    granted_group_ids: frozenset[int] = frozenset()
    granted_teacher_ids: frozenset[int] = frozenset()
    permissions: frozenset[str] = frozenset()
    address: str | None = None

    def may(self, permission: str) -> bool:
        """Whether the role of the post holds that permission (``directory.enums.Permission``)."""
        return permission in self.permissions
