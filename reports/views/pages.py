"""What the pages of the report centre share: for whom they are."""

from django.http import Http404
from django.views import View

from directory.enums import WHOLE_DISTRICT_ROLES
from reports import guards


class Centre(View):
    """For bureau and leadership; 404 for everybody else."""

    def setup(self, request, *args, **kwargs):
        if request.actor is None or request.actor.role not in WHOLE_DISTRICT_ROLES:
            raise Http404
        super().setup(request, *args, **kwargs)

    @property
    def district_id(self) -> int:
        return self.request.actor.home_district_id

    @property
    def may_make(self) -> bool:
        """Whether buttons are on: who may, today only."""
        return self.request.as_of is None and guards.can_make(
            actor=self.request.actor, district_id=self.district_id
        )


class Maker(Centre):
    """A page of those who make reports; for others it is not there."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not guards.can_make(actor=request.actor, district_id=self.district_id):
            raise Http404
