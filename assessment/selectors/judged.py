"""How a judged result is stored, for who writes it and who compares."""

from json.encoder import encode_basestring as quoted

from assessment.enums import ResultState
from assessment.scoring import FINAL, OUT, WAITING, Result


STATES = {
    FINAL: ResultState.FINAL.value,
    WAITING: ResultState.WAITING.value,
    OUT: ResultState.OUT.value,
}


def steps_json(result: Result) -> str:
    """The derivation, values as text.

    Put together here: ``json.dumps`` takes three times as long for so little text.
    """
    told = [
        f'[{quoted(label)}, {quoted(expression)}, "{value!s}", {quoted(clause)}]'
        if value is not None
        else f"[{quoted(label)}, {quoted(expression)}, null, {quoted(clause)}]"
        for label, expression, value, clause in result.steps
    ]
    return f"[{', '.join(told)}]"
