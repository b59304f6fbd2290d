"""Every write to directory's tables: keyword-only verbs, atomic, with their audit event."""
