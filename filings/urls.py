from django.urls import path

from filings.views import deputyships, filings, lists, moves


urlpatterns = [
    path("filings/", lists.FilingList.as_view(), name="filing-list"),
    path("filings/all/", lists.FilingAll.as_view(), name="filing-all"),
    path("filings/<int:filing_id>/", filings.FilingDetail.as_view(), name="filing-detail"),
    path("filings/<int:filing_id>/sheet/", filings.FilingSheet.as_view(), name="filing-sheet"),
    path("filings/<int:filing_id>/scan/", filings.FilingScan.as_view(), name="filing-scan"),
    path("filings/<int:filing_id>/validate/", moves.Validate.as_view(), name="filing-validate"),
    path("filings/<int:filing_id>/step-back/", moves.StepBack.as_view(), name="filing-step-back"),
    path("filings/<int:filing_id>/to-draft/", moves.ToDraft.as_view(), name="filing-to-draft"),
    path("filings/<int:filing_id>/withdraw/", moves.Withdraw.as_view(), name="filing-withdraw"),
    path("filings/<int:filing_id>/reject/", moves.Reject.as_view(), name="filing-reject"),
    path("deputyships/", deputyships.DeputyshipList.as_view(), name="deputyship-list"),
    path("deputyships/new/", deputyships.DeputyshipNew.as_view(), name="deputyship-new"),
    path(
        "deputyships/<int:deputyship_id>/end/",
        deputyships.DeputyshipEnd.as_view(),
        name="deputyship-end",
    ),
]
