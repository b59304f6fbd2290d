"""What the pages of one filing share."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.views import View

from filings.models import Filing
from filings.selectors.filings import visible_filing
from filings.selectors.heads import Head, head_of


class FilingPage(View):
    """A page of one filing, ``self.filing``; 404 for whoever may not see it."""

    filing: Filing

    def setup(self, request, *args, filing_id: int, **kwargs):
        if request.actor is None:
            raise PermissionDenied
        filing = visible_filing(request.actor, filing_id)
        if filing is None:
            raise Http404
        self.filing = filing
        super().setup(request, *args, filing_id=filing_id, **kwargs)

    def head(self) -> Head:
        request = self.request
        return head_of(request.actor, self.filing, request.day, acting=request.as_of is None)
