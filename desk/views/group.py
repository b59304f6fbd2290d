"""A group's first page: its map, who heads its schools, what holds for it."""

from directory.selectors import posts
from groups.selectors import members
from groups.views.pages import GroupPage


class GroupDetail(GroupPage):
    tab = "overview"

    def get(self, request, group_id):
        day = self.group.day
        rows = members.members_on(request.actor, group_id, day)
        core = next((row for row in rows if row.is_core), None)
        heads = posts.principals_of(
            [row.school.school_id for row in rows if row.school and row.school.card]
            + [school.school_id for row in rows for school in row.inner[:1] if school.card],
            day,
        )
        return self.page(
            request,
            "desk/group.html",
            core=core,
            members=[row for row in rows if not row.is_core],
            people=[
                {
                    "name": school.name,
                    "role": f"{row.name}中心校" if row.inner else row.role_label,
                    "is_core": row.is_core,
                    "heads": heads.get(school.school_id, []),
                }
                for row in rows
                for school in ([row.school] if row.school else row.inner[:1])
                if school.card
            ],
            by_name_only=sum(bool(row.school and not row.school.card) for row in rows),
        )
