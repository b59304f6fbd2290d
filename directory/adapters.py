from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the bureau and the schools, never by a stranger."""

    def is_open_for_signup(self, request):
        return False

    def add_message(self, *args, **kwargs):
        """Signing in and out shows by itself; no message is left for the next page."""
