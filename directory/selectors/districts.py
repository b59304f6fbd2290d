from directory.models import District


def by_code(code: str) -> District | None:
    """The district of that code, for commands; not for showing."""
    return District.objects.filter(code=code).first()
