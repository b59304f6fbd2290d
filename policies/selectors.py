"""Policy packs as shipped with the product."""

import functools
from pathlib import Path

from policies import rules, schema


PACKS = Path(__file__).parent / "packs"


class UnknownPack(Exception):
    """No pack has that code; the text says which there are."""


def pack_codes() -> list[str]:
    """The codes of all shipped packs, sorted."""
    return sorted(path.stem for path in PACKS.glob("*.toml"))


@functools.cache
def pack(code: str) -> schema.Pack:
    """The pack of that code. Raises UnknownPack, or schema.Refused when its file is faulty."""
    if code not in pack_codes():
        raise UnknownPack(f"没有政策包 {code}；现有：{'、'.join(pack_codes())}。")
    return schema.parse((PACKS / f"{code}.toml").read_text(encoding="utf-8"), code)


def rules_of(codes: list[str]) -> rules.Rules:
    """The rules in force when these packs are adopted in this order. Raises UnknownPack."""
    return rules.adopt([pack(code) for code in codes], pack(rules.LAST))
