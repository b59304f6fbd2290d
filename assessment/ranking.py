"""Places in a pool. Pure."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from assessment.derivation import Told, told
from assessment.entries import Entry


def ranks(pools: Iterable[Mapping[str, Decimal]]) -> dict[str, int]:
    """Places by school from the rounded scores of each pool; ties share the better (1, 2, 2, 4)."""
    found = {}
    for scores in pools:
        place, places = 1, {}
        for score, count in sorted(Counter(scores.values()).items(), reverse=True):
            places[score] = place
            place += count
        found.update((school, places[score]) for school, score in scores.items())
    return found


@dataclasses.dataclass(frozen=True)
class OwnRanks:
    """This year's own scores and ranks beside last year's, and what they say of a rise (B1-10)."""

    entries: Mapping[str, Entry]
    told: Mapping[str, Told]
    pools: Mapping[str, Mapping[str, Decimal]]  # rounded scores
    now: Mapping[str, int]
    last_sizes: Mapping[str, int]

    @classmethod
    def of(cls, entries: Mapping[str, Entry], last_sizes: Mapping[str, int] | None) -> "OwnRanks":
        known, pools = {}, {}
        for entry in entries.values():
            if entry.score is not None:
                known[entry.school] = it = entry.told or told(entry.score)
                pools.setdefault(entry.pool, {})[entry.school] = it.rounded
        return cls(
            entries=entries,
            told=known,
            pools=pools,
            now=ranks(pools.values()),
            last_sizes=last_sizes
            or Counter(e.pool for e in entries.values() if e.last_rank is not None),
        )

    def rise(self, school: str) -> int | None:
        """Last year's rank less this year's own, None where either is missing."""
        last = self.entries[school].last_rank
        now = None if last is None else self.now.get(school)
        return None if now is None else last - now

    def rise_of(self, school: str) -> str:
        """The rise as a sentence, with the sizes of the pool in both years."""
        entry, now = self.entries[school], self.now.get(school)
        if entry.last_rank is None:
            return f"{school} 无上年名次，不算进位"
        if now is None:
            return f"{school} 不单独评分，不算进位"
        rise = entry.last_rank - now
        word = f"进 {rise} 位" if rise > 0 else f"退 {-rise} 位" if rise < 0 else "持平"
        last_size = self.last_sizes.get(entry.pool, 0)
        sizes = f"{entry.pool}上年 {last_size} 所，今年 {len(self.pools[entry.pool])} 所"
        return f"{school} {entry.last_rank}→{now} {word}（{sizes}）"
