"""Tables of schools, teachers and area units: their columns, and how rows compare with the file.

Nothing is saved here; the writing is in ``directory.actions``.
"""
