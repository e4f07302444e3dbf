"""The words of the program: English templates as keys, Chinese beside them as data."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache

from resources import resource

LANGUAGES = ("zh_CN", "en")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Give the templates of a language by their English text; English is its own key."""
    if language == "en":
        return {}
    words: dict[str, str] = {}
    for path in sorted(resource("translations", language).glob("*.json")):
        words.update(json.loads(path.read_text("utf-8")))
    return words


def say(language: str, sentence: str, facts: Mapping[str, object] | None = None) -> str:
    """Say an English template in a language with its facts filled in; what is not translated stays English."""
    words = catalogue(language).get(sentence, sentence)
    return words.format_map(facts) if facts else words


def system_language() -> str:
    """Guess zh_CN or en from the environment (GLOSSATOR_LANGUAGE first)."""
    for name in ("GLOSSATOR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh_CN" if value.lower().startswith("zh") else "en"
    return "en"
