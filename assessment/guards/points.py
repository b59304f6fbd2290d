"""Is this a figure that may be entered? Sentences say the likely right value."""

from decimal import Decimal

from core.errors import Denied


DECIMALS = 6  # of a score as stored
PROJECT_DECIMALS = 3
MOST_PROJECT_POINTS = Decimal("999.999")


def fault_of_score(points: Decimal, possible: Decimal) -> str:
    """What is wrong with the points of an indicator; empty when they may be entered.

    Points are used as entered, so that more decimals than are stored are refused, not cut.
    """
    if not points.is_finite():
        return "得分应为数字。"
    if points < 0:
        return f"得分不能为负数{_perhaps(-points, possible)}"
    if points > possible:
        return f"得分超过满分 {plain(possible)}{_perhaps(shifted(points, possible), possible)}"
    if _decimals(points) > DECIMALS:
        rounded = points.quantize(Decimal(1).scaleb(-DECIMALS))
        return f"得分最多 {DECIMALS} 位小数{_perhaps(rounded, possible)}"
    return ""


def check_score(*, name: str, points: Decimal, possible: Decimal) -> None:
    if fault := fault_of_score(points, possible):
        raise Denied(f"“{name}”：{fault}")


def fault_of_project(points: Decimal) -> str:
    """What is wrong with the points of a project; empty when they may be entered."""
    if not points.is_finite():
        return "加分应为数字。"
    if points < 0:
        return "加分不能为负数；没有加分的项目不用录入。"
    if points > MOST_PROJECT_POINTS or _decimals(points) > PROJECT_DECIMALS:
        return f"加分应为 0 到 {MOST_PROJECT_POINTS} 的数字，最多 {PROJECT_DECIMALS} 位小数。"
    return ""


def check_project(points: Decimal) -> None:
    if fault := fault_of_project(points):
        raise Denied(fault)


def shifted(points: Decimal, possible: Decimal) -> Decimal:
    """The points with the decimal sign moved left until they fit: a slip of the keyboard."""
    while points > possible:
        points = points / 10
    return points


def plain(value: Decimal) -> str:
    """As it is read aloud: 40 for 40.000, 8.25 for 8.250."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _perhaps(likely: Decimal, possible: Decimal) -> str:
    fits = 0 < likely <= possible and _decimals(likely) <= DECIMALS
    return f"，是否应为 {plain(likely)}？" if fits else "，请核对。"


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
