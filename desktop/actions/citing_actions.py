"""Quoting and citing: the passage with its citation, or its locator alone, on the clipboard."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from db.citing import Quote, quote_of
from db.records import AnnotationId, ArticleId
from desktop.panels.article_view import ArticleView
from desktop.session import Session
from desktop.words import language, tr

_MARKDOWN = "text/markdown"


class CitingActions(QObject):
    """Copies the selection, else the annotation one stands on, else the unit of text at the caret."""

    told = Signal(str)  # what was copied, in the person's words

    def __init__(self, session: Session, view: ArticleView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view

    def copy_quote(self) -> None:
        """Copy quote and citation, each program taking its form: rich text, plain text or Pandoc's Markdown."""
        if quote := self._quote():
            _copy(quote.pandoc(), quote.plain(), quote.html())
            self.told.emit(tr("Quote copied with its citation {citation}", citation=quote.citation))

    def copy_pandoc(self) -> None:
        """Copy quote and citation as Pandoc's Markdown."""
        if quote := self._quote():
            _copy(quote.pandoc(), quote.pandoc())
            self.told.emit(tr("Quote copied for Pandoc, cited as {key}", key=quote.key))

    def copy_locator(self) -> None:
        """Copy where the passage is, without key and quote."""
        quote = self._quote()
        if quote is None:
            return
        if not quote.locator:
            self.told.emit(tr("This passage has no locator: it is the whole article."))
            return
        QGuiApplication.clipboard().setText(quote.locator)
        self.told.emit(tr("Copied: {locator}", locator=quote.locator))

    def _quote(self) -> Quote | None:
        view, project = self._view, self._session.project
        if view.article is None:
            return None
        article = self._session.attempt(partial(project.articles.get, ArticleId(view.article)))
        if article is None:
            return None
        span: tuple[int | None, int | None] | None = view.aim()
        if span is None and view.current is not None:
            found = project.annotations.several([AnnotationId(view.current)])
            span = (found[0].start, found[0].end) if found else None
        return quote_of(article.key, view.text, view.layout, *span, language(), article.title) if span is not None else None


def _copy(markdown: str, plain: str, html: str = "") -> None:
    """Put a quote on the clipboard in all its forms."""
    data = QMimeData()
    data.setText(plain)
    data.setData(_MARKDOWN, markdown.encode())
    if html:
        data.setHtml(html)
    QGuiApplication.clipboard().setMimeData(data)
