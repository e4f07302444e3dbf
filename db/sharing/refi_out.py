"""REFI-QDA out of an open file: projects (.qdpx) and codebooks (.qdc)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from db.contents import Contents
from db.errors import NotFound
from db.exchange.bundle_behind import KEPT
from db.exchange.refi import writing
from db.exchange.refi.aside import Aside
from db.exchange.refi.codebook import write_codebook
from db.exchange.report import FidelityReport
from db.records import Progress, no_progress
from db.sharing.nameless import NamelessContents
from db.store import Store

PROFILES = writing.PROFILES


def write(
    store: Store, path: Path, *, form: str = "", articles: Sequence[str] | None = None, codes: Sequence[str] | None = None,
    anonymous: bool = False, private: bool = False, profile: str = "", language: str = "en", progress: Progress = no_progress,
) -> FidelityReport:  # fmt: skip
    """Write a project or a codebook, by `form` ("qdpx", "qdc") or the suffix; articles and codes by uuid, None for all.

    `private` takes the present coder's private notes along; `profile` is one of PROFILES. Raises FolderMissing, NotWritten
    and what `progress` raises to stop, which leaves the old file.
    """
    with store.reading():
        source = NamelessContents(store, language) if anonymous else Contents(store)
        if (form or path.suffix.lower().lstrip(".")) == "qdc":
            return write_codebook(source, path, codes, language)
        me = str(store.value("SELECT uuid FROM coder WHERE id = ?", (store.me,)) or "") if private else ""
        if isinstance(source, NamelessContents):
            me = source.hidden.get(me, "")
        wanted = writing.Wanted("" if anonymous else store.path.stem, articles, codes, False, me, profile, language)
        aside = kept_aside(store)
        if articles is not None or codes is not None:
            aside = Aside(shells=aside.shells, members=aside.members)
        standing = writing.Standing(places(store), current(store))
        return writing.write(source, standing, path, wanted, aside, progress=progress)


def kept_aside(store: Store) -> Aside:
    """Give what imports brought that cannot be shown, the newest first."""
    found, contents = Aside(), Contents(store)
    for (value,) in store.rows("SELECT value FROM setting WHERE name LIKE ? ORDER BY id DESC", (f"{KEPT}%",)):
        sha256 = str(store.parsed(value)["sha256"])
        try:
            found = found.join(store.parsed(contents.original(sha256), Aside.from_json))
        except NotFound:
            continue  # a copy that was made without originals
    # Articles that merging found to be one go by the uuid that stayed.
    same = {uuid: kept for _kind, uuid, kept in contents.aliases()}
    found.shells = {_last(uuid, same): shell for uuid, shell in found.shells.items()}
    return found


def _last(uuid: str, same: Mapping[str, str]) -> str:
    while uuid in same:
        uuid = same[uuid]
    return uuid


def places(store: Store) -> dict[str, tuple[int, int] | None]:
    """Give where annotations stand on the newest texts, by uuid; None for those that are gone."""
    rows = store.rows(
        "SELECT a.uuid, p.start, p.end FROM place p JOIN annotation a ON a.id = p.annotation"
        " JOIN current c ON c.article = a.article AND c.version = p.version"
    )
    return {row[0]: None if row[1] is None else (row[1], row[2]) for row in rows}


def current(store: Store) -> dict[str, str]:
    """Give the newest version of each article, by uuid."""
    rows = store.rows(
        "SELECT a.uuid, v.uuid FROM current c JOIN article a ON a.id = c.article JOIN version v ON v.id = c.version"
    )
    return dict(rows)
