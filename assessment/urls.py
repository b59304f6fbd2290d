from django.urls import path

from assessment.views import (
    entrants,
    exports,
    groups,
    history,
    missing,
    moves,
    objections,
    projects,
    results,
    schemes,
    scores,
    setup,
    what_if,
)


urlpatterns = [
    path("", schemes.SchemeList.as_view(), name="scheme-list"),
    path("new/", schemes.NewScheme.as_view(), name="scheme-new"),
    path("<int:scheme_id>/setup/", setup.SchemeSetup.as_view(), name="scheme-setup"),
    path("<int:scheme_id>/entrants/", entrants.SchemeEntrants.as_view(), name="scheme-entrants"),
    path(
        "<int:scheme_id>/entrants/<int:entrant_id>/",
        entrants.EntrantEdit.as_view(),
        name="entrant-edit",
    ),
    path("<int:scheme_id>/scores/", scores.SchemeScores.as_view(), name="scheme-scores"),
    path(
        "<int:scheme_id>/scores/<int:entrant_id>/",
        scores.EntrantScores.as_view(),
        name="entrant-scores",
    ),
    path("<int:scheme_id>/missing/", missing.SchemeMissing.as_view(), name="scheme-missing"),
    path("<int:scheme_id>/projects/", projects.SchemeProjects.as_view(), name="scheme-projects"),
    path("<int:scheme_id>/", results.SchemeResults.as_view(), name="scheme-results"),
    path("<int:scheme_id>/what-if/", what_if.WhatIf.as_view(), name="scheme-what-if"),
    path("<int:scheme_id>/submit/", moves.Submit.as_view(), name="scheme-submit"),
    path("<int:scheme_id>/withdraw/", moves.Withdraw.as_view(), name="scheme-withdraw"),
    path("<int:scheme_id>/return/", moves.Return.as_view(), name="scheme-return"),
    path("<int:scheme_id>/publish/", moves.Publish.as_view(), name="scheme-publish"),
    path("<int:scheme_id>/correct/", moves.Correct.as_view(), name="scheme-correct"),
    path("<int:scheme_id>/export/", exports.ResultsExport.as_view(), name="scheme-export"),
    path("<int:scheme_id>/history/", history.History.as_view(), name="scheme-history"),
    path("<int:scheme_id>/objections/", objections.Objections.as_view(), name="scheme-objections"),
    path(
        "<int:scheme_id>/objections/new/",
        objections.NewObjection.as_view(),
        name="objection-new",
    ),
    path(
        "objections/<int:objection_id>/",
        objections.ObjectionDetail.as_view(),
        name="objection-detail",
    ),
    path(
        "groups/<int:group_id>/assessment/",
        groups.GroupAssessment.as_view(),
        name="group-assessment",
    ),
]
