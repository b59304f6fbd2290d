"""参评学校: the list of one version, and one school in it."""

from django.http import Http404
from django.urls import reverse

from assessment.actions import entrants
from assessment.forms.entrants import AddForm, EntrantForm, OutForm
from assessment.selectors import roles, setup
from assessment.views.bureau import BureauPage
from directory.selectors import schools


class SchemeEntrants(BureauPage):
    template_name = "assessment/entrants.html"
    tab = "entrants"

    def context(self):
        actor, scheme = self.request.actor, self.scheme
        pools = setup.pools_of(actor, scheme)
        shown = setup.entrants_of(actor, scheme, setup.indicators_of(actor, scheme))
        chosen = chosen_pool(self.request, pools, whole=True)
        self.listed = {it.entrant.school_id for it in shown}
        return {
            "pools": pools,
            "chosen": chosen,
            "entrants": [it for it in shown if chosen in {None, it.entrant.pool_id}],
            "total": len(shown),
            "out": sum(it.out for it in shown),
            "add": self._form(pools),
        }

    def _form(self, pools=None, data=None):
        actor, scheme = self.request.actor, self.scheme
        pools = setup.pools_of(actor, scheme) if pools is None else pools
        rows = schools.schools_visible_to(actor, scheme.cut_off_on).filter(
            district=scheme.district_id
        )
        return AddForm(
            data,
            schools=[
                (it.school_id, it.name)
                for it in rows.order_by("sort_key", "pk")
                if it.school_id not in self.listed
            ],
            pools=[(it.pool.pk, it.pool.name) for it in pools],
        )

    def post(self, request, scheme_id):
        known = setup.entrants_of(request.actor, self.scheme, [])
        self.listed = {it.entrant.school_id for it in known}
        form = self._form(data=request.POST)

        def act():
            entrants.add(
                scheme_id=self.scheme.pk, school_ids=[form.cleaned_data["school"]],
                pool_id=form.cleaned_data["pool"], **self.acting,
            )  # fmt: skip

        here = reverse("scheme-entrants", args=[self.scheme.pk])
        return self.done(form, act, here) or self.drawn(status=422, add=form)


class OneEntrant(BureauPage):
    """A page of one school of the version, ``self.entrant``; another version's is 404."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.entrant = setup.entrant_of(request.actor, self.scheme, kwargs["entrant_id"])
        if self.entrant is None:
            raise Http404

    @property
    def name(self) -> str:
        names = schools.names_on(self.scheme.cut_off_on, [self.entrant.school_id])
        return names.get(self.entrant.school_id, "")

    @property
    def roles(self) -> roles.Roles:
        held = roles.roles_on(self.scheme.district_id, self.scheme.cut_off_on)
        return held.get(self.entrant.school_id, roles.NONE)


class EntrantEdit(OneEntrant):
    """Its facts; taking it out of the year with a reason and back; taking it off the list."""

    template_name = "assessment/entrant.html"
    tab = "entrants"

    def context(self):
        held = self.roles
        return {
            "entrant": self.entrant,
            "name": self.name,
            "roles": held,
            "form": self._form(held),
            "out_form": OutForm(),
            "refusal": "",
        }

    def _form(self, held: roles.Roles, data=None):
        it = self.entrant
        pools = setup.pools_of(self.request.actor, self.scheme)
        return EntrantForm(
            data,
            pools=[(one.pool.pk, one.pool.name) for one in pools],
            campus=held.campus or not it.apart,
            initial={
                "pool": it.pool_id, "apart": it.apart, "pupils": it.pupils,
                "last_rank": it.last_rank,
            },
        )  # fmt: skip

    def post(self, request, scheme_id, entrant_id):
        act = {
            "facts": self._change,
            "out": self._take_out,
            "back": self._take_back,
            "remove": self._remove,
        }.get(request.POST.get("act", ""))
        return act() if act else self.drawn(status=422)

    def _list(self) -> str:
        return reverse("scheme-entrants", args=[self.scheme.pk])

    def _change(self):
        form = self._form(self.roles, self.request.POST)

        def act():
            said = form.cleaned_data
            entrants.change(
                entrant_id=self.entrant.pk, pool_id=said["pool"], apart=form.apart_said,
                pupils=said["pupils"], last_rank=said["last_rank"], **self.acting,
            )  # fmt: skip

        return self.done(form, act, self._list()) or self.drawn(status=422, form=form)

    def _take_out(self):
        form = OutForm(self.request.POST)

        def act():
            entrants.take_out(
                entrant_id=self.entrant.pk, reason=form.cleaned_data["reason"], **self.acting
            )

        return self.done(form, act, self._list()) or self.drawn(status=422, out_form=form)

    def _take_back(self):
        return self.plain(
            lambda: entrants.take_back(entrant_id=self.entrant.pk, **self.acting), self._list()
        )

    def _remove(self):
        return self.plain(
            lambda: entrants.remove(entrant_id=self.entrant.pk, **self.acting), self._list()
        )


def chosen_pool(request, pools, *, whole: bool) -> int | None:
    """The pool in the address; else none (``whole``) or the first."""
    known = {str(it.pool.pk): it.pool.pk for it in pools}
    chosen = known.get(request.GET.get("pool", ""))
    if chosen is None and not whole and pools:
        return pools[0].pool.pk
    return chosen
