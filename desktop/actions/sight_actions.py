"""What the text shows: a code is hidden, dimmed or shown alone, with what is below it; others' layers before their time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from db.changes import Change
from db.errors import NotFound
from db.records import AnnotationId, Code, CodeId
from desktop.models.codes import Sight
from desktop.panels.article_view import ArticleView
from desktop.panels.sidebar import Sidebar
from desktop.panels.top_bar import TopBar
from desktop.session import Session
from desktop.words import language, tr


class SightActions(QObject):
    """Acts on the code chosen in the list of codes, else on the first code of the annotation one stands on."""

    changed = Signal()  # which codes are hidden, dimmed or alone in sight
    told = Signal(str)  # what was done, in the person's words

    def __init__(
        self, session: Session, view: ArticleView, sidebar: Sidebar, bar: TopBar, parent: QObject | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._view = view
        self._sidebar = sidebar
        self._bar = bar
        self._sight = Sight()
        session.changed.connect(self._changed)

    @property
    def any(self) -> bool:
        """Whether a code is hidden, dimmed or alone in sight."""
        return self._sight.any

    def state(self) -> dict[str, object]:
        """Give what is to be kept of this project: uuids of codes, as JSON takes them."""
        sight = self._sight
        return {"hidden": sorted(sight.hidden), "dimmed": sorted(sight.dimmed), "solo": sight.solo}

    def restore(self, state: Mapping[str, object]) -> None:
        """Show codes as they were shown when this was kept; codes that are gone, and nonsense, are left out."""
        known = {code.uuid for code in self._session.project.codes.all()} if state and self._session.is_open else set()
        hidden, dimmed = (frozenset(known.intersection(_uuids(state.get(name)))) for name in ("hidden", "dimmed"))
        solo = state.get("solo")
        self._set(Sight(hidden, dimmed - hidden, solo if isinstance(solo, str) and solo in known else ""))

    def _changed(self, change: Change) -> None:
        """Forget codes that were removed."""
        if self._sight.any and "code" in change.tables:
            self.restore(self.state())

    # Commands

    def hide_code(self) -> None:
        """Hide the code at hand in the text, or show it again."""
        self._on_code(self._hide)

    def dim_code(self) -> None:
        """Dim the code at hand in the text, or show it as before."""
        self._on_code(self._dim)

    def solo_code(self) -> None:
        """Show only the code at hand in the text, or all again."""
        self._on_code(self._show_alone)

    def show_layers(self) -> None:
        """Show others' layers of the article shown before it is finished."""
        if not self._view.pane.layers.show_here():
            self.told.emit(tr("No layer is hidden in this article."))

    def hide_layers(self) -> None:
        """Hide others' layers that were shown before the article is finished again."""
        if not self._view.pane.layers.hide_again():
            self.told.emit(tr("No layer is shown before its time in this article."))

    def show_all_codes(self) -> None:
        """Show every code as ever."""
        self._set(Sight())
        self.told.emit(tr("All codes are shown"))

    def ask(self, wanted: str, code: int) -> None:
        """Hide, dim or show alone (`hide`, `dim`, `solo`) a code of the list, or show `all`."""
        act = {"hide": self._hide, "dim": self._dim, "solo": self._show_alone}.get(wanted)
        found = self._code(code)
        if act is None:
            self.show_all_codes()
        elif found is not None:
            act(found)

    def _hide(self, code: Code) -> None:
        sight, hide = self._sight, code.uuid not in self._sight.hidden
        hidden = sight.hidden ^ {code.uuid}
        solo = "" if hide and sight.solo == code.uuid else sight.solo
        self._set(replace(sight, hidden=hidden, dimmed=sight.dimmed - {code.uuid}, solo=solo))
        words = tr("Hidden: {code}", code=_label(code)) if hide else tr("Shown again: {code}", code=_label(code))
        self.told.emit(words)

    def _dim(self, code: Code) -> None:
        sight, dim = self._sight, code.uuid not in self._sight.dimmed
        self._set(replace(sight, hidden=sight.hidden - {code.uuid}, dimmed=sight.dimmed ^ {code.uuid}))
        words = tr("Dimmed: {code}", code=_label(code)) if dim else tr("No longer dimmed: {code}", code=_label(code))
        self.told.emit(words)

    def _show_alone(self, code: Code) -> None:
        sight, uuid = self._sight, code.uuid
        if sight.solo == uuid:
            self._set(replace(sight, solo=""))
            self.told.emit(tr("No longer shown alone: {code}", code=_label(code)))
            return
        self._set(Sight(sight.hidden - {uuid}, sight.dimmed - {uuid}, uuid))
        self.told.emit(tr("Shown alone: {code}", code=_label(code)))

    def _set(self, sight: Sight) -> None:
        if sight == self._sight:
            return
        self._sight = sight
        self._view.set_code_sight(sight.hidden, sight.dimmed, sight.solo)
        self._sidebar.show_sight(sight)
        self._bar.show_sight(sight)
        self.changed.emit()

    # The code at hand

    def _on_code(self, act: Callable[[Code], None]) -> None:
        code = self._sidebar.code(focused=True) or self._of_annotation() or self._sidebar.code(focused=False)
        if code is None:
            self.told.emit(tr("Choose a code in the list of codes, or go to a passage that has one."))
        else:
            act(code)

    def _of_annotation(self) -> Code | None:
        current = self._view.current
        found = self._session.project.annotations.several([AnnotationId(current)]) if current is not None else []
        return self._code(found[0].taggings[0].code) if found and found[0].taggings else None

    def _code(self, code: int) -> Code | None:
        try:
            return self._session.project.codes.get(CodeId(code))
        except NotFound:
            return None


def _label(code: Code) -> str:
    return code.label(language())


def _uuids(kept: object) -> Iterable[str]:
    return [each for each in kept if isinstance(each, str)] if isinstance(kept, list | tuple) else []
