"""What stands above a text, said of its article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.records import Article

if TYPE_CHECKING:
    from desktop.reader.reader import Head  # made when the first article is shown


def head_of(article: Article) -> Head:
    """Give what stands above the text: the title, and author · publisher · original source · date."""
    from desktop.reader.reader import Head

    authors = "、".join(author.name for author in article.authors)
    parts = (authors, article.publisher, article.source if article.source != article.publisher else "", article.published[:10])
    return Head(article.title, " · ".join(part for part in parts if part))
