"""The first page: explore the sample, make a project, or open one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QStandardPaths, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from db.codebook import FRAMEWORKS
from db.project import SUFFIX
from desktop.models.codes import versioned
from desktop.panels.parts import button, empty, label
from desktop.words import language, tr
from resources import resource

WIDTH, _MOST = 560, 5  # pixels; projects opened last
_FORBIDDEN = '<>:"/\\|?*'


class StartPage(QScrollArea):
    """Everything a first start needs, on one page, in either language."""

    sample_requested = Signal()
    open_requested = Signal()
    recent_requested = Signal(str)
    create_requested = Signal(str, str, str)  # file, coder's name, framework
    language_requested = Signal(str)

    def __init__(self, coder: str, recent: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._lacks: dict[str, dict[str, str]] = {}
        self._read_recent: Callable[[], Sequence[Path]] | None = None
        documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self._folder = documents if documents.is_dir() and documents != Path() else Path.home()
        self._title = label("startTitle")
        self._words = label("startWords", wrap=True)
        self.sample = QPushButton(self)
        self.sample.setProperty("role", "primary")
        self.open = QPushButton(self)
        self._heading = label("startHeading")
        self.name = QLineEdit(self)
        self.coder = QLineEdit(coder, self)
        self._captions = [label("formCaption") for _ in range(4)]
        self.frameworks = [QRadioButton(self) for _ in FRAMEWORKS]
        self._note = label("frameworkNote", wrap=True)
        self._where = QPushButton(self)
        self._where.setObjectName("folderButton")
        self.make = QPushButton(self)
        self._recent_heading = label("startHeading")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._languages = [button("languageButton", words) for words in ("中文", "English")]
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.sample)
        self.show_recent(recent)
        self._retranslate()
        self.frameworks[0].setChecked(True)

    def _lay_out(self) -> None:
        page = QWidget(self)
        page.setObjectName("startGround")
        column = QWidget(page)
        column.setMaximumWidth(WIDTH)
        box = QVBoxLayout(column)
        box.setContentsMargins(16, 8, 16, 24)
        box.setSpacing(8)
        for widget in (self._title, self._words):
            box.addWidget(widget)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.sample)
        first.addWidget(self.open)
        first.addStretch(1)
        box.addSpacing(8)
        box.addLayout(first)
        box.addSpacing(24)
        box.addWidget(self._heading)
        box.addLayout(self._form())
        box.addSpacing(24)
        box.addWidget(self._recent_heading)
        box.addLayout(self._recent)
        box.addStretch(1)
        corner = QHBoxLayout()
        corner.setContentsMargins(0, 12, 16, 0)
        corner.addStretch(1)
        for each in self._languages:
            corner.addWidget(each)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(column, 100)
        middle.addStretch(1)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(corner)
        whole.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(2)
        self.setWidget(page)

    def _form(self) -> QFormLayout:
        choices = QWidget(self)
        choices.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        books = QVBoxLayout(choices)
        books.setContentsMargins(0, 4, 0, 0)
        books.setSpacing(4)
        for choice in self.frameworks:
            books.addWidget(choice)
        self._note.setMinimumHeight(76)  # the longest takes four lines: nothing shifts while one chooses
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        books.addWidget(self._note)
        form = QFormLayout()
        form.setSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self._captions[0], self.name)
        form.addRow(self._captions[1], self.coder)
        form.addRow(self._captions[2], choices)
        form.addRow(self._captions[3], self._where)
        form.addRow(QLabel(self), self.make)
        form.setAlignment(self.make, Qt.AlignmentFlag.AlignLeft)
        return form

    def _connect(self) -> None:
        self.sample.clicked.connect(self.sample_requested)
        self.open.clicked.connect(self.open_requested)
        self.make.clicked.connect(self._create)
        self.name.returnPressed.connect(self._create)
        self.coder.returnPressed.connect(self._create)
        self._where.clicked.connect(self._choose_folder)
        for choice in self.frameworks:
            choice.toggled.connect(self._show_note)
        for each, name in zip(self._languages, ("zh_CN", "en"), strict=True):
            each.setProperty("language", name)
            each.setCheckable(True)
            each.clicked.connect(self._choose_language)

    def follow_recent(self, read: Callable[[], Sequence[Path]]) -> None:
        """Read the projects opened last anew whenever the page is shown."""
        self._read_recent = read
        self.show_recent(read())

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List the projects opened last."""
        empty(self._recent)
        for path in paths[:_MOST]:
            entry = button("recentProject", f"{path.stem}   {_shown(path.parent)}", str(path))
            entry.setProperty("path", str(path))
            entry.clicked.connect(self._choose_recent)
            self._recent.addWidget(entry, 0, Qt.AlignmentFlag.AlignLeft)
        self._recent_heading.setVisible(bool(paths))

    def begin(self) -> None:
        """Put the caret where a new project's name goes."""
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.selectAll()

    @property
    def path(self) -> Path:
        """The file that the entries describe."""
        name = "".join("-" if mark in _FORBIDDEN else mark for mark in self.name.text().strip()).strip(". ")
        name = name or tr("My study")
        return self._folder / (name if name.endswith(SUFFIX) else name + SUFFIX)

    def _create(self) -> None:
        self.create_requested.emit(str(self.path), self.coder.text().strip(), self.framework)

    @property
    def framework(self) -> str:
        """The framework chosen."""
        chosen = (book for book, choice in zip(FRAMEWORKS, self.frameworks, strict=True) if choice.isChecked())
        return next(chosen, FRAMEWORKS[0])

    def _show_note(self) -> None:
        self._note.setText(self._lack(self.framework, "lacks_zh" if language().startswith("zh") else "lacks_en"))

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Folder"), str(self._folder))
        if folder:
            self._folder = Path(folder)
            self._retranslate()

    def _choose_recent(self) -> None:
        self.recent_requested.emit(str(self.sender().property("path")))

    def _choose_language(self) -> None:
        self.language_requested.emit(str(self.sender().property("language")))

    def _lack(self, book: str, name: str) -> str:
        if not self._lacks:
            import json

            for each in FRAMEWORKS:
                head = json.loads(resource("frameworks", f"{each}.json").read_text("utf-8"))["codebook"]
                self._lacks[each] = {key: str(value) for key, value in head.items()}
        return self._lacks[book].get(name, "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._read_recent is not None:
            self.show_recent(self._read_recent())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._title.setText(tr("Glossator"))
        self._words.setText(tr("Read articles on AI governance, mark passages, name what they say, and share what you marked."))
        self.sample.setText(tr("Explore the sample"))
        self.open.setText(tr("Open project…"))
        self._heading.setText(tr("New project"))
        fields = (self.name, self.coder, self.frameworks[0], self._where)
        captions = ("Name", "Coder", "Framework", "Folder")
        for words, caption, field in zip(self._captions, captions, fields, strict=True):
            words.setText(tr(caption))
            field.setAccessibleName(tr(caption))
        self.name.setPlaceholderText(tr("My study"))
        self.coder.setPlaceholderText(tr("Your name, as colleagues will see it beside your annotations"))
        suffix = "zh" if language().startswith("zh") else "en"
        for book, choice in zip(FRAMEWORKS, self.frameworks, strict=True):
            version = self._lack(book, "version")
            title = self._lack(book, f"title_{suffix}") or self._lack(book, "title_zh")
            choice.setText(versioned(title, version))
        self._show_note()
        self._where.setText(_shown(self._folder))
        self._where.setToolTip(tr("Choose another folder"))
        self.make.setText(tr("Create project"))
        self._recent_heading.setText(tr("Recent"))
        for each in self._languages:
            each.setChecked(each.property("language") == language())


def _shown(folder: Path) -> str:
    """Shorten the home folder to ~."""
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(folder)
