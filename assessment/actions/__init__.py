"""Every write to assessments."""
