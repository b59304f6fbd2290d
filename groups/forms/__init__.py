"""Forms of groups and 片区. They say what is missing; the actions judge the rules."""
