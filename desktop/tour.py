"""The tour: the main job on the sample's articles, without a screen; leaves screenshots, projects and a bundle."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from db import importers, sample
from db.errors import FolderMissing, NotWritten, ProjectError
from db.exchange import bundle
from db.person import load_person, named
from db.project import Project
from db.records import Annotation, AnnotationId, ArticleId
from db.sharing import merging
from desktop.errors import words

if TYPE_CHECKING:
    from desktop.main_window import MainWindow

Emit = Callable[[dict[str, object]], None]
_SETTLE_MILLISECONDS = 250


class Untrue(Exception):
    """A step ended otherwise than it should have."""


def play(folder: Path, emit: Emit) -> bool:
    """Play all steps into a folder and emit each as {step, ok, milliseconds, files}; stops at the first that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as error:
        raise FolderMissing(folder) from error
    except OSError as error:
        raise NotWritten(folder, reason=error.strerror or str(error)) from error
    tour = _Tour(folder)
    try:
        for name, step in tour.steps():
            start = time.perf_counter()
            ok, detail, files = True, "", []
            try:
                files = [str(path) for path in step()]
            except (Untrue, ProjectError) as error:
                ok, detail = False, words(error) if isinstance(error, ProjectError) else str(error)
            row: dict[str, object] = {"step": name, "ok": ok, "milliseconds": round(1_000 * (time.perf_counter() - start))}
            emit(row | {"files": files} | ({"detail": detail} if detail else {}))
            if not ok:
                return False
    finally:
        tour.close()
    return True


def _hold(true: bool, what: str) -> None:
    if not true:
        raise Untrue(what)


class _Tour:
    """What the steps share: the folder, the project, what they made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._study, self._bundle = folder / "study.gloss", folder / "study.glossbundle"
        person = load_person()
        self._person = person if person.named else named(person, "Tour")
        self._project: Project | None = None
        self._article = ArticleId(0)
        self._annotations: list[AnnotationId] = []

    def steps(self) -> Iterator[tuple[str, Callable[[], list[Path]]]]:
        """Yield the steps in order."""
        yield "new project", self._new
        yield "import", self._import
        yield "tag", self._tag
        yield "link and note", self._link
        yield "search", self._search
        yield "undo all, redo all", self._undo
        yield "export", self._export
        yield "merge twice", self._merge
        yield "sample", self._sample
        for language in ("zh_CN", "en"):
            for theme in ("light", "dark"):
                yield f"pictures {language} {theme}", _Pictures(self._folder, language, theme).take

    def close(self) -> None:
        """Close what is open."""
        if self._project is not None:
            self._project.close()

    @property
    def _open(self) -> Project:
        assert self._project is not None
        return self._project

    def _new(self) -> list[Path]:
        for old in (self._study, self._bundle, self._folder / "merged.gloss", self._folder / "sample.gloss"):
            old.unlink(missing_ok=True)
        self._project = Project.create(self._study, person=self._person)
        _hold(len(self._open.codes.books()) == 3, "three frameworks")
        return [self._study]

    def _import(self) -> list[Path]:
        for path in sample.sample_articles():
            self._article = self._open.articles.add(importers.read(path))
        self._article = self._open.articles.all()[-1].id
        return sample.sample_articles()

    def _tag(self) -> list[Path]:
        text = self._open.articles.version(self._article).text
        start = text.index("。") + 1
        codes = [self._open.codes.by_ref(name) for name in ("asgf1.1.1", "asgf2.1.1")]
        first = self._open.annotations.add(self._article, start, start + 12, codes=codes)
        second = self._open.annotations.add(self._article, start + 6, start + 20, codes=codes[:1])
        self._annotations = [first, second]
        marks = self._open.annotations.of(self._article)
        _hold([len(mark.taggings) for mark in marks] == [2, 1], "two codes, then one on an overlapping passage")
        return []

    def _link(self) -> list[Path]:
        project, first = self._open, self._annotations[0]
        project.annotations.link(first, project.instruments.by_ref("cn-deep-synthesis-provisions"), "第十九条")
        project.notes.add("annotation", first, "这里说的是原则，不是义务。")
        found = project.annotations.get(first)
        _hold(found.links[0].locator_key == "art19", "the locator 第十九条 is understood")
        _hold(len(found.notes) == 1, "the note is there")
        return []

    def _search(self) -> list[Path]:
        quote = self._open.annotations.get(self._annotations[0]).exact
        for query in (quote[2:4], f"code:asgf1.1 {quote[2:4]}", "instrument:cn-deep-synthesis-provisions@第十九条"):
            kinds = {hit.kind for hit in self._open.search(query).hits}
            _hold("passage" in kinds, f"{query} finds the passage")
        return []

    def _undo(self) -> list[Path]:
        project = self._open
        before = list(project.contents().records("tagging"))
        while project.next_undo() is not None:
            project.undo()
        _hold(not project.articles.all(), "undo takes all back")
        while project.next_redo() is not None:
            project.redo()
        _hold(list(project.contents().records("tagging")) == before, "redo brings all back")
        return []

    def _export(self) -> list[Path]:
        bundle.write(self._open.contents(), self._bundle)
        return [self._bundle]

    def _merge(self) -> list[Path]:
        target = self._folder / "merged.gloss"
        with Project.create(target, person=self._person) as other:
            first = merging.merge(other, self._bundle)
            again = merging.merge(other, self._bundle)
            _hold(first.added > 0 and not first.conflicts, "the first merge brings all")
            _hold(again.added + again.updated + again.deleted == 0, "the second merge changes nothing")
            _hold(all(ok for _what, ok, _detail in other.check()), "the merged project is well")
        return [target]

    def _sample(self) -> list[Path]:
        target = self._folder / "sample.gloss"
        sample.make(target)
        return [target]


class _Pictures:
    """Takes pictures of the window on the sample, in one language and theme."""

    def __init__(self, folder: Path, language: str, theme: str) -> None:
        self._folder, self._language, self._theme = folder, language, theme

    def take(self) -> list[Path]:
        """Show each part of the window and save a picture of it."""
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from PySide6.QtWidgets import QApplication

        from desktop.app import make_application, make_window
        from desktop.settings import Settings
        from desktop.style import dress
        from desktop.theme import Theme
        from desktop.words import use_language

        application = QApplication.instance() or make_application([])
        assert isinstance(application, QApplication)
        settings = Settings(self._folder / "window.ini")
        settings.keep("theme", self._theme)
        window = make_window(application, settings)
        use_language(application, self._language)
        dress(application, Theme.load(self._theme))
        window.show()
        try:
            return [self._save(window, name) for name in self._parts(window)]
        finally:
            window.close()
            window.deleteLater()
            (self._folder / "window.ini").unlink(missing_ok=True)

    def _parts(self, window: MainWindow) -> Iterator[str]:
        """Show one part after the other; yields the name of each when it can be pictured."""
        window.pages.start_over("start")
        _settle()
        yield "start"
        window.projects.open_path(self._folder / "sample.gloss")
        project = window.session.project
        article = project.articles.all()[-1]
        window.going.article(article.id)
        _settle()
        marks = [mark for mark in project.annotations.of(article.id) if mark.start is not None and mark.coder == project.me]
        richest = max(marks, key=_richness)
        window.view.stand_on(richest.id, reveal=True)
        _settle()
        yield "passage"
        text = window.view.text
        start = text.index("。", text.index("。") + 1) + 1
        window.view.reader.set_selection(start, start + 14)
        _settle()
        for name, part in (("tag", "picker"), ("link", "instruments")):
            window.command.trigger(name)
            _settle()
            yield part
            window.picker.dismiss()
        for name in ("go_codes", "go_instruments", "search", "go_history", "go_journal", "shortcuts"):
            window.command.trigger(name)
            if name == "search":
                window.going.search_for("备案")
                _settle()
            _settle()
            yield name.removeprefix("go_")

    def _save(self, window: MainWindow, part: str) -> Path:
        path = self._folder / f"{part}-{self._language}-{self._theme}.png"
        _hold(window.grab().save(str(path)), f"{path.name} is written")
        return path


def _richness(mark: Annotation) -> int:
    return len(mark.taggings) + len(mark.links) + len(mark.notes)


def _settle() -> None:
    """Let the window do what it has to, for as long as its timers need."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(_SETTLE_MILLISECONDS, loop.quit)
    loop.exec()
