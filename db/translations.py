"""Translations of passages: a text in a language by a translator, each its own record of the coder who wrote it down."""

from __future__ import annotations

import re

from db import errors
from db.changes import now
from db.records import AnnotationId, Translation, TranslationId
from db.store import Store

# The common shape of a language tag (RFC 5646): language, script, region, variants.
_TAG = re.compile(
    "([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)", re.IGNORECASE
)
_SELECT = "SELECT id, uuid, annotation, language, text, translator, coder, created, modified FROM translation"


def language_tag(words: str) -> str:
    """Give a language tag as it is usually written: zh, en, zh-Hant, en-GB; raises Refused for what is none."""
    found = _TAG.fullmatch(words.strip().replace("_", "-"))
    if found is None:
        raise errors.Refused("{language} names no language. Write it as zh, en or zh-Hant.", language=words)
    language, script, region, variants = found.groups()
    parts = [language.lower(), (script or "").title(), (region or "").upper(), variants.lower().strip("-")]
    return "-".join(filter(None, parts))


class Translations:
    """The translations of a project's passages."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, annotation: AnnotationId) -> list[Translation]:
        """List the translations of a passage, all coders', oldest first."""
        return [Translation(*row) for row in self._store.rows(f"{_SELECT} WHERE annotation = ? ORDER BY id", (annotation,))]

    def get(self, translation: TranslationId) -> Translation:
        """Give one translation; raises NotFound."""
        row = self._store.one(f"{_SELECT} WHERE id = ?", (translation,))
        if row is None:
            raise errors.NotFound("translation", translation)
        return Translation(*row)

    def by_ref(self, ref: str) -> TranslationId:
        """Find a translation by uuid or unique prefix; raises NotFound or Ambiguous."""
        return TranslationId(self._store.by_ref("translation", ref))

    def add(self, annotation: AnnotationId, language: str, text: str, translator: str = "") -> TranslationId:
        """Write down a translation of a passage, one's own or another's; raises Refused or NotFound."""
        values = {"language": language_tag(language), "text": _not_empty(text), "translator": translator.strip()}
        if not self._store.value("SELECT 1 FROM annotation WHERE id = ?", (annotation,)):
            raise errors.NotFound("annotation", annotation)
        with self._store.change("Write translation"):
            times = {"created": now(), "modified": now()}
            return TranslationId(
                self._store.insert("translation", annotation=annotation, coder=self._store.me, **values, **times)
            )

    def edit(
        self, translation: TranslationId, *, language: str | None = None, text: str | None = None, translator: str | None = None
    ) -> None:
        """Correct one's own translation; what is not given stays; raises Refused or NotFound."""
        before = self._own(translation)
        values = {
            "language": before.language if language is None else language_tag(language),
            "text": before.text if text is None else _not_empty(text),
            "translator": before.translator if translator is None else translator.strip(),
        }
        changed = {name: value for name, value in values.items() if getattr(before, name) != value}
        if changed:
            with self._store.change("Edit translation"):
                self._store.update("translation", translation, modified=now(), **changed)

    def remove(self, translation: TranslationId) -> None:
        """Remove one's own translation."""
        self._own(translation)
        with self._store.change("Remove translation"):
            self._store.delete("translation", [translation])

    def _own(self, translation: TranslationId) -> Translation:
        found = self.get(translation)
        if found.coder != self._store.me:
            raise errors.Refused("This translation is another coder's. Write your own beside it.")
        return found


def _not_empty(text: str) -> str:
    if not text.strip():
        raise errors.Refused("The translation is empty. Write something first.")
    return text.strip()
