"""Pages of the report centre."""
