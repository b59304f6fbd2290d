"""Every write to notices and objections."""
