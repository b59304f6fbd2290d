"""Every read of notices and objections."""
