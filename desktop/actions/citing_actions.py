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
        quote = self._quote()
        if quote is None:
            return
        data = QMimeData()
        data.setText(quote.plain())
        data.setHtml(quote.html())
        data.setData(_MARKDOWN, quote.pandoc().encode())
        QGuiApplication.clipboard().setMimeData(data)
        self.told.emit(tr("Quote copied with its citation {citation}", citation=quote.citation))

    def copy_pandoc(self) -> None:
        """Copy quote and citation as Pandoc's Markdown."""
        quote = self._quote()
        if quote is None:
            return
        data = QMimeData()
        data.setText(quote.pandoc())
        data.setData(_MARKDOWN, quote.pandoc().encode())
        QGuiApplication.clipboard().setMimeData(data)
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
        return quote_of(article.key, view.text, view.layout, *span, language()) if span is not None else None
