"""Founding, changing and dissolving a group; its members and its history."""

import functools

from django.http import Http404
from django.urls import reverse

from core.periods import last_day
from groups.actions import changes, groups, memberships
from groups.enums import GroupState, MembershipRole
from groups.forms.groups import ChangeTypeForm, EndForm, FoundForm, JoinForm, ReplaceCoreForm
from groups.forms.picking import own_options, split
from groups.selectors import history, members
from groups.views.pages import FormPage, GroupPage, header, require_manager


class FoundGroup(FormPage):
    template_name = "groups/found.html"

    def dispatch(self, request, *args, **kwargs):
        require_manager(request, request.actor and request.actor.home_district_id)
        return super().dispatch(request, *args, **kwargs)

    def form(self, **extra):
        initial = {"first_day": self.request.day}
        return FoundForm(
            actor=self.request.actor, on=self.request.day, **{"initial": initial} | extra
        )

    def act(self, form):
        said = form.cleaned_data
        school_ids, cluster_ids = split(said["members"])
        group = groups.found(
            district_id=self.request.actor.home_district_id,
            name=said["name"],
            type=said["type"],
            core_id=split([said["core"]])[0][0],
            member_ids=school_ids,
            cluster_ids=cluster_ids,
            first_day=said["first_day"],
            mode=said["mode"],
            reason=said["reason"],
            **self.acting,
        )
        return reverse("group-detail", args=[group.pk])


class GroupMembers(GroupPage):
    """Members on the day with what each may do next."""

    tab = "members"

    def get(self, request, group_id):
        rows = members.members_on(request.actor, group_id, self.group.day)
        count = sum(not row.is_core for row in rows)
        return self.page(
            request,
            "groups/members.html",
            members=[
                {
                    "it": row,
                    "first_day": row.membership.period.lower,
                    "last_day": last_day(row.membership.period),
                    "can_leave": not row.is_core
                    and row.membership.period.upper is None
                    and count > 1,
                }
                for row in rows
            ],
            count=count,
        )


class GroupHistory(GroupPage):
    tab = "history"

    def get(self, request, group_id):
        told = history.history_of(self.group, request.day)
        return self.page(request, "groups/history.html", spells=told.spells, changes=told.changes)


class GroupForm(GroupPage, FormPage):
    """A form about one group in force, for who may manage it."""

    def get(self, request, *args, **kwargs):
        self._checked()
        return FormPage.get(self, request)

    def post(self, request, *args, **kwargs):
        self._checked()
        return FormPage.post(self, request)

    def _checked(self):
        require_manager(self.request, self.group.facts.district_id)
        if self.group.state == GroupState.ENDED:
            raise Http404

    def context(self):
        return header(self.request, self.group)

    @functools.cached_property
    def members(self) -> list[members.Member]:
        return members.members_on(self.request.actor, self.group.group_id, self.group.day)

    def here(self, name: str = "group-members") -> str:
        return reverse(name, args=[self.group.group_id])


class JoinGroup(GroupForm):
    template_name = "groups/join.html"

    def form(self, **extra):
        taken = members.taken_in(self.group.group_id, self.group.day)
        initial = {"first_day": max(self.request.day, self.group.day)}
        return JoinForm(
            actor=self.request.actor,
            on=self.request.day,
            taken=taken,
            group_type=self.group.facts.type,
            **{"initial": initial} | extra,
        )

    def act(self, form):
        said = form.cleaned_data
        school_ids, cluster_ids = split([said["member"]])
        memberships.join(
            group_id=self.group.group_id,
            school_id=next(iter(school_ids), None),
            cluster_id=next(iter(cluster_ids), None),
            first_day=said["first_day"],
            reason=said["reason"],
            **self.acting,
        )
        return self.here()


class LeaveGroup(GroupForm):
    """The membership's number stands in the address; the group is found by it."""

    template_name = "groups/leave.html"

    def dispatch(self, request, *args, **kwargs):
        group_id = members.group_of(kwargs["membership_id"])
        if group_id is None:
            raise Http404
        kwargs["group_id"] = group_id
        return super().dispatch(request, *args, **kwargs)

    def form(self, **extra):
        return EndForm(**{"initial": {"last_day": self.request.day}} | extra)

    def context(self):
        rows = self.members
        found = [it for it in rows if it.membership.pk == self.kwargs["membership_id"]]
        if not found or found[0].is_core:
            raise Http404  # the core is replaced, it does not leave
        rest = [it for it in rows if it is not found[0] and not it.is_core]
        return super().context() | {"leaving": found[0], "rest": rest}

    def act(self, form):
        memberships.leave(
            membership_id=self.kwargs["membership_id"], **form.cleaned_data, **self.acting
        )
        return self.here()


class DissolveGroup(GroupForm):
    template_name = "groups/dissolve.html"

    def form(self, **extra):
        return EndForm(**{"initial": {"last_day": self.request.day}} | extra)

    def context(self):
        return super().context() | {"members": self.members}

    def act(self, form):
        groups.dissolve(group_id=self.group.group_id, **form.cleaned_data, **self.acting)
        return self.here("group-history")


class ReplaceCore(GroupForm):
    template_name = "groups/replace_core.html"

    def form(self, **extra):
        rows = self.members
        inside = [
            (str(it.school.school_id), it.name) for it in rows if it.school and not it.is_core
        ]
        taken = {f"school:{it.school.school_id}" for it in rows if it.school}
        outside = [
            (str(split([it.value])[0][0]), it.name)
            for it in own_options(
                self.request.actor, self.request.day, with_clusters=False, without=taken
            )
        ]
        initial = {"first_day": self.request.day, "old_core": "MEMBER"}
        return ReplaceCoreForm(
            cores=[("现在的成员", inside), ("其他学校", outside)], **{"initial": initial} | extra
        )

    def context(self):
        core = next((it for it in self.members if it.is_core), None)
        return super().context() | {"core": core}

    def act(self, form):
        said = form.cleaned_data
        changes.replace_core(
            group_id=self.group.group_id,
            school_id=int(said["core"]),
            first_day=said["first_day"],
            old_core_stays=said["old_core"] == MembershipRole.MEMBER,
            reason=said["reason"],
            **self.acting,
        )
        return self.here()


class ChangeType(GroupForm):
    template_name = "groups/change_type.html"

    def form(self, **extra):
        initial = {"first_day": self.request.day, "name": self.group.facts.name}
        return ChangeTypeForm(now_type=self.group.facts.type, **{"initial": initial} | extra)

    def act(self, form):
        changes.change_type(group_id=self.group.group_id, **form.cleaned_data, **self.acting)
        return self.here("group-history")
