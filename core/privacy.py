"""What a field tells of a person. Every model classifies every field; a test insists.

PLAIN     nothing personal
NAME      a name; shown to those whose scope holds the row
CONTACT   reaches a person or tells their age (phone, birth date); masked, shown by a recorded act
IDENTITY  the ID number; encrypted, masked, shown by a recorded act
SECRET    never shown to anybody (hashes, keys, indexes of encrypted values)
"""

import datetime
import enum


class Privacy(enum.Enum):
    PLAIN = "PLAIN"
    NAME = "NAME"
    CONTACT = "CONTACT"
    IDENTITY = "IDENTITY"
    SECRET = "SECRET"  # noqa: S105 - the name of a class, not a password


def classified(**classes: str):
    """Class decorator: ``@classified(plain="district code", name="name")``, fields by class."""

    def mark(model):
        model.privacy = {
            field: Privacy[name.upper()]
            for name, fields in classes.items()
            for field in fields.split()
        }
        return model

    return mark


def masked_id_number(number: str | None) -> str:
    """County and check part stay: 331126********1234; of a short number nothing does."""
    if not number or len(number) < 15:
        return "*" * len(number or "")
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def masked_phone(phone: str | None) -> str:
    """138****5678; of a short number nothing stays."""
    if not phone or len(phone) < 8:
        return "*" * len(phone or "")
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def masked_birth(day: datetime.date | None) -> str:
    """The year stays: 1985-**-**."""
    return f"{day.year}-**-**" if day else ""
