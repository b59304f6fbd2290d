"""A group's first page: its map, who heads its schools, what holds for it."""

from directory.selectors import posts
from exchange.selectors.placement_pages import flows_of
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
            members=_with_lanes(request.actor, group_id, core, rows, day),
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


def _with_lanes(actor, group_id, core, rows, day):
    """The members, each with how many people go between it and the core in either direction."""
    members = [row for row in rows if not row.is_core]
    flows = flows_of(group_id, day) if core else {}
    held = []
    for row in members:
        ids = [it.school_id for it in row.inner] or ([row.school.school_id] if row.school else [])
        pair = (core.school.school_id, ids[0]) if core and ids else (None, None)
        out = sum(flows.get((pair[0], pk), 0) for pk in ids)
        back = sum(flows.get((pk, pair[0]), 0) for pk in ids)
        own = core and (core.school.is_own or any(it.is_own for it in row.inner or [row.school]))
        held.append(
            {
                "it": row,
                "lanes": [
                    {"way": "out", "label": "核心校派出", "count": out, "from": pair[0],
                     "to": pair[1]},
                    {"way": "back", "label": "派到核心校", "count": back, "from": pair[1],
                     "to": pair[0]},
                ],
                "one": len(ids) == 1,
                "opens": own,
            }
        )  # fmt: skip
    return held
