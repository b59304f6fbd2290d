from django.urls import path

from groups.views import clusters, groups, lists


urlpatterns = [
    path("groups/", lists.GroupList.as_view(), name="group-list"),
    path("groups/outside/", lists.OutsideList.as_view(), name="group-outside"),
    path("groups/covered/", lists.CoveredList.as_view(), name="group-covered"),
    path("groups/new/", groups.FoundGroup.as_view(), name="group-new"),
    path("groups/<int:group_id>/members/", groups.GroupMembers.as_view(), name="group-members"),
    path("groups/<int:group_id>/history/", groups.GroupHistory.as_view(), name="group-history"),
    path("groups/<int:group_id>/join/", groups.JoinGroup.as_view(), name="group-join"),
    path("groups/<int:group_id>/core/", groups.ReplaceCore.as_view(), name="group-core"),
    path("groups/<int:group_id>/type/", groups.ChangeType.as_view(), name="group-type"),
    path("groups/<int:group_id>/dissolve/", groups.DissolveGroup.as_view(), name="group-dissolve"),
    path(
        "memberships/<int:membership_id>/leave/",
        groups.LeaveGroup.as_view(),
        name="membership-leave",
    ),
    path("clusters/", clusters.ClusterList.as_view(), name="cluster-list"),
    path("clusters/new/", clusters.NewCluster.as_view(), name="cluster-new"),
    path("clusters/<int:cluster_id>/", clusters.ClusterDetail.as_view(), name="cluster-detail"),
    path("clusters/<int:cluster_id>/join/", clusters.JoinCluster.as_view(), name="cluster-join"),
    path(
        "clusters/<int:cluster_id>/dissolve/",
        clusters.DissolveCluster.as_view(),
        name="cluster-dissolve",
    ),
    path(
        "clusters/places/<int:place_id>/leave/",
        clusters.LeaveCluster.as_view(),
        name="cluster-leave",
    ),
]
