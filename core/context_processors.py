from core import clock
from core.school_years import school_year_name


THEMES = {"light", "dark"}


def frame(request) -> dict:
    """What the page frame needs on every page: theme, actor, day and school year."""
    theme = request.COOKIES.get("theme")
    today = clock.today()
    day = getattr(request, "day", today)
    return {
        "theme": theme if theme in THEMES else "light",
        "actor": getattr(request, "actor", None),
        "today": today,
        "day": day,
        "school_year": school_year_name(day),
    }
