from django.urls import path

from resources.views import booking_acts, bookings, facilities, feeds, groups, series, used


urlpatterns = [
    path("facilities/", facilities.FacilityList.as_view(), name="facility-list"),
    path("facilities/week/", facilities.Wall.as_view(), name="facility-wall"),
    path("facilities/new/", facilities.NewFacility.as_view(), name="facility-new"),
    path(
        "facilities/<int:facility_id>/",
        facilities.FacilityDetail.as_view(),
        name="facility-detail",
    ),
    path(
        "facilities/<int:facility_id>/edit/",
        facilities.EditFacility.as_view(),
        name="facility-edit",
    ),
    path(
        "facilities/<int:facility_id>/withdraw/",
        facilities.Withdraw.as_view(),
        name="facility-withdraw",
    ),
    path(
        "facilities/<int:facility_id>/blackouts/",
        facilities.Blackouts.as_view(),
        name="facility-blackouts",
    ),
    path("facilities/<int:facility_id>/book/", bookings.Book.as_view(), name="booking-new"),
    path("facilities/<int:facility_id>/weekly/", series.NewSeries.as_view(), name="series-new"),
    path("facilities/<int:facility_id>/feed/", feeds.renew, name="facility-feed"),
    path("bookings/", bookings.Mine.as_view(), name="booking-mine"),
    path("bookings/requests/", bookings.Requests.as_view(), name="booking-requests"),
    path("bookings/used/", used.UsedList.as_view(), name="booking-used"),
    path("bookings/feed/", feeds.renew, name="booking-feed"),
    path("bookings/<int:booking_id>/", bookings.Detail.as_view(), name="booking-detail"),
    path(
        "bookings/<int:booking_id>/approve/", booking_acts.Approve.as_view(), name="booking-approve"
    ),
    path("bookings/<int:booking_id>/refuse/", booking_acts.Refuse.as_view(), name="booking-refuse"),
    path("bookings/<int:booking_id>/cancel/", booking_acts.Cancel.as_view(), name="booking-cancel"),
    path("weekly/<int:series_id>/", series.Detail.as_view(), name="series-detail"),
    path("feeds/<str:feed_key>.ics", feeds.read, name="feed-ics"),
    path(
        "groups/<int:group_id>/facilities/",
        groups.GroupFacilities.as_view(),
        name="group-facilities",
    ),
]
