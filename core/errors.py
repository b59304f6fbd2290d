"""Exceptions that carry a sentence for the person who caused them."""


class Denied(Exception):
    """An act that may not be done, or not now. Its text is shown as it is."""
