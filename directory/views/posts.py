from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import clock
from core.views.acts import ActView
from directory.actions import posts
from directory.forms.accounts import EndPostForm
from directory.guards import accounts as guards
from directory.selectors import accounts, people


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work in another of one's own posts in force; it is kept in the session until sign-out.

    A post of somebody else's and one that is over are both 404: neither can be worn.
    """
    try:
        post_id = int(request.POST.get("post", ""))
    except ValueError:
        raise Http404 from None
    if post_id not in {hat.post_id for hat in request.hats}:
        raise Http404
    if post_id != request.actor.post_id:
        actor, _ = people.actor_for(
            request.user, clock.today(), post_id, address=request.META.get("REMOTE_ADDR")
        )
        posts.wear(actor=actor, now=clock.now())
        request.session["post_id"] = post_id
    return redirect("workbench")


class EndPost(ActView):
    """End a post on a day, with its reason; the page names what is lost."""

    template_name = "directory/account_post_end.html"
    form_class = EndPostForm

    def check(self):
        rows = accounts.posts_visible_to(self.request.actor)
        self.held = get_object_or_404(rows, pk=self.kwargs["pk"])

    def initial(self):
        return {"last_day": clock.today()}

    def context(self):
        actor, held = self.request.actor, self.held
        left = accounts.posts_left(held.user_id, actor.on, without=held.pk)
        return {"post": held, "last": left == 0, "can_end": guards.can_end(actor, held)}

    def act(self, form):
        posts.end(
            post_id=self.held.pk,
            last_day=form.cleaned_data["last_day"],
            reason=form.cleaned_data["reason"],
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("account-list", query={"q": self.held.user.username})
