"""Districts, schools, teachers and tokens of the HTTP API."""
