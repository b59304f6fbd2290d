"""Every write to reports and their schedules."""
