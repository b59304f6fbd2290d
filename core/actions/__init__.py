"""Every write to core's tables."""
