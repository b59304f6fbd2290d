from django.urls import path

from directory import views
from directory.views import (
    accounts,
    areas,
    audit,
    calendar,
    posts,
    school_acts,
    schools,
    security,
    slips,
    teachers,
)


urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="account_login"),
    path("sign-in/code/", views.SecondStepView.as_view(), name="mfa_authenticate"),
    path("sign-out/", views.SignOutView.as_view(), name="account_logout"),
    path("activate/", slips.Activate.as_view(), name="account-activate"),
    path("activate/done/", slips.activated, name="account-activated"),
    path("post/", posts.switch, name="post-switch"),
    path("account/", security.AccountHome.as_view(), name="own-account"),
    path("account/password/", security.ChangePassword.as_view(), name="own-password"),
    path("account/second-factor/", security.Enrol.as_view(), name="own-second-factor"),
    path("account/second-factor/codes/", security.RenewCodes.as_view(), name="own-codes"),
    path("account/second-factor/off/", security.Remove.as_view(), name="own-second-factor-off"),
    path("account/sessions/end/", security.end_sessions, name="own-sessions-end"),
    path("accounts/", accounts.AccountList.as_view(), name="account-list"),
    path("accounts/new/", accounts.AccountNew.as_view(), name="account-new"),
    path("accounts/add/", accounts.AccountAdd.as_view(), name="account-add"),
    path("accounts/slips/", slips.IssueSlips.as_view(), name="account-slips"),
    path("accounts/slips/open/", slips.register, name="slip-print"),
    path(
        "accounts/<int:user_id>/second-factor/",
        security.Reset.as_view(),
        name="account-second-factor-reset",
    ),
    path("posts/<int:pk>/end/", posts.EndPost.as_view(), name="account-post-end"),
    path("audit/", audit.audit_list, name="audit-list"),
    path("schools/", schools.SchoolListView.as_view(), name="school-list"),
    path("schools/new/", school_acts.SchoolNewView.as_view(), name="school-new"),
    path("schools/<int:school_id>/", schools.SchoolDetailView.as_view(), name="school-detail"),
    path(
        "schools/<int:school_id>/change/",
        school_acts.SchoolChangeView.as_view(),
        name="school-change",
    ),
    path(
        "schools/<int:school_id>/close/", school_acts.SchoolCloseView.as_view(), name="school-close"
    ),
    path(
        "schools/<int:school_id>/withdraw/",
        school_acts.SchoolWithdrawView.as_view(),
        name="school-withdraw",
    ),
    path(
        "schools/<int:school_id>/headcount/",
        school_acts.HeadcountView.as_view(),
        name="school-headcount",
    ),
    path(
        "schools/<int:school_id>/bells/",
        school_acts.BellScheduleView.as_view(),
        name="school-bells",
    ),
    path("teachers/", teachers.TeacherListView.as_view(), name="teacher-list"),
    path("teachers/<int:teacher_id>/", teachers.TeacherDetailView.as_view(), name="teacher-detail"),
    path("teachers/<int:teacher_id>/reveal/", teachers.teacher_reveal, name="teacher-reveal"),
    path(
        "teachers/<int:teacher_id>/move/", teachers.TeacherMoveView.as_view(), name="teacher-move"
    ),
    path(
        "teachers/<int:teacher_id>/leave/",
        teachers.TeacherLeaveView.as_view(),
        name="teacher-leave",
    ),
    path("calendar/", calendar.CalendarYearView.as_view(), name="calendar-year"),
    path("calendar/<int:school_year>/", calendar.CalendarYearView.as_view(), name="calendar-year"),
    path(
        "calendar/<int:school_year>/days/new/",
        calendar.CalendarDayNewView.as_view(),
        name="calendar-day-new",
    ),
    path(
        "calendar/<int:school_year>/days/<int:day_id>/remove/",
        calendar.CalendarDayRemoveView.as_view(),
        name="calendar-day-remove",
    ),
    path(
        "calendar/<int:school_year>/terms/",
        calendar.CalendarTermsView.as_view(),
        name="calendar-terms",
    ),
    path("areas/", areas.AreaListView.as_view(), name="area-list"),
    path("areas/new/", areas.AreaNewView.as_view(), name="area-new"),
    path("areas/<int:unit_id>/", areas.AreaChangeView.as_view(), name="area-change"),
]
