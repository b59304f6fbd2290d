from filings.models.notices import Objection, PublicNotice


__all__ = ["Objection", "PublicNotice"]
