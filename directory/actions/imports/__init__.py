"""Rows of imported tables written and taken back, in bulk; ``core.actions.imports`` calls them."""
