"""The table of groups with their members. Nothing is saved here."""
