"""The tab 交流 of a group's page: who is where, in both directions."""

from exchange.selectors import placement_pages
from exchange.selectors.ties import ties_of
from groups.views.pages import GroupPage


class GroupExchange(GroupPage):
    tab = "exchange"

    def get(self, request, group_id):
        day = self.group.day
        rows = placement_pages.in_group(request.actor, group_id, day)
        known = ties_of({it.placement.sending_id for it in rows}, day)
        out = [
            it for it in rows if known.to_member(it.placement.sending_id, it.placement.receiving_id)
        ]
        return self.page(
            request,
            "exchange/group.html",
            directions=[
                {"id": "out", "title": "核心校派往成员校", "rows": out},
                {"id": "in", "title": "成员校派出", "rows": [it for it in rows if it not in out]},
            ],
            people=len(rows),
        )
