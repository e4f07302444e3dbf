"""Notes are Markdown from anybody: rendered, then cleaned of all that could load or run."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_TAGS = {
    *("p", "br", "strong", "em", "b", "i", "del", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "sub", "sup"),
}
_KEPT = 256


@lru_cache(_KEPT)
def rendered(text: str) -> str:
    """Give the clean HTML of a Markdown text: no pictures, scripts, styles or addresses but http, https and mailto."""
    import markdown  # both are needed only when there is a note to show
    import nh3

    html = markdown.markdown(text, extensions=["sane_lists", "nl2br", "tables"])
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None)


class MarkdownView(QLabel):
    """Shows Markdown; a link is asked for, never followed here."""

    url_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "markdown")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setOpenExternalLinks(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.linkActivated.connect(self.url_requested)

    def set_markdown(self, text: str) -> None:
        """Show a Markdown text."""
        self.setText(rendered(text))
        self.setAccessibleName(text)
