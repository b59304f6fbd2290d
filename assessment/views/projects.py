"""项目加分: reviewed projects of 协作型 cores, entered by the bureau (B3-10)."""

from django.urls import reverse

from assessment.actions import projects
from assessment.forms.entrants import ProjectForm
from assessment.guards.points import plain
from assessment.models import Project
from assessment.selectors import setup
from assessment.views.bureau import BureauPage


class SchemeProjects(BureauPage):
    """The list and one form, for a new project or for the one that ``?edit=`` names."""

    template_name = "assessment/projects.html"
    tab = "projects"

    def context(self):
        shown = setup.entrants_of(self.request.actor, self.scheme, [])
        self.names = {it.entrant.pk: it.name for it in shown}
        self.cores = [(it.entrant.pk, it.name) for it in shown if it.roles.leads_projects]
        self.held = setup.projects_of(self.request.actor, self.scheme)
        editing = self._asked(self.request.GET.get("edit", ""))
        leading = {pk for pk, _ in self.cores}
        return {
            "projects": [
                {
                    "it": it, "school": self.names[it.entrant_id], "points": plain(it.points),
                    "stranger": it.entrant_id not in leading,
                }
                for it in self.held
            ],
            "cores": self.cores,
            "editing": editing,
            "form": self._form(editing),
            "refusal": "",
        }  # fmt: skip

    def _asked(self, number: str) -> Project | None:
        return next((it for it in self.held if str(it.pk) == number), None)

    def _form(self, editing: Project | None, data=None):
        initial, choices = {}, self.cores
        if editing:
            initial = {
                "entrant": editing.entrant_id, "name": editing.name,
                "points": plain(editing.points), "review": editing.review,
            }  # fmt: skip
            choices = [(editing.entrant_id, self.names[editing.entrant_id])]
        return ProjectForm(data, cores=choices, initial=initial)

    def post(self, request, scheme_id):
        context = self.context()
        project = self._asked(request.POST.get("project", ""))
        here = reverse("scheme-projects", args=[self.scheme.pk])
        if request.POST.get("act") == "remove":
            asked = project.pk if project else 0
            return self.plain(lambda: projects.remove(project_id=asked, **self.acting), here)
        form = self._form(project, request.POST)

        def act():
            said = dict(form.cleaned_data)
            entrant_id = said.pop("entrant")
            if project:
                projects.change(project_id=project.pk, **said, **self.acting)
            else:
                projects.enter(entrant_id=entrant_id, **said, **self.acting)

        done = self.done(form, act, here)
        return done or self.drawn(status=422, **context | {"form": form, "editing": project})
