"""What a bundle would bring, shown before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from desktop.panels.sheets import Sheet
from desktop.words import tr

# Kinds of records a person knows by name, in the order they are said.
_KINDS = {
    "article": "Articles", "annotation": "Annotations", "tagging": "Codes on passages", "link": "Links to instruments",
    "note": "Notes", "code": "Codes", "instrument": "Instruments", "coder": "Coders",
}  # fmt: skip


class MergeSheet(Sheet):
    """The preview of a bundle with what can be done with it."""

    merge_requested = Signal(object, object)  # file, plan
    new_project_requested = Signal(object)  # file

    def __init__(self) -> None:
        super().__init__()
        self._path = Path()
        self._plan: Any = None
        self._project = ""
        self._counts: dict[str, int] = {}
        self._coders: list[str] = []

    def show_bundle(self, path: Path, counts: dict[str, int], coders: list[str], plan: Any, project: str) -> None:
        """Show what a bundle holds and, where a project is open, what merging it would do."""
        self._path, self._plan, self._project, self._counts, self._coders = path, plan, project, counts, coders
        self.retranslate()
        self.setFocus()

    def retranslate(self) -> None:
        """Say everything again."""
        self.begin(tr("Bundle “{name}”", name=self._path.stem))
        if self._coders:
            self.paragraph(tr("Coded by {names}", names=tr(", ").join(name for name in self._coders if name != "?") or "?"))
        self.paragraph(tr("It holds"), "sheetSection")
        shown = ((kind, words) for kind, words in _KINDS.items() if self._counts.get(kind))
        self.table([(tr(words), str(self._counts[kind])) for kind, words in shown])
        plan = self._plan
        if plan is not None:
            self.paragraph(tr("Merged into {project}", project=self._project), "sheetSection")
            self.table(self._foreseen(plan))
        self._offer(plan)

    def _foreseen(self, plan: Any) -> list[tuple[str, str]]:
        if plan.changes_nothing:
            return [(tr("Nothing changes"), tr("The project holds all of it already."))]
        articles = len(plan.inserts["article"]) if "article" in plan.inserts else 0
        return [
            (tr("New records"), tr("{count}, of these {articles} articles", count=plan.added, articles=articles)),
            (tr("Changed"), str(len(plan.updates))),
            (tr("Removed"), str(len(plan.deletes))),
            (tr("Conflicts"), tr("{count}; both values are kept until you decide", count=len(plan.conflicts))),
        ]

    def _offer(self, plan: Any) -> None:
        merge, make, leave = QPushButton(), QPushButton(), QPushButton()
        merge.setText(tr("Merge into this project"))
        merge.setProperty("role", "primary")
        merge.setEnabled(plan is not None and not plan.changes_nothing)
        merge.setVisible(bool(self._project))
        merge.clicked.connect(self._merge)
        make.setText(tr("Make a new project from it…"))
        make.clicked.connect(self._make)
        if not self._project:
            make.setProperty("role", "primary")
        leave.setText(tr("Cancel"))
        leave.setProperty("role", "flat")
        leave.clicked.connect(self.left)
        self.buttons(merge, make, leave)

    def _merge(self) -> None:
        self.merge_requested.emit(self._path, self._plan)

    def _make(self) -> None:
        self.new_project_requested.emit(self._path)
