"""Model fields of our own."""

from django.db import models

from core.crypto import decrypt, encrypt


class EncryptedTextField(models.TextField):
    """Text that stands encrypted in the database, None where there is none; cannot be filtered."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise TypeError("An encrypted field has no lookups; use its blind index.")
        return super().get_lookup(lookup_name)
