"""Every write of policies: keyword-only verbs, atomic, each with its audit event."""
