"""The tab 考核 of a group's page: what its schools were judged to be, and over the years."""

from assessment.selectors import group_results
from groups.views.pages import GroupPage


class GroupAssessment(GroupPage):
    tab = "assessment"

    def get(self, request, group_id):
        told = group_results.of_group(
            request.actor, group_id=group_id, district_id=self.group.facts.district_id
        )
        return self.page(request, "assessment/group.html", told=told)
