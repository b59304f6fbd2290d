"""Every write to resources' tables."""
