"""Every read of groups' tables, by actor and day."""
