"""片区: list, page, and its changes."""

import dataclasses

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from core.periods import last_day
from core.tables import Column
from core.views.lists import ListView
from groups.actions import clusters
from groups.forms.clusters import ClusterEndForm, ClusterForm, ClusterJoinForm
from groups.forms.picking import split
from groups.selectors import clusters as selectors
from groups.selectors import members
from groups.views.pages import FormPage, Scoped, may_manage, on_suffix, require_manager


@dataclasses.dataclass(frozen=True)
class Row:
    pk: int
    name: str
    centre: str
    others: list[str]
    starts: object  # the first day, where the cluster begins only later

    @property
    def listed(self) -> str:
        return "、".join(self.others)

    @property
    def count(self) -> int:
        return len(self.others)


class ClusterList(Scoped, ListView):
    template_name = "groups/clusters/list.html"
    title = "片区"
    counter = "个"
    columns = (
        Column("name", "片区", lambda row: row.name, ("sort_key",), width=24),
        Column("centre", "中心校", lambda row: row.centre, width=24),
        Column(
            "size", "其他学校", lambda row: row.count, ("size", "sort_key"), "num", 9, "integer"
        ),
        Column("others", "学校和教学点", lambda row: row.listed, (), "", 60, "wrap"),
    )
    first_sort = "name"
    export_act = "groups.cluster.export"

    def visible(self):
        actor, on = self.request.actor, self.request.day
        return selectors.with_counts(selectors.clusters_visible_to(actor, on), on)

    def present(self, rows):
        ids = {pk for row in rows for pk in row.school_ids}
        known = members.schools_on(self.request.actor, ids, self.request.day)
        return [
            Row(
                row.pk,
                row.name,
                known[row.school_ids[0]].name if row.school_ids else "",
                [known[pk].name for pk in row.school_ids[1:]],
                None if row.school_ids else row.starts,
            )
            for row in rows
        ]

    def extra(self):
        request = self.request
        return {
            "may_manage": may_manage(request, request.actor.home_district_id),
            "on_suffix": on_suffix(request),
        }


class ClusterPage(Scoped):
    """A page of one visible cluster, ``self.cluster``."""

    def dispatch(self, request, *args, **kwargs):
        if request.actor is None:
            raise Http404
        visible = selectors.clusters_known_to(request.actor)
        self.cluster = visible.filter(pk=kwargs["cluster_id"]).first()
        if self.cluster is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ClusterDetail(ClusterPage):
    def get(self, request, cluster_id):
        on = request.day
        places = selectors.places_of(cluster_id)
        known = members.schools_on(request.actor, {it.school_id for it in places}, on)
        shown = [
            {
                "place": it,
                "school": known[it.school_id],
                "first_day": it.period.lower,
                "last_day": last_day(it.period),
                "now": it.period.lower <= on and (it.period.upper is None or on < it.period.upper),
                "later": it.period.lower > on,
            }
            for it in places
        ]
        now = [it for it in shown if it["now"]]
        context = {
            "cluster": self.cluster,
            "places": now or [it for it in shown if it["later"]],
            "past": [it for it in shown if not it["now"] and not it["later"]],
            "later": [it for it in shown if it["later"]] if now else [],
            "stands": bool(now),
            "begins": min((it["first_day"] for it in shown if it["later"]), default=None),
            "groups": selectors.groups_of(cluster_id, on),
            "may_manage": may_manage(request, self.cluster.district_id),
            "on_suffix": on_suffix(request),
        }
        return render(request, "groups/clusters/page.html", context)


class NewCluster(FormPage):
    template_name = "groups/clusters/new.html"

    def dispatch(self, request, *args, **kwargs):
        require_manager(request, request.actor and request.actor.home_district_id)
        return super().dispatch(request, *args, **kwargs)

    def form(self, **extra):
        initial = {"first_day": self.request.day}
        return ClusterForm(
            actor=self.request.actor, on=self.request.day, **{"initial": initial} | extra
        )

    def act(self, form):
        said = form.cleaned_data
        cluster = clusters.create(
            district_id=self.request.actor.home_district_id,
            name=said["name"],
            centre_id=split([said["centre"]])[0][0],
            school_ids=split(said["schools"])[0],
            first_day=said["first_day"],
            **self.acting,
        )
        return reverse("cluster-detail", args=[cluster.pk])


class ClusterForms(ClusterPage, FormPage):
    """A form about one cluster, for who may manage it."""

    def get(self, request, *args, **kwargs):
        require_manager(request, self.cluster.district_id)
        return FormPage.get(self, request)

    def post(self, request, *args, **kwargs):
        require_manager(request, self.cluster.district_id)
        return FormPage.post(self, request)

    def context(self):
        return {"cluster": self.cluster}

    def here(self) -> str:
        return reverse("cluster-detail", args=[self.cluster.pk])


class JoinCluster(ClusterForms):
    template_name = "groups/clusters/join.html"

    def form(self, **extra):
        taken = {f"school:{it.school_id}" for it in selectors.places_of(self.cluster.pk)}
        initial = {"first_day": self.request.day}
        return ClusterJoinForm(
            actor=self.request.actor,
            on=self.request.day,
            taken=taken,
            **{"initial": initial} | extra,
        )

    def act(self, form):
        clusters.take_in(
            cluster_id=self.cluster.pk,
            school_id=split([form.cleaned_data["school"]])[0][0],
            first_day=form.cleaned_data["first_day"],
            **self.acting,
        )
        return self.here()


class LeaveCluster(ClusterForms):
    template_name = "groups/clusters/leave.html"

    def dispatch(self, request, *args, **kwargs):
        cluster_id = selectors.cluster_of(kwargs["place_id"])
        if cluster_id is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs, cluster_id=cluster_id)

    def form(self, **extra):
        return ClusterEndForm(**{"initial": {"last_day": self.request.day}} | extra)

    def context(self):
        places = {it.pk: it.school_id for it in selectors.places_of(self.cluster.pk)}
        school_id = places[self.kwargs["place_id"]]
        known = members.schools_on(self.request.actor, {school_id}, self.request.day)
        return super().context() | {"leaving": known[school_id]}

    def act(self, form):
        clusters.let_go(place_id=self.kwargs["place_id"], **form.cleaned_data, **self.acting)
        return self.here()


class DissolveCluster(ClusterForms):
    template_name = "groups/clusters/dissolve.html"

    def form(self, **extra):
        return ClusterEndForm(**{"initial": {"last_day": self.request.day}} | extra)

    def act(self, form):
        clusters.dissolve(cluster_id=self.cluster.pk, **form.cleaned_data, **self.acting)
        return self.here()
