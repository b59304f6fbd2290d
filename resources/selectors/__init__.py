"""Every read of resources' tables, by actor and day."""
