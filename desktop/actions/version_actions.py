"""New versions of articles: looked at before they are made, made by hand, and old ones read again; doubts reviewed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from db.carrying import GONE_BEFORE
from db.errors import Refused
from db.project import Project
from db.records import Annotation, ArticleId, Draft, Layout, Progress, VersionId
from db.versions import Preview, preview_of
from desktop.actions.choosing import choose_file
from desktop.actions.import_work import waits
from desktop.panels.article_view import ArticleView
from desktop.panels.notice_bar import NoticeBar, Offer
from desktop.panels.pages import Pages
from desktop.session import Session
from desktop.words import tr
from desktop.worker import Worker

if TYPE_CHECKING:
    from desktop.models.review import Proposal
    from desktop.panels.review_page import ReviewPage  # pages are made when first shown
    from desktop.panels.text_editor import TextEditor
    from desktop.panels.version_preview import VersionPreview
    from desktop.panels.versions_page import VersionsPage

Span = tuple[int, int]
Kind = Literal["import", "edit", "again"]
PREVIEW, EDITOR, VERSIONS, REVIEW = "version_preview", "text_editor", "versions", "review"


class VersionActions(QObject):
    """Reads and compares beside the window; taking a version is one change."""

    article_requested = Signal(int)
    place_requested = Signal(int, object, object, object)  # article, start, end, annotation

    def __init__(
        self, session: Session, worker: Worker, view: ArticleView, notice: NoticeBar, pages: Pages, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._worker = worker
        self._view = view
        self._notice = notice
        self._pages = pages
        self._window = window
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._place_next)
        worker.ended.connect(self._soon.start)
        pages.made.connect(self._connect)

    def _connect(self, name: str, page: object) -> None:
        """Connect the pages of versions when they are made."""
        if name == PREVIEW:
            preview = cast("VersionPreview", page)
            preview.take_requested.connect(self.take)
            preview.own_requested.connect(self._take_alone)
        elif name == EDITOR:
            editor = cast("TextEditor", page)
            editor.kept.connect(self._keep)
        elif name == VERSIONS:
            versions = cast("VersionsPage", page)
            versions.places_requested.connect(self._soon.start)
            versions.comparison_requested.connect(self._compare)
            versions.again_requested.connect(self._use_again)
        elif name == REVIEW:
            cast("ReviewPage", page).place_requested.connect(self.place_requested)

    # A newer text from outside

    def choose(self) -> None:
        """Ask for a file that holds a newer text of the article shown, and show what it would bring."""
        article = self._view.article
        if article is None:
            return
        title = self._session.project.articles.get(ArticleId(article)).title
        words = tr("New version of “{title}”", title=title)
        path = choose_file(self._window, "import", words, f"{tr('All files')} (*)")
        if path is not None:
            self.read(article, path)

    def read(self, article: int, path: Path) -> None:
        """Read a file as a newer text of an article, and show what it would bring."""
        self._propose(article, "import", path.name, partial(_read, path))

    def offer(self, article: int, draft: Draft) -> None:
        """Offer a text that was dropped or pasted as a newer one of an article."""
        title = self._session.project.articles.get(ArticleId(article)).title
        name = draft.file_name or draft.title or tr("Clipboard")
        words = tr("{name} looks like a newer text of “{title}”.", name=name, title=title)
        self._notice.tell(words, [Offer("Show the difference", "new_version", (article, draft))])

    def look(self, offered: tuple[int, Draft]) -> None:
        """Show what an offered text would bring."""
        article, draft = offered
        self._propose(article, "import", draft.file_name or draft.title, partial(_given, draft))

    # Text corrected in place

    def correct(self) -> None:
        """Correct the paragraphs selected, or the one at the caret."""
        article = self._view.article
        if article is None:
            return
        start, end = self._view.selection or (self._view.reader.caret(),) * 2
        project = self._session.project
        editor = cast("TextEditor", self._pages.turn_to(EDITOR))
        key = ArticleId(article)
        editor.begin(key, project.articles.get(key).title, project.articles.version(key), start, end)

    def _keep(self, article: int, version: int, text: str, place: Span) -> None:
        """Keep a corrected text; what would happen is shown first where an annotation would need a look."""
        work = partial(_given, Draft("", text, Layout()))
        self._propose(article, "edit", "", work, place=place, compared=version)

    # What it would bring

    def _propose(
        self, article: int, kind: Kind, name: str, draft: Callable[[Project, Progress], Draft], *,
        place: Span | None = None, compared: int | None = None,
    ) -> None:  # fmt: skip
        path, person = self._session.project.path, self._session.person

        def work(progress: Progress) -> tuple[Proposal, bool]:
            with Project.open(path, person=person, read_only=True) as project:
                return _proposal(project, ArticleId(article), kind, name, draft, place, compared, progress)

        if not self._run("Comparing the texts", work, self._proposed):
            self._busy()

    def _proposed(self, found: tuple[Proposal, bool]) -> None:
        proposal, calm = found
        if proposal.kind == "edit" and calm and not proposal.preview.same:
            self.take(proposal)
            return
        cast("VersionPreview", self._pages.turn_to(PREVIEW)).show_proposal(proposal)

    def take(self, proposal: Proposal) -> None:
        """Make a text the newest version of its article, as one change."""
        if not self._worker.change("Taking the new version", partial(_take, proposal), partial(self._taken, proposal)):
            self._busy()

    def _taken(self, proposal: Proposal, waiting: int) -> None:
        if self._pages.has(PREVIEW):
            cast("VersionPreview", self._pages.page(PREVIEW)).forget()
        if proposal.kind == "edit" and self._pages.has(EDITOR):
            cast("TextEditor", self._pages.page(EDITOR)).forget()
        self._leave_what_is_done()
        if proposal.place is not None:
            self.place_requested.emit(proposal.article, *proposal.place, None)
        else:
            self.article_requested.emit(proposal.article)
        if waiting:
            one = tr("1 passage waits for review.")
            words = one if waiting == 1 else tr("{count} passages wait for review.", count=waiting)
            holds = partial(waits, self._session, self._session.project, proposal.article, waiting)
            self._notice.tell(words, [Offer("Review", "review", int(proposal.article))], holds=holds)
        else:
            self._notice.hide()

    def _leave_what_is_done(self) -> None:
        """Go back past the pages that were for this version only, so that going back later finds none of them empty."""
        name = ""
        while self._pages.name in (PREVIEW, EDITOR) and self._pages.name != name:
            name = self._pages.name
            self._pages.go_back()

    def _take_alone(self, proposal: Proposal) -> None:
        """Import a text that is another one as an article of its own."""
        if not self._worker.change("Importing", partial(_add, proposal.draft), self.article_requested.emit):
            self._busy()

    # Old versions

    def show_versions(self) -> None:
        """List the versions of the article shown."""
        article = self._view.article
        if article is not None:
            page = cast("VersionsPage", self._pages.turn_to(VERSIONS))
            page.set_look(self._view.look)
            page.show_article(ArticleId(article))

    def _place_next(self) -> None:
        """Place the annotations of an article on one of its versions after the other, as the worker is free."""
        if not self._pages.has(VERSIONS) or self._pages.name != VERSIONS or self._worker.running or not self._session.is_open:
            return
        page = cast("VersionsPage", self._pages.page(VERSIONS))
        wanted = page.wanted()
        if wanted is None:
            return
        path, person = self._session.project.path, self._session.person

        def work(_progress: Progress) -> list[Annotation]:
            with Project.open(path, person=person, read_only=True) as project:
                return project.versions.annotations(ArticleId(wanted[0]), wanted[1])

        self._run("Placing annotations on older texts", work, partial(page.show_placed, *wanted))

    def _compare(self, article: int, older: int, newer: int) -> None:
        page = cast("VersionsPage", self._pages.page(VERSIONS))
        articles = self._session.project.articles
        old, new = (articles.version(ArticleId(article), number).text for number in (older, newer))
        show = partial(page.show_comparison, older, newer, (old, new))
        if not self._run("Comparing the texts", partial(_differences, old, new), show):
            self._busy()

    def _use_again(self, article: int, number: int) -> None:
        self._propose(article, "again", tr("Version {number}", number=number), partial(_old, article, number))

    # What waits

    def review(self, article: object = None) -> None:
        """Show the passages that wait for a person, those of an article first if one is given."""
        page = cast("ReviewPage", self._pages.turn_to(REVIEW))
        page.set_look(self._view.look)
        page.begin(article if isinstance(article, int) and not isinstance(article, bool) else None)

    # The worker

    def _run(self, label: str, work: Callable[[Progress], Any], then: Callable[[Any], None]) -> bool:
        """Run work beside the window; what comes home after another project was opened is dropped."""
        project = self._session.project

        def home(value: Any) -> None:
            if self._session.is_open and self._session.project is project:
                then(value)

        return self._worker.run(label, work, home)

    def _busy(self) -> None:
        self._notice.tell(tr("The project cannot be changed now. Wait until the running job is done, or cancel it."))


def _read(path: Path, _project: Project, progress: Progress) -> Draft:
    from db import importers  # heavy, and needed only here

    found = list(importers.sources([path]))
    if len(found) == 1:
        return importers.read_source(found[0], progress=progress)
    return importers.read(path, progress=progress)  # which says what is wrong


def _given(draft: Draft, _project: Project, _progress: Progress) -> Draft:
    return draft


def _old(article: int, number: int, project: Project, _progress: Progress) -> Draft:
    old = project.articles.version(ArticleId(article), number)
    given = {"media_type": old.media_type, "removed": old.removed, "remarks": old.remarks, "file_name": old.file_name}
    return Draft(project.articles.get(ArticleId(article)).title, old.text, old.layout, **given)  # type: ignore[arg-type]


def _proposal(
    project: Project, article: ArticleId, kind: Kind, name: str, draft: Callable[[Project, Progress], Draft],
    place: Span | None, compared: int | None, progress: Progress,
) -> tuple[Proposal, bool]:  # fmt: skip
    """Say what a text would bring, and whether no annotation would newly need a look."""
    from desktop.models.review import Proposal

    made = draft(project, progress)
    held = project.versions.hold(article)
    _refuse_other(held.current, compared)
    preview = preview_of(held, made, progress=progress)
    title, old = project.articles.get(article).title, held.texts[held.current]
    calm = not preview.another_text and not _newly_unsure(project, article, preview)
    return Proposal(article, title, held.current, kind, name, old, made, preview, place), calm


def _newly_unsure(project: Project, article: ArticleId, preview: Preview) -> bool:
    waiting = {placed.annotation for placed in project.review.waiting(article)}
    unsure = (each for each in preview.placed if each.status in ("review", "gone") and each.how != GONE_BEFORE)
    return any(each.annotation not in waiting for each in unsure)


def _refuse_other(current: VersionId, compared: int | None) -> None:
    if compared is not None and current != compared:
        raise Refused("The text of this article has changed since. Begin again from the text as it is now.")


def _take(proposal: Proposal, project: Project, progress: Progress) -> int:
    """Make a proposed text the newest version; gives how many of the article's passages then wait for a person."""
    progress(0, 0)
    article = proposal.article
    _refuse_other(project.articles.get(article).version, proposal.version)
    if proposal.kind == "edit":
        project.versions.with_text(article, proposal.draft.text)
    elif proposal.kind == "again":
        project.versions.again(article, proposal.draft.text)
    else:
        project.articles.add_version(article, proposal.draft)
    return sum(project.review.count(article).values())


def _add(draft: Draft, project: Project, _progress: Progress) -> ArticleId:
    return project.articles.add(draft)


def _differences(old: str, new: str, progress: Progress) -> object:
    from db.differences import differences

    return differences(old, new, progress)
