"""Pages of the rules of a district."""
