"""How a judged result is stored, for who writes it and who compares."""

from json.encoder import encode_basestring as quoted

from assessment.derivation import plain
from assessment.enums import ResultState
from assessment.scoring import FINAL, OUT, WAITING, Result


STATES = {
    FINAL: ResultState.FINAL.value,
    WAITING: ResultState.WAITING.value,
    OUT: ResultState.OUT.value,
}


def shares_json(result: Result) -> str:
    """The parts of the final score, values as text.

    Put together here: ``json.dumps`` takes three times as long for so little text.
    """
    told = [f'[{quoted(name)}, "{plain(share)}"]' for name, share in result.shares]
    return f"[{', '.join(told)}]"


def steps_json(result: Result) -> str:
    """The derivation, values as text."""
    told = [
        f'[{quoted(label)}, {quoted(expression)}, "{value}", {quoted(clause)}]'
        if value is not None
        else f"[{quoted(label)}, {quoted(expression)}, null, {quoted(clause)}]"
        for label, expression, value, clause in result.steps
    ]
    return f"[{', '.join(told)}]"
