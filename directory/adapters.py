from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from core import clock, crypto
from directory import lockout
from directory.actions import sign_ins
from directory.selectors import people, security
from directory.sessions import device_of


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the bureau and the schools, never by a stranger."""

    def is_open_for_signup(self, request):
        return False

    def add_message(self, *args, **kwargs):
        """Signing in and out shows by itself; no message is left for the next page."""

    def login(self, request, user):
        super().login(request, user)
        address = request.META.get("REMOTE_ADDR")
        request.session.pop("lapsed", None)
        remembered = request.session.pop("remembered", False)
        request.session.update(
            {
                "device": device_of(request.headers.get("User-Agent", "")),
                "address": address,
                "idle_minutes": security.idle_minutes(user, clock.today(), remembered=remembered),
                "second_factor": security.has_second_factor(user),
            }
        )
        actor, _ = people.actor_for(user, clock.today(), address=address)
        sign_ins.signed_in(actor=actor, user=user, now=clock.now())

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        lockout.remember(request, response, user.username)
        return response

    def logout(self, request):
        # The page of signing out is public, so that the middleware built no actor for it.
        address, post_id = request.META.get("REMOTE_ADDR"), request.session.get("post_id")
        actor, _ = people.actor_for(request.user, clock.today(), post_id, address=address)
        sign_ins.signed_out(actor=actor, user=request.user, now=clock.now())
        super().logout(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secret and the seed of the recovery codes stand encrypted under ``FIELD_KEY``."""

    def encrypt(self, text):
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text):
        return crypto.decrypt(encrypted_text)

    def get_totp_issuer(self):
        return "集团化办学"
