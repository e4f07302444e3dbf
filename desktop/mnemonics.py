"""Two letters for every code, so that three keys tag a passage: from pinyin, else from the English name. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from string import ascii_lowercase

from db.records import Code, CodeId
from desktop.matching import initials

LENGTH = 2


def assign(codes: Sequence[Code], fixed: Mapping[str, str]) -> dict[CodeId, str]:
    """Give codes their two letters, each pair to one code; those past the 676th get none.

    Letters that a person fixed (by the code's uuid) go before; whose letters were taken so gets those that became free.
    A code added later never changes the letters of the others.
    """
    ordered = _in_order(codes)
    natural = _natural(ordered)
    holders: dict[str, Code] = {}
    for code in ordered:
        if is_pair(pair := fixed.get(code.uuid, "")):
            holders.setdefault(pair, code)
    found = {code.id: pair for pair, code in holders.items()}
    for code in ordered:
        pair = natural.get(code.id, "")
        # A pair that was fixed for another code leaves that one's natural pair, which may itself be fixed for a third.
        while pair in holders and code.id not in found:
            pair = natural.get(holders[pair].id, "")
        if pair:
            found.setdefault(code.id, pair)
    return found


def is_pair(letters: str) -> bool:
    """Whether these can be the letters of a code: two, from a to z."""
    return len(letters) == LENGTH and set(letters) <= set(ascii_lowercase)


def _in_order(codes: Sequence[Code]) -> list[Code]:
    """Put own codes last, in the order they were made: one may hang anywhere in a framework's tree."""
    return [*(code for code in codes if code.shipped), *sorted((code for code in codes if not code.shipped), key=_made)]


def _made(code: Code) -> int:
    return code.id


def _natural(codes: Sequence[Code]) -> dict[CodeId, str]:
    """Give each code in turn the first of its pairs that is free."""
    taken: set[str] = set()
    found: dict[CodeId, str] = {}
    for code in codes:
        pair = next((pair for pair in _pairs(code) if pair not in taken), "")
        if pair:
            taken.add(pair)
            found[code.id] = pair
    return found


def _pairs(code: Code) -> Iterator[str]:
    """List the pairs that suit a code, best first; in the end there are all."""
    first, *later = initials(code.name_zh) or ("",)
    yield from (first + other for other in later)
    words = ["".join(filter(_is_letter, word)) for word in code.name_en.lower().split()]
    words = [word for word in words if word]
    if words:
        head = words[0][0]
        yield from (head + word[0] for word in words[1:])
        yield from (head + letter for letter in "".join([words[0][1:], *words[1:]]))
    if first:
        yield from (first + letter for letter in ascii_lowercase)
    yield from map("".join, product(ascii_lowercase, repeat=LENGTH))


def _is_letter(character: str) -> bool:
    return character in ascii_lowercase
