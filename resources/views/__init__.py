"""Pages of shared facilities and their bookings."""
