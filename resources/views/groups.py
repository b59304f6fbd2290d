"""The tab 资源 of a group's page: what its schools share, and this week on one wall."""

import datetime

from core import clock
from groups.selectors.partners import schools_of
from groups.views.pages import GroupPage
from resources.selectors import facilities, weeks


class GroupFacilities(GroupPage):
    tab = "facilities"

    def get(self, request, group_id):
        day = self.group.day
        rows = facilities.facilities_of(request.actor, schools_of(group_id, day), clock.today())
        shown = list(rows.order_by("school_id", "sort_key", "pk")[:60])
        monday = weeks.monday_of(day)
        wall = weeks.wall_of(request.actor, shown, monday, clock.now())
        return self.page(
            request,
            "resources/group.html",
            wall=wall.lines,
            days=[monday + datetime.timedelta(days=n) for n in range(7)],
            today=clock.today(),
            used=sum(len(cell.events) for _, _, cells in wall.lines for cell in cells),
        )
