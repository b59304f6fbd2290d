"""Places in a pool. Pure."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from assessment.derivation import round_half_up
from assessment.entries import Entry


def ranks(scores: Iterable[tuple[str, str, Decimal]]) -> dict[str, int]:
    """Places by school from (pool, school, rounded score): ties share the better (1, 2, 2, 4)."""
    pools: dict[str, list[tuple[Decimal, str]]] = {}
    for pool, school, score in scores:
        pools.setdefault(pool, []).append((score, school))
    places: dict[str, int] = {}
    for schools in pools.values():
        schools.sort(key=lambda pair: -pair[0])
        place, previous = 0, None
        for position, (score, school) in enumerate(schools, 1):
            if score != previous:
                place, previous = position, score
            places[school] = place
    return places


@dataclasses.dataclass(frozen=True)
class OwnRanks:
    """This year's own ranks beside last year's, and what they say of a rise (B1-10)."""

    entries: Mapping[str, Entry]
    now: Mapping[str, int]
    sizes: Mapping[str, int]
    last_sizes: Mapping[str, int]

    @classmethod
    def of(cls, entries: Mapping[str, Entry], last_sizes: Mapping[str, int] | None) -> "OwnRanks":
        scored = [entry for entry in entries.values() if entry.score is not None]
        return cls(
            entries=entries,
            now=ranks((e.pool, e.school, round_half_up(e.score)) for e in scored),
            sizes=Counter(e.pool for e in scored),
            last_sizes=last_sizes
            or Counter(e.pool for e in entries.values() if e.last_rank is not None),
        )

    def rise(self, school: str) -> int | None:
        """Last year's rank less this year's own, None where either is missing."""
        last, now = self.entries[school].last_rank, self.now.get(school)
        return None if last is None or now is None else last - now

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
