"""What leaves and how: the choices that go with the way out one stands on, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QToolButton, QWidget

from db.errors import NotFound, ProjectError, Refused
from db.exchange.citations import STYLE_TITLES, STYLES, Style
from db.exchange.reports import WAYS as ORDERS
from db.exchange.reports import By
from db.library import Filter
from db.records import ArticleId, CodeId, CoderId, either
from db.search.query import parse
from db.search.tree import Node
from db.sharing.exporting import Choice
from db.sharing.passages import coder_names, nameless
from desktop.models.exports import Way, Wishes
from desktop.panels.chips import Chip
from desktop.panels.code_picking import CodePicking
from desktop.panels.parts import FlowLayout, button, empty, label
from desktop.panels.query_bar import QueryBar
from desktop.panels.query_values import Choice as Combo
from desktop.panels.segments import Segments
from desktop.query_words import Names, sentence
from desktop.session import Session
from desktop.words import language, tr

if TYPE_CHECKING:
    from desktop.panels.picker import Picker  # made when it is first opened

PRIVATE = "private"
SWITCHES = ("private", "anonymous", "nvivo", "excel")
_ROWS = ("state", "articles", "codes", "query", "coders", "by", "style", "language", "switches")


class ExportChoices(QWidget):
    """Segments, chips and entries, all reached with Tab; codes are chosen with the picker."""

    changed = Signal()
    entered = Signal()  # Enter in an entry

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._on: set[str] = set()  # what is switched on, each for its way out alone: "csv:excel"
        self._way = ""
        self._chosen: tuple[ArticleId, ...] = ()
        self._names: Names | None = None
        self.codes: tuple[CodeId, ...] = ()
        self.state, self.query = QLineEdit(), QueryBar(session)
        self.query.said.hide()  # one line for the sentence and for what is wrong
        self.scope, self.collection = Segments(("all", "chosen", "collection")), Combo()
        self.add_code, self.chips = button("quiet"), dict[CoderId, QToolButton]()
        self.by, self.style_, self.language = Segments(ORDERS), Segments(STYLES), Segments(("zh", "en"))
        self.switches = {name: _toggle() for name in SWITCHES}
        self._codes, self._coders, self._switches = FlowLayout(6), FlowLayout(6), FlowLayout(6)
        self._captions = {name: label("small") for name in _ROWS}
        self._fields: dict[str, QWidget] = {}
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        articles = QWidget()
        line = QHBoxLayout(articles)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.scope)
        line.addWidget(self.collection, 1)
        for each in self.switches.values():
            self._switches.addWidget(each)
        held = {"codes": self._codes, "coders": self._coders, "switches": self._switches}
        self._fields = {
            "state": self.state, "articles": articles, "query": self.query, "by": self.by, "style": self.style_,
            "language": self.language, **{name: QWidget() for name in held},
        }  # fmt: skip
        for name, flow in held.items():
            self._fields[name].setLayout(flow)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(12)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name in _ROWS:
            policy = self._fields[name].sizePolicy()
            policy.setHorizontalPolicy(policy.Policy.Expanding)
            self._fields[name].setSizePolicy(policy)
            self._form.addRow(self._captions[name], self._fields[name])

    def _connect(self) -> None:
        for segments in (self.scope, self.by, self.style_, self.language):
            segments.changed.connect(self._change)
        self.collection.activated.connect(self._change)
        self._picking = CodePicking(self._session, self.add_code)
        self._picking.picked.connect(self._take_codes)
        self.add_code.clicked.connect(self.choose_codes)
        for each in self.switches.values():
            each.clicked.connect(self._switch)
        self.query.edited.connect(self._change)
        self.query.entry.entered.connect(self.entered)
        self.state.textChanged.connect(self._change)  # its Enter goes on to the page

    # What goes with what

    def show_way(self, way: Way) -> None:
        """Show the choices that go with a way out; private notes go with it only when that is said of it anew."""
        if way.name != self._way:
            self._way = way.name
            self.keep_private()
        for name, each in self.switches.items():
            each.setVisible(name in way.takes)
            each.setChecked(f"{way.name}:{name}" in self._on)
        for name in _ROWS:
            shown = any(each in way.takes for each in SWITCHES) if name == "switches" else name in way.takes
            self._form.setRowVisible(self._fields[name], shown and (name != "coders" or len(self.chips) > 1))
        self.collection.setVisible(self.scope.value == "collection")

    def keep_private(self) -> None:
        """Leave private notes here: they never go because they went before."""
        self._on = {each for each in self._on if not each.endswith(f":{PRIVATE}")}
        self.switches[PRIVATE].setChecked(False)

    def show_chosen(self, articles: Sequence[ArticleId]) -> None:
        """Know which articles are chosen in the library."""
        self._chosen = tuple(articles)
        self._say_scope()

    def look(self) -> None:
        """Offer what there is in the project now; what is gone is not chosen any more."""
        project = self._session.project
        there = {code.id for code in project.codes.all()}
        self.codes = tuple(code for code in self.codes if code in there)
        now, self._names = self.collection.value(), None
        offered = [(each.uuid, "\u2003" * each.depth + each.name) for each in project.collections.all()]
        self.collection.fill(offered, now if now in dict(offered) else "")
        if offered and not self.collection.value():
            self.collection.choose(offered[0][0])
        self.scope.buttons["collection"].setVisible(bool(offered))
        self.scope.buttons["chosen"].setProperty("edge", None if offered else "last")
        if not offered and self.scope.value == "collection":
            self.scope.choose("all")
        self._show_coders()
        self._show_codes()
        self._say_scope()

    # What is wished

    def restore(self, wishes: Wishes) -> None:
        """Choose what was chosen last."""
        project = self._session.project
        self.codes = tuple(CodeId(key) for key in _known(project.codes.by_ref, wishes.codes))
        self.look()
        self.collection.choose(wishes.collection if self.collection.findData(wishes.collection) >= 0 else self.collection.value())
        if wishes.scope != "collection" or self.collection.count():
            self.scope.choose(wishes.scope)
        for key in _known(project.coders.by_ref, wishes.coders):
            if CoderId(key) in self.chips:
                self.chips[CoderId(key)].setChecked(True)
        self.by.choose(wishes.by)
        self.style_.choose(wishes.style)
        self.language.choose(wishes.language or language()[:2])
        self._on, self._way = set(wishes.on), ""
        self.keep_private()
        self.query.entry.setText(wishes.query)
        self.state.clear()

    def wishes(self, way: Way) -> Wishes:
        """Give what is chosen, to be kept."""
        project, spoken = self._session.project, self.language.value
        codes, coders = [], []
        with suppress(ProjectError):  # one that is gone is not kept
            codes = [project.codes.get(code).uuid for code in self.codes]
            coders = [project.coders.get(coder).uuid for coder in self.coders]
        return Wishes(
            way.name, self.scope.value, self.collection.value(), tuple(codes), tuple(coders), self.query.entry.text(),
            self.by.value, self.style_.value, "" if spoken == language()[:2] else spoken,
            tuple(sorted(each for each in self._on if not each.endswith(f":{PRIVATE}"))),
        )  # fmt: skip

    @property
    def coders(self) -> tuple[CoderId, ...]:
        """Whose work alone is wanted; nobody's is everybody's."""
        return tuple(coder for coder, chip in self.chips.items() if chip.isChecked())

    def choice(self, way: Way) -> Choice:
        """Give the choice of a way out; raises Refused where it takes no article."""
        takes = {name: name in way.takes for name in (*_ROWS, *SWITCHES)}
        on = {name: takes[name] and each.isChecked() for name, each in self.switches.items()}
        spoken = self.language.value if takes["language"] else language()
        query = self.query.entry.text().strip() if takes["query"] else ""
        return Choice(
            way.form,
            "zh_CN" if spoken.startswith("zh") else "en",
            query=query,
            articles=self._articles() if takes["articles"] else (),
            codes=self.codes if takes["codes"] else (),
            coders=self.coders if takes["coders"] else (),
            by=cast("By", self.by.value),
            style=cast("Style", self.style_.value),
            anonymous=on["anonymous"],
            private=on["private"],
            excel=on["excel"],
            profile="nvivo" if on["nvivo"] else "",
            preset=way.preset,
            sentence=self._sentence(query, spoken, on["anonymous"]),
        )

    def _articles(self) -> tuple[ArticleId, ...]:
        """Give the articles; none, which is all of them, only where all are wanted."""
        if self.scope.value == "all":
            return ()
        if self.scope.value == "chosen":
            if not self._chosen:
                raise Refused("No article is chosen in the library. Choose some there, or take all of them.")
            return self._chosen
        project = self._session.project
        key = project.collections.by_ref(self.collection.value())
        found = tuple(project.articles.ids(where=Filter(collection=key)))
        if not found:
            raise Refused("There is no article in this collection. Choose another one.")
        return found

    def said(self) -> str:
        """Say the query in the window's language."""
        if self._names is None:
            self._names = Names(self._session.project)
        return sentence(parse(self.query.entry.text()).root, self._names, ())

    def _sentence(self, query: str, spoken: str, anonymous: bool) -> partial[str] | None:
        """Say the query for the file, here, where the window's words are; not in another language than the file's."""
        if not query or spoken[:2] != language()[:2]:
            return None
        if not anonymous:
            return partial(_as_said, self.said())
        store = self._session.project.store
        _query, root = nameless(store, query, coder_names(store, language(), anonymous=True), language())
        return partial(_as_said, sentence(root, Names(self._session.project), ()))

    # Choosing

    def choose_codes(self) -> None:
        """Open the picker of codes."""
        self._picking.pick(self.codes)

    @property
    def picker(self) -> Picker | None:
        """The picker, once it was opened."""
        return self._picking.picker

    def _drop(self, key: int) -> None:
        self._take_codes(tuple(code for code in self.codes if code != key))
        self.add_code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_codes(self, codes: tuple[CodeId, ...]) -> None:
        if codes != self.codes:
            self.codes = codes
            self._show_codes()
            self._change()

    def _switch(self) -> None:
        for name, each in self.switches.items():
            said = {f"{self._way}:{name}"}
            self._on = self._on | said if each.isChecked() else self._on - said
        self._change()

    def _change(self, _what: object = None) -> None:
        self.collection.setVisible(self.scope.value == "collection")
        self.changed.emit()

    # Words

    def _show_codes(self) -> None:
        self._codes.removeWidget(self.add_code)
        empty(self._codes)
        for key in self.codes:
            with suppress(NotFound):  # a code that a running job has just removed
                code = self._session.project.codes.get(key)
                chip = Chip(key, code.label(language()) or code.key, code)
                chip.removed.connect(self._drop)
                self._codes.addWidget(chip)
        self._codes.addWidget(self.add_code)
        self.add_code.setText(tr("+ code") if self.codes else tr("all · choose…"))

    def _show_coders(self) -> None:
        there = [each for each in self._session.project.coders.all() if each.name]
        wanted = self.coders
        if tuple(self.chips) != tuple(each.id for each in there):
            empty(self._coders)
            self.chips = {each.id: _toggle() for each in there}
            for chip in self.chips.values():
                chip.clicked.connect(self._change)
                self._coders.addWidget(chip)
        for each in there:
            self.chips[each.id].setText(each.name)
            self.chips[each.id].setChecked(each.id in wanted)

    def _say_scope(self) -> None:
        counts = [0, len(self._chosen)]
        if self._session.is_open:
            counts[0] = self._session.project.articles.count()
        every, chosen = (f"{count:,}" for count in counts)
        self.scope.say((tr("All · {number}", number=every), tr("Chosen in the library · {number}", number=chosen),
                        tr("A collection")))  # fmt: skip

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the window's language."""
        captions = (
            tr("Name of the state"), tr("Articles"), tr("Codes, with all below them"), tr("Passages found by"),
            tr("Only the work of"), tr("Ordered by"), tr("Citations"), tr("Language of the file"), tr("Besides"),
        )  # fmt: skip
        for name, words in zip(_ROWS, captions, strict=True):
            self._captions[name].setText(words)
            self._fields[name].setAccessibleName(words)
        self.collection.setAccessibleName(tr("A collection"))
        self.add_code.setToolTip(tr("Codes (T)"))
        self.state.setPlaceholderText(tr("Submission 1"))
        self.query.retranslate()
        self.query.entry.setPlaceholderText(tr("A query as in the search; empty takes all"))
        self.by.say((tr("Code"), tr("Instrument"), tr("Article"), tr("Coder")))
        self.style_.say([either(language(), STYLE_TITLES[each][1], STYLE_TITLES[each][0]) for each in STYLES])
        self.language.say((tr("中文"), tr("English")))
        words_of = {
            "private": tr("With my private notes"), "anonymous": tr("Without the coders' names"),
            "nvivo": tr("Counted as NVivo does"), "excel": tr("Marked as UTF-8 for Excel"),
        }  # fmt: skip
        for name, each in self.switches.items():
            each.setText(words_of[name])
        self._say_scope()
        if self._session.is_open:
            self._show_codes()


def _toggle() -> QToolButton:
    made = button("toggle")
    made.setCheckable(True)
    return made


def _as_said(words: str, _root: Node) -> str:
    return words


def _known(find: object, refs: Sequence[str]) -> list[int]:
    """Give the keys of records that are still there."""
    found: list[int] = []
    for ref in refs:
        with suppress(ProjectError):
            found.append(int(find(ref)))  # type: ignore[operator]
    return found
