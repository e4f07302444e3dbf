"""What the window says: English templates, said in the language the person chose; switched without a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from resources import words

_PROPERTY = "glossator_language"
_SHORTCUT = re.compile("&(?P<letter>[^&\\s])")  # the letter that chooses a label


def language() -> str:
    """Give the language of the window: zh_CN or en."""
    application = QCoreApplication.instance()
    return str((application.property(_PROPERTY) if application else None) or "en")


class Said(str):
    """Words in the window's language that remember what they say, so that they can be said again in another one."""

    __slots__ = ("facts", "sentence")
    sentence: str
    facts: Mapping[str, object]


def tr(sentence: str, **facts: object) -> str:
    """Say an English template in the window's language with its facts filled in; `again` can say it anew."""
    said = Said(words.say(language(), sentence, facts or None))
    said.sentence, said.facts = sentence, facts
    return said


def again(said: object) -> str:
    """Say words that `tr` gave, and those among their facts, in the language the window has now; others stay as they are."""
    if not isinstance(said, Said):
        return str(said)
    facts = {name: again(fact) if isinstance(fact, Said) else fact for name, fact in said.facts.items()}
    return tr(said.sentence, **facts)


def listed(said: Sequence[str]) -> str:
    """Join words by the comma of the window's language."""
    if not said:
        return ""
    whole = said[0]
    for each in said[1:]:
        whole = tr("{some}, {more}", some=whole, more=each)
    return whole


class _Near(QTranslator):
    """Says what Qt's own words lack: those for a label whose text differs by the letter that chooses it only.

    Qt's Chinese knows `Look in:`, which its file dialog says as `&Look in:`. It is asked after all others.
    """

    def __init__(self, translator: QTranslator) -> None:
        super().__init__(translator.parent())
        self._translator = translator

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Give a translation, else the text itself."""
        found = _SHORTCUT.search(sourceText)
        plain = _SHORTCUT.sub(r"\g<letter>", sourceText)
        said = self._translator.translate(context, plain, disambiguation, n) if found else ""
        if not found or not said:
            return sourceText
        bare = said.rstrip(":：")
        return f"{bare}(&{found['letter'].upper()}){said[len(bare) :]}"

    def isEmpty(self) -> bool:
        return False


def use_language(application: QApplication, wanted: str) -> None:
    """Switch the language: every widget gets a LanguageChange event, Qt's own texts follow."""
    application.setProperty(_PROPERTY, wanted if wanted in words.LANGUAGES else "en")
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if wanted != "en" and translator.load(f"qtbase_{wanted}", folder):
        application.installTranslator(_Near(translator))
        application.installTranslator(translator)  # asked before the other; posts LanguageChange itself
        return
    for widget in application.topLevelWidgets():
        QApplication.postEvent(widget, QEvent(QEvent.Type.LanguageChange))
