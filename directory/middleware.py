"""Builds the actor of a request once, for views, selectors and the page frame."""

from core import clock
from directory import selectors


class ActorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Runs after sign-in is checked, so that public pages and files cost no query."""
        request.actor = request.hat = None
        if getattr(view_func, "login_required", True) and request.user.is_authenticated:
            request.actor, request.hat = selectors.actor_for(
                request.user, clock.today(), request.session.get("post_id")
            )
