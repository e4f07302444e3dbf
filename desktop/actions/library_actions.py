"""Collections, tags and duplicates: what is asked in the library, in the sheet of an article and on the page of duplicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from db.errors import Refused
from db.grouping import CollectionId
from db.person import Person
from db.project import Project
from db.records import ArticleId, Progress
from desktop.models.article_groups import collection_paths
from desktop.panels.article_view import ArticleView
from desktop.panels.frame import Frame
from desktop.panels.naming import Naming
from desktop.panels.pages import Pages
from desktop.panels.sidebar import Sidebar
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Worker

# Changes of more articles than these may take over 30 ms: they are made beside the window.
MANY = 50
Change = Callable[[Project], object]


class LibraryActions(QObject):
    """What is done to collections, and to articles by the dozen."""

    def __init__(
        self, session: Session, worker: Worker, view: ArticleView, frame: Frame, sidebar: Sidebar, pages: Pages, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._view = view
        self._frame = frame
        self._sidebar = sidebar
        self._pages = pages
        self._window = window
        self._naming: Naming | None = None
        self._then: Callable[[list[str]], object] | None = None
        self._titled = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._edit_title)

    # Commands

    def put_shown(self) -> None:
        """Ask for the collection to put the article shown into."""
        if self._view.article is not None:
            self.ask_collection([self._view.article])

    def tag_shown(self) -> None:
        """Ask for tags of the article shown."""
        if self._view.article is not None:
            self.ask_tags([self._view.article])

    def duplicates(self) -> None:
        """Go to the page of duplicates."""
        self._pages.turn_to("duplicates").setFocus()

    # Asked for by parts of the window

    def ask_collection(self, articles: Sequence[int]) -> None:
        """Ask for a collection by name, made if there is none, and put articles into it."""
        words = (
            tr("Put the article into which collection?") if len(articles) == 1 else tr("Put {n} articles into which collection?")
        )
        known = list(collection_paths(self._session.project.collections.all()).values())
        self._ask(words.format(n=len(articles)), known, partial(self._put_named, list(articles)))

    def ask_collection_of(self, article: int) -> None:
        """Ask for the collection to put one article into."""
        self.ask_collection([article])

    def ask_tags(self, articles: Sequence[int]) -> None:
        """Ask for tags by name and give them to articles."""
        one, n = tr("Which tags for the article?"), len(articles)
        known = [name for name, _count in self._session.project.articles.tags()]
        words = one if n == 1 else tr("Which tags for {n} articles?", n=n)
        self._ask(words, known, partial(self._tag, list(articles)), several=True)

    def ask_tags_of(self, article: int) -> None:
        """Ask for tags of one article."""
        self.ask_tags([article])

    def ask_new(self, parent: int | None) -> None:
        """Ask for the name of a new collection, at the top or below another."""
        self._ask(tr("What is the new collection called?"), [], partial(self._add, parent))

    def put(self, articles: Sequence[int], collection: int) -> None:
        """Put articles into a collection."""
        self._change("Put into collection", articles, partial(_put, list(articles), collection))

    def take_out(self, articles: Sequence[int], collection: int) -> None:
        """Take articles out of a collection and of those below it."""
        self._change("Take out of collection", articles, partial(_take_out, list(articles), collection))

    def rename_collection(self, collection: int, name: str) -> None:
        """Give a collection another name."""
        self._session.act(partial(self._session.project.collections.rename, CollectionId(collection), name))

    def move_collection(self, collection: int, parent: int | None) -> None:
        """Put a collection below another, or at the top."""
        at = None if parent is None else CollectionId(parent)
        self._session.act(partial(self._session.project.collections.move, CollectionId(collection), at))

    def remove_collection(self, collection: int) -> None:
        """Remove a collection with those below it; the articles stay."""
        self._session.act(partial(self._session.project.collections.remove, CollectionId(collection)))

    def edit_title(self, article: int) -> None:
        """Put the caret into the title of the article that is being opened, where it is described."""
        self._titled = article
        self._soon.start()  # the inspector comes up when the window has heard of the article

    def _edit_title(self) -> None:
        if self._session.is_open and self._view.article == self._titled:
            self._view.stand_on(None)
            self._frame.show_sides(self._frame.sidebar_on, True)
            self._frame.inspector.show_article(self._titled)
            self._frame.inspector.article.edit_title()

    def define_field(self, name: str, kind: str, options: Sequence[str]) -> None:
        """Define a field of articles."""
        self._session.act(partial(self._session.project.fields.add, "article", name, kind, list(options)))

    # Duplicates

    def look_for_duplicates(self) -> None:
        """Look for articles that are nearly one text, beside the window."""
        if not self._session.is_open:
            return
        path, person = self._session.project.path, self._session.person
        if not self._worker.run("Look for duplicates", partial(_duplicates, path, person), self._found_duplicates):
            self._session.tell(Refused("Another job is running. Look for duplicates when it is done."))

    def _found_duplicates(self, groups: list[list[ArticleId]]) -> None:
        if not self._session.is_open:
            return
        self._session.alike.take(groups)
        self._sidebar.library.show_duplicates(groups)
        if self._pages.has("duplicates"):
            from desktop.panels.duplicates_page import DuplicatesPage

            page = self._pages.page("duplicates")
            if isinstance(page, DuplicatesPage):
                page.show_groups(groups)

    def relate_reprint(self, reprint: int, original: int) -> None:
        """Relate an article to the one it is a reprint of."""
        self._session.act(partial(_relate, self._session.project, reprint, original))

    # How it is done

    def _ask(self, words: str, known: Sequence[str], then: Callable[[list[str]], object], *, several: bool = False) -> None:
        if not self._session.editable:
            return
        if self._naming is None:
            self._naming = Naming(self._window)
            self._naming.named.connect(self._named)
            self._naming.keys_left.connect(self._give_keys)
        self._then = then
        self._naming.ask(words, known, several=several)

    def _named(self, names: list[str]) -> None:
        then, self._then = self._then, None
        if then is not None and self._session.is_open:
            then(names)

    def _give_keys(self) -> None:
        """Give the keys to the text, or to the page that is shown instead of it."""
        page = self._pages.currentWidget()
        if self._view.isVisible() or page is None:
            self._view.focus()
        else:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_named(self, articles: list[int], names: list[str]) -> None:
        self._change("Put into collection", articles, partial(_put_named, articles, names[0]))

    def _tag(self, articles: list[int], names: list[str]) -> None:
        self._change("Tag articles", articles, partial(_tag, articles, names))

    def _add(self, parent: int | None, names: list[str]) -> None:
        below = None if parent is None else CollectionId(parent)
        self._session.act(partial(self._session.project.collections.add, names[0], below))

    def _change(self, label: str, articles: Sequence[int], work: Change) -> None:
        """Make one change of articles: here if they are few, else beside the window."""
        if len(articles) <= MANY:
            self._session.act(partial(work, self._session.project))
        else:
            self._worker.change(label, partial(_beside, work), _no_more)


def _beside(work: Change, project: Project, progress: Progress) -> None:
    progress(0, 0)
    work(project)


def _no_more(_value: object) -> None:
    """Nothing follows: the change itself is told to every part."""


def _put(articles: list[int], collection: int, project: Project) -> None:
    project.collections.put([ArticleId(article) for article in articles], CollectionId(collection))


def _take_out(articles: list[int], collection: int, project: Project) -> None:
    keys, within = [ArticleId(article) for article in articles], {collection}
    with project.change("Take out of collection"):
        for each in project.collections.all():
            if each.id in within or each.parent in within:
                within.add(each.id)
                project.collections.take_out(keys, each.id)


def _put_named(articles: list[int], name: str, project: Project) -> None:
    """Put articles into a collection named from the top, levels divided by /; what is missing of it is made."""
    with project.change("Put into collection"):
        project.collections.put([ArticleId(article) for article in articles], project.collections.ensure(name))


def _tag(articles: list[int], names: list[str], project: Project) -> None:
    project.articles.tag([ArticleId(article) for article in articles], *(name.lstrip("#＃") for name in names))


def _relate(project: Project, reprint: int, original: int) -> int:
    return project.relations.add("reprint of", ("article", reprint), ("article", original))


def _duplicates(path: Path, person: Person, progress: Progress) -> list[list[ArticleId]]:
    with Project.open(path, person=person, read_only=True) as project:
        return project.articles.duplicates(progress=progress)
