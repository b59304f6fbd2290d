from django.urls import path

from desk.views import (
    group,
    imports,
    manual,
    roster_sheets,
    rule,
    score_sheets,
    search,
    workbench,
)


urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("groups/<int:group_id>/", group.GroupDetail.as_view(), name="group-detail"),
    path(
        "assessment/<int:scheme_id>/upload/",
        score_sheets.SchemeUpload.as_view(),
        name="scheme-upload",
    ),
    path(
        "rosters/<int:filing_id>/upload/",
        roster_sheets.RosterUpload.as_view(),
        name="roster-upload",
    ),
    path("imports/", imports.batch_list, name="import-list"),
    path("imports/new/<str:kind>/", imports.batch_new, name="import-new"),
    path("imports/template/<str:kind>/", imports.template, name="import-template"),
    path("imports/<int:batch_id>/", imports.batch_page, name="import-batch"),
    path("imports/<int:batch_id>/write/", imports.batch_write, name="import-write"),
    path("imports/<int:batch_id>/discard/", imports.batch_discard, name="import-discard"),
    path("imports/<int:batch_id>/undo/", imports.batch_undo, name="import-undo"),
    path(
        "imports/<int:batch_id>/marked-copy/",
        imports.batch_marked_copy,
        name="import-marked-copy",
    ),
    path("rules/<str:identity>/", rule.rule_detail, name="rule-detail"),
    path("manual/", manual.manual_list, name="manual-list"),
    path("manual/<str:manual_name>/", manual.manual_page, name="manual-page"),
    path("search/", search.search, name="search"),
    path("search/box/", search.box, name="search-box"),
]
