"""What the window says: English templates, said in the language the person chose; switched without a restart."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from resources import words

_PROPERTY = "glossator_language"


def language() -> str:
    """Give the language of the window: zh_CN or en."""
    application = QCoreApplication.instance()
    return str((application.property(_PROPERTY) if application else None) or "en")


def tr(sentence: str, **facts: object) -> str:
    """Say an English template in the window's language with its facts filled in."""
    return words.say(language(), sentence, facts or None)


def use_language(application: QApplication, wanted: str) -> None:
    """Switch the language: every widget gets a LanguageChange event, Qt's own texts follow."""
    application.setProperty(_PROPERTY, wanted if wanted in words.LANGUAGES else "en")
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if wanted != "en" and translator.load(f"qtbase_{wanted}", folder):
        application.installTranslator(translator)  # posts LanguageChange itself
        return
    for widget in application.topLevelWidgets():
        QApplication.postEvent(widget, QEvent(QEvent.Type.LanguageChange))
