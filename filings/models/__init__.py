from filings.models.filings import Deputyship, Filing, FilingMove
from filings.models.notices import Objection, PublicNotice


__all__ = ["Deputyship", "Filing", "FilingMove", "Objection", "PublicNotice"]
