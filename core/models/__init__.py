from core.models.audit import AuditEvent, AuditSeal
from core.models.files import StoredFile
from core.models.imports import ImportBatch, ImportRow
from core.models.jobs import Job


__all__ = ["AuditEvent", "AuditSeal", "ImportBatch", "ImportRow", "Job", "StoredFile"]
