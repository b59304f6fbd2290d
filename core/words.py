"""Names as people look for them: simplified or traditional, pinyin, initials. Pure."""

import functools
import unicodedata


# Surnames whose reading differs from the character's usual one.
SURNAMES = {
    "仇": "qiu", "曾": "zeng", "解": "xie", "覃": "qin", "盖": "ge", "朴": "piao", "查": "zha",
    "翟": "zhai", "区": "ou", "单": "shan", "任": "ren", "华": "hua", "尉迟": "yuchi",
    "万俟": "moqi", "缪": "miao", "宓": "mi", "逄": "pang", "种": "chong", "秘": "bi",
    "乐": "yue", "冼": "xian", "员": "yun", "黑": "he", "折": "she", "召": "shao", "葛": "ge",
}  # fmt: skip

# Characters of given names that the dictionary of readings lacks.
READINGS = {"㐂": "xǐ", "𠮷": "jí"}


@functools.cache
def _converter():
    # Loaded at the first name, so that commands which handle none start without the dictionaries.
    import opencc  # noqa: PLC0415

    return opencc.OpenCC("t2s")


@functools.cache
def _reader():
    import pypinyin  # noqa: PLC0415

    pypinyin.load_single_dict({ord(letter): reading for letter, reading in READINGS.items()})
    return pypinyin.lazy_pinyin


def simplified(text: str) -> str:
    """The text in simplified characters, half-width, without blanks, lower case."""
    narrow = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return _converter().convert(narrow)


@functools.lru_cache(maxsize=65536)
def pinyin(name: str, *, person: bool = False) -> tuple[str, str]:
    """(full pinyin, initials) of a name; for a person the surname is read as a surname."""
    text = simplified(name)
    head, rest = "", text
    if person:
        length = next((n for n in (2, 1) if text[:n] in SURNAMES), 0)
        head, rest = SURNAMES.get(text[:length], ""), text[length:]
    syllables = [*([head] if head else []), *_reader()(rest)]
    return "".join(syllables), "".join(syllable[0] for syllable in syllables if syllable)


def search_text(name: str, *, person: bool = False) -> str:
    """What a stored row is searched by: simplified name, pinyin and initials, space between."""
    return " ".join([simplified(name), *pinyin(name, person=person)])


def sort_key(name: str, *, person: bool = False) -> str:
    """The stored column by which lists are sorted (the embedded PostgreSQL has no ICU)."""
    full, _ = pinyin(name, person=person)
    return f"{full} {name}"
