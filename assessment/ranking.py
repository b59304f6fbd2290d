"""Places in a pool. Pure."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from assessment.derivation import round_half_up
from assessment.entries import Entry


def ranks(scores: Iterable[tuple[str, str, Decimal]]) -> dict[str, int]:
    """Places by school from (pool, school, rounded score): ties share the better (1, 2, 2, 4)."""
    listed = list(scores)
    counts: dict[str, Counter[Decimal]] = {}
    for pool, _, score in listed:
        counts.setdefault(pool, Counter())[score] += 1
    places: dict[str, dict[Decimal, int]] = {}
    for pool, count in counts.items():
        place, places[pool] = 1, {}
        for score in sorted(count, reverse=True):
            places[pool][score] = place
            place += count[score]
    return {school: places[pool][score] for pool, school, score in listed}


@dataclasses.dataclass(frozen=True)
class OwnRanks:
    """This year's own scores and ranks beside last year's, and what they say of a rise (B1-10)."""

    entries: Mapping[str, Entry]
    rounded: Mapping[str, Decimal]
    now: Mapping[str, int]
    sizes: Mapping[str, int]
    last_sizes: Mapping[str, int]

    @classmethod
    def of(cls, entries: Mapping[str, Entry], last_sizes: Mapping[str, int] | None) -> "OwnRanks":
        scored = [entry for entry in entries.values() if entry.score is not None]
        rounded = {entry.school: round_half_up(entry.score) for entry in scored}
        return cls(
            entries=entries,
            rounded=rounded,
            now=ranks((e.pool, e.school, rounded[e.school]) for e in scored),
            sizes=Counter(e.pool for e in scored),
            last_sizes=last_sizes
            or Counter(e.pool for e in entries.values() if e.last_rank is not None),
        )

    def rise(self, school: str) -> int | None:
        """Last year's rank less this year's own, None where either is missing."""
        last = self.entries[school].last_rank
        now = None if last is None else self.now.get(school)
        return None if now is None else last - now

    def told(self, school: str) -> str:
        """The rise as a sentence, with the sizes of the pool in both years."""
        entry, now = self.entries[school], self.now.get(school)
        if entry.last_rank is None:
            return f"{school} 无上年名次，不算进位"
        if now is None:
            return f"{school} 不单独评分，不算进位"
        rise = entry.last_rank - now
        word = f"进 {rise} 位" if rise > 0 else f"退 {-rise} 位" if rise < 0 else "持平"
        last_size = self.last_sizes.get(entry.pool, 0)
        sizes = f"{entry.pool}上年 {last_size} 所，今年 {self.sizes[entry.pool]} 所"
        return f"{school} {entry.last_rank}→{now} {word}（{sizes}）"
