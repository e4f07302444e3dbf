"""How the positions in a REFI-QDA project are counted: a row for each source with its proof, its samples and a choice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.exchange.refi.passages import SourceProof
from db.exchange.refi.positions import ALL, Model
from desktop.models.arriving import Asked, model_words, proof_words
from desktop.panels.parts import label
from desktop.panels.query_values import Choice
from desktop.words import tr

_SHOWN, _SAMPLES = 30, 2


class CountingRow(QWidget):
    """One source: its name and how it is counted, which can be chosen otherwise, with the evidence and samples."""

    chosen = Signal(str, object)  # article (uuid), model

    def __init__(self, source: SourceProof) -> None:
        super().__init__()
        self._source = source
        self.choice = _choice(tuple(dict.fromkeys((source.proof.model, *source.proof.others, *ALL))), source.proof.model)
        self.choice.setAccessibleName(tr("How positions are counted in {name}", name=source.name))
        self.choice.activated.connect(self._choose)
        head = QHBoxLayout()
        head.addWidget(label("heading", source.name, wrap=True), 1)
        head.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(label("small", proof_words(source), wrap=True))
        for name, passage in source.proof.samples[:_SAMPLES]:
            words = tr("“{passage}”, named “{name}”", passage=passage, name=name) if name else tr("“{passage}”", passage=passage)
            column.addWidget(label("muted", words, wrap=True))

    def _choose(self, _row: int) -> None:
        self.chosen.emit(self._source.guid, Model.of(self.choice.value()))


class CountingRows(QWidget):
    """The sources whose counting matters, the unsure first, and one choice for all of them."""

    asked = Signal(object)  # what is asked of the reading now

    def __init__(self, proofs: Sequence[SourceProof], asked: Asked) -> None:
        super().__init__()
        self._asked = asked
        telling = sorted((each for each in proofs if each.proof.by != "any"), key=_doubt)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.rows = [CountingRow(each) for each in telling[:_SHOWN]]
        self.all = _choice((None, *ALL), asked.model)
        self.all.setAccessibleName(tr("How positions are counted in all sources"))
        self.all.activated.connect(self._choose_all)
        if not telling:
            column.addWidget(label("muted", tr("Every way of counting puts the passages on the same words."), wrap=True))
        if len(telling) > 1:
            head = QHBoxLayout()
            head.addWidget(label("sheetFirst", tr("In all sources")), 1)
            head.addWidget(self.all)
            column.addLayout(head)
        for row in self.rows:
            row.chosen.connect(self._choose)
            column.addWidget(row)
        if more := len(telling) - len(self.rows):
            column.addWidget(label("muted", tr("{count} more sources", count=f"{more:,}")))

    def _choose(self, article: str, model: Model) -> None:
        self.asked.emit(Asked(self._asked.policy, {**self._asked.models, article: model}, self._asked.model))

    def _choose_all(self, _row: int) -> None:
        value = self.all.value()
        self.asked.emit(Asked(self._asked.policy, {}, Model.of(value) if value else None))


def _choice(models: Sequence[Model | None], now: Model | None) -> Choice:
    made = Choice()
    offered = [(_kept(model), model_words(model) if model is not None else tr("as proven for each")) for model in models]
    made.fill(offered, _kept(now))
    return made


def _kept(model: Model | None) -> str:
    return str(model) if model is not None else ""


def _doubt(source: SourceProof) -> int:
    """Order sources: what was only assumed before what was shown."""
    return 0 if source.proof.by == "assumed" else 1
