"""Pages of groups and 片区. A group's first page, which looks across apps, is ``desk``'s."""
