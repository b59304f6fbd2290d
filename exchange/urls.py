from django.urls import path

from exchange.views import groups, lines, logs, placements, rosters


urlpatterns = [
    path("rosters/", rosters.RosterList.as_view(), name="roster-list"),
    path("rosters/new/", rosters.StartRoster.as_view(), name="roster-new"),
    path("rosters/<int:filing_id>/", rosters.RosterDetail.as_view(), name="roster-of-filing"),
    path(
        "rosters/<int:filing_id>/approve/", rosters.ApproveRoster.as_view(), name="roster-approve"
    ),
    path("rosters/<int:filing_id>/reopen/", rosters.ReopenRoster.as_view(), name="roster-reopen"),
    path("rosters/<int:filing_id>/sheet/", rosters.RosterSheet.as_view(), name="roster-sheet"),
    path("rosters/<int:filing_id>/lines/new/", lines.NewLine.as_view(), name="roster-line-new"),
    path("rosters/lines/<int:line_id>/", lines.EditLine.as_view(), name="roster-line-edit"),
    path(
        "rosters/lines/<int:line_id>/remove/", lines.RemoveLine.as_view(), name="roster-line-remove"
    ),
    path(
        "rosters/lines/<int:line_id>/confirm/",
        lines.ConfirmLine.as_view(),
        name="roster-line-confirm",
    ),
    path(
        "rosters/lines/<int:line_id>/decline/",
        lines.DeclineLine.as_view(),
        name="roster-line-decline",
    ),
    path(
        "rosters/lines/<int:line_id>/refuse/", lines.RefuseLine.as_view(), name="roster-line-refuse"
    ),
    path(
        "rosters/lines/<int:line_id>/restore/",
        lines.RestoreLine.as_view(),
        name="roster-line-restore",
    ),
    path("placements/", placements.PlacementList.as_view(), name="placement-list"),
    path(
        "placements/<int:placement_id>/",
        placements.PlacementDetail.as_view(),
        name="placement-detail",
    ),
    path(
        "placements/<int:placement_id>/arrive/",
        placements.Arrive.as_view(),
        name="placement-arrive",
    ),
    path(
        "placements/<int:placement_id>/duty/", placements.SetDuty.as_view(), name="placement-duty"
    ),
    path(
        "placements/<int:placement_id>/withdraw/",
        placements.Withdraw.as_view(),
        name="placement-withdraw",
    ),
    path("placements/<int:placement_id>/end/", placements.End.as_view(), name="placement-end"),
    path(
        "teachers/<int:teacher_id>/placements/",
        placements.TeacherPlacements.as_view(),
        name="teacher-placements",
    ),
    path("logs/", logs.LogWeek.as_view(), name="log-week"),
    path("logs/all/", logs.LogList.as_view(), name="log-list"),
    path("logs/<int:placement_id>/<str:day>/", logs.LogWrite.as_view(), name="log-write"),
    path("logs/<int:entry_id>/", logs.LogDetail.as_view(), name="log-detail"),
    path("logs/<int:entry_id>/photos/add/", logs.LogPhotoAdd.as_view(), name="log-photo-add"),
    path(
        "logs/<int:entry_id>/photos/<int:photo_id>/remove/",
        logs.LogPhotoRemove.as_view(),
        name="log-photo-remove",
    ),
    path("groups/<int:group_id>/exchange/", groups.GroupExchange.as_view(), name="group-exchange"),
]
