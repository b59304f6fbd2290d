"""What desk reads of many apps: the search and the workbench."""
