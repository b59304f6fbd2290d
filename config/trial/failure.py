"""What stops a start: a sentence for the person at the terminal, and an exit code."""


class Failure(Exception):
    """Its text is printed as it is; there is no traceback."""

    def __init__(self, sentence: str, code: int = 1):
        super().__init__(sentence)
        self.code = code
