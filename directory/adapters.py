from allauth.account.adapter import DefaultAccountAdapter

from core import clock
from directory.actions import sign_ins
from directory.selectors import people


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the bureau and the schools, never by a stranger."""

    def is_open_for_signup(self, request):
        return False

    def add_message(self, *args, **kwargs):
        """Signing in and out shows by itself; no message is left for the next page."""

    def login(self, request, user):
        super().login(request, user)
        address = request.META.get("REMOTE_ADDR")
        actor, _ = people.actor_for(user, clock.today(), address=address)
        sign_ins.signed_in(actor=actor, user=user, now=clock.now())

    def logout(self, request):
        # The page of signing out is public, so that the middleware built no actor for it.
        address, post_id = request.META.get("REMOTE_ADDR"), request.session.get("post_id")
        actor, _ = people.actor_for(request.user, clock.today(), post_id, address=address)
        sign_ins.signed_out(actor=actor, user=request.user, now=clock.now())
        super().logout(request)
