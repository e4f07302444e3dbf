"""How Chinese characters are read, after pypinyin (https://github.com/mozillazg/python-pinyin); loaded when first asked."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from types import ModuleType


@lru_cache(65_536)
def spelled(character: str) -> tuple[str, ...]:
    """Give all readings of a character without tones, the usual one first; what is not Chinese is read as it is."""
    library = _library()
    return tuple(library.pinyin(character, style=library.Style.NORMAL, heteronym=True)[0])


@lru_cache(65_536)
def toned(character: str) -> str:
    """Give the usual reading of a character, its tone as a number behind it."""
    library = _library()
    return str(library.lazy_pinyin(character, style=library.Style.TONE3)[0])


@cache
def _library() -> ModuleType:
    # Six times faster to load without the dictionary of phrases, which single characters do not need.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    import pypinyin

    return pypinyin
