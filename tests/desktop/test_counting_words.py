"""Each way of counting positions is said in words of its own, in both languages."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtWidgets import QApplication

from db.exchange.refi.positions import Model
from desktop.models.arriving import model_words
from desktop.words import use_language


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_way_of_counting_has_words_of_its_own(qapp: QApplication, language: str) -> None:
    use_language(qapp, language)
    try:
        units = ((False, False), (True, False), (False, True))
        lines = ((2, 1), (1, 1), (2, 2))
        models = [
            Model(utf16, bom, crlf, lf, utf8, last)
            for (utf16, utf8), bom, last, (crlf, lf) in product(units, (False, True), (False, True), lines)
        ]
        said = [str(model_words(model)) for model in models]
    finally:
        use_language(qapp, "en")
    assert len(set(said)) == len(models)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in words) == (language == "zh_CN") for words in said)
    assert ("UTF-8 bytes" in said[-1]) == (language == "en")
