"""A project: one local file, opened, changed, undone and closed here; it hands out the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from db import connection as files
from db import errors, places, schema, stamps
from db.annotations import Annotations
from db.articles import Articles
from db.changes import Change, History, Touched
from db.codebook import FRAMEWORKS, Codes
from db.coders import Coders
from db.contents import Contents
from db.fields import Fields
from db.grouping import Collections
from db.handing import leave_out
from db.instruments import Instruments
from db.layers import Layers
from db.marking import Marking
from db.notes import Notes
from db.person import Person, load_person
from db.provisions import Provisions
from db.records import ArticleId, CodeId, CoderId, Conflict, InstrumentId, Progress, no_progress
from db.relations import Relations
from db.review import Review
from db.search import entries, index
from db.search.searcher import Results, Searcher
from db.searches import Searches
from db.settings import Settings
from db.store import Store
from db.translations import Translations
from db.versions import Versions

if TYPE_CHECKING:
    from db.search.standing import News

SUFFIX = ".gloss"


class _Watch:
    """Lets a person watch the index following a change."""

    def __init__(self) -> None:
        self.progress: Progress = no_progress

    def follow_index(self, connection: sqlite3.Connection, touched: Touched) -> None:
        """Bring the index up to date with a change."""
        index.follow(connection, touched, self.progress)


class Project:
    """One open project file."""

    def __init__(self, store: Store, replica: str) -> None:
        self._store = store
        self.replica = replica
        self.coders = Coders(store)
        self.codes = Codes(store)
        self.instruments = Instruments(store)
        self.articles = Articles(store)
        self.collections = Collections(store)
        self.fields = Fields(store)
        self.notes = Notes(store)
        self.annotations = Annotations(store, self.notes, self.fields)
        self.versions = Versions(store, self.articles, self.annotations)
        self.review = Review(store)
        self.relations = Relations(store)
        self.translations = Translations(store)
        self.searches = Searches(store)
        self.layers = Layers(store, replica)
        self.mark = Marking(store, self.annotations, self.notes).mark
        self._watch = _Watch()
        self._settings = Settings(store)
        self._provisions = Provisions(store)

    @classmethod
    def create(cls, path: Path, *, person: Person | None = None, working: Sequence[str] = ("asgf1",)) -> Project:
        """Make a project with all three frameworks and the catalogue; raises FileExists and other FileFaults.

        It is built beside its name and renamed when whole, so that no half-made project is ever left.
        """
        path = Path(path)
        if not path.name:
            raise errors.FileExists(path)
        part = path.with_name(f".{path.name}.part")
        try:
            if path.exists():
                raise errors.FileExists(path)
            if not path.parent.is_dir():
                raise errors.FolderMissing(path)
            part.unlink(missing_ok=True)
            with closing(sqlite3.connect(part, isolation_level=None)) as made:
                _migrate(made)
            project = cls._open(part, person or load_person(), named=path)
            with project, project.change("New project"):
                for book in FRAMEWORKS:
                    project.codes.load(book)
                project.codes.load_crosswalk("asgf1", "asgf2")
                project.instruments.load()
                project.fields.load()
                project.codes.set_working(working)
            with closing(sqlite3.connect(part, isolation_level=None)) as made:
                # Making the project is no step to undo, and what is shipped carries the catalogue's stamp: none.
                made.execute("DELETE FROM stamp")
                made.execute("UPDATE replica SET seen = 0")
                made.execute("DELETE FROM history")
                made.execute("DELETE FROM setting WHERE name = 'chosen'")
                made.execute("UPDATE change SET state = 'kept', size = 0")
            part.rename(path)
        except sqlite3.Error as error:
            raise files.told(error, path) from error
        except OSError as error:
            raise errors.NotWritten(path, reason=error.strerror or str(error)) from error
        finally:
            for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
                with suppress(OSError):
                    left.unlink(missing_ok=True)
        return cls.open(path, person=person)

    @classmethod
    def open(cls, path: Path, *, person: Person | None = None, read_only: bool = False) -> Project:
        """Open a project; refuses what is missing, empty, foreign, newer or damaged (FileFaults), updates what is older."""
        path = Path(path)
        files.look_at(path)
        try:
            return cls._open(path, person or load_person(), read_only=read_only)
        except files.FAULTS as error:
            raise files.told(error, path) from error

    @classmethod
    def _open(cls, path: Path, person: Person, *, read_only: bool = False, named: Path | None = None) -> Project:
        read_only = read_only or not files.can_write(path)
        connection = files.connect(path, read_only=read_only)
        try:
            files.refuse_foreign(connection, path)
            older = connection.execute("PRAGMA user_version").fetchone()[0] < schema.FORMAT
            if not older:
                files.refuse_incomplete(connection, path)
            if read_only:
                if older:
                    from db.migrations import brought_up

                    connection = brought_up(connection)
                    files.refuse_incomplete(connection, path)
                return cls._reading(connection, path, person)
            files.prepare_writer(connection, path)
            _migrate(connection)
            if older:
                files.refuse_incomplete(connection, path)
            watch = _Watch()
            derived = (places.follow, entries.follow, watch.follow_index)
            replica = _replica(connection, person, named or path)
            history = History(connection, path, (stamps.Stamps(replica).follow,), derived)
            store = Store(connection, path, history)
            project = cls(store, connection.execute("SELECT uuid FROM replica WHERE id = ?", (replica,)).fetchone()[0])
            project._watch = watch
            project._tend(person)
            return project
        except BaseException:
            connection.close()
            raise

    @classmethod
    def _reading(cls, connection: sqlite3.Connection, path: Path, person: Person) -> Project:
        connection.execute("PRAGMA query_only = ON")
        store = Store(connection, path, None)
        store.me = CoderId(store.value("SELECT id FROM coder WHERE uuid = ?", (person.uuid,)) or 0)
        return cls(store, "")

    def _tend(self, person: Person) -> None:
        """Bring an older index up to date and know the person as a coder, without a step to undo."""
        history = self._store.history
        connection = self._store.connection
        if not (current := index.is_current(connection)) or not entries.is_current(connection):
            with history.upkeep():
                entries.rebuild(connection)
                if not current:
                    index.rebuild(connection)
        found = self._store.value("SELECT id FROM coder WHERE uuid = ?", (person.uuid,))
        if not found:
            with history.upkeep():
                found = self.coders.insert(person.name or "?", person.initials, person.colour, person.uuid)
        elif person.named and self.coders.get(found).name == "?":
            self.coders.edit(found, name=person.name, initials=person.initials, colour=person.colour)
        self.code_as(CoderId(found))

    # What is done to the project as a whole

    @property
    def store(self) -> Store:
        """The open file, for the modules of db that write whole sets of records."""
        return self._store

    @property
    def path(self) -> Path:
        """The project's file."""
        return self._store.path

    @property
    def writable(self) -> bool:
        """Whether the project can be changed."""
        return self._store.writable

    @property
    def me(self) -> CoderId:
        """The coder whose annotations are made now."""
        return self._store.me

    def code_as(self, coder: CoderId) -> None:
        """Make annotations as a coder of the project from now on."""
        self._store.me = coder
        if self.writable:
            self._store.history.coder = self.coders.get(coder).name

    def change(self, label: str) -> AbstractContextManager[None]:
        """Make one change: transaction, undo step, audit entry and notice; one inside another belongs to it."""
        return self._store.change(label)

    @contextmanager
    def watched(self, progress: Progress) -> Iterator[None]:
        """Tell how far putting back is, or the indexing at the end of a change that brings much; `progress` may cancel it.

        In thousandths; a change that is cancelled leaves nothing.
        """
        before, self._watch.progress = self._watch.progress, progress
        try:
            yield
        finally:
            self._watch.progress = before

    def settle(self) -> None:
        """Index what the open change brought so far, inside it: a long one has then less to do at its end."""
        self._store.history.settle()

    def undo(self) -> Change:
        """Take the last change back; raises NothingToUndo."""
        return self._store.history.undo(self._watch.progress)

    def redo(self) -> Change:
        """Bring back the change undone last; raises NothingToRedo."""
        return self._store.history.redo(self._watch.progress)

    def next_undo(self) -> Change | None:
        """Give the change that undo would take back."""
        return self._store.history.next_undo() if self.writable else None

    def next_redo(self) -> Change | None:
        """Give the change that redo would bring back."""
        return self._store.history.next_redo() if self.writable else None

    def forget_undo(self) -> None:
        """Empty the undo stack; the audit stays."""
        self._store.history.forget_undo()

    def history(self, limit: int = -1) -> list[Change]:
        """List the changes, newest first: the audit."""
        return History.listed(self._store.connection, self.path, limit=limit)

    def on_change(self, listener: Callable[[Change], None]) -> None:
        """Call a listener after each change of this open project."""
        self._store.history.listeners.append(listener)

    def setting(self, name: str) -> str | None:
        """Give a setting of the project as it is stored, if it is set; "unit" is "free" until it is."""
        return self._settings.get(name)

    def set_unit(self, unit: str) -> None:
        """Choose the unit of passages: free, clause, sentence or paragraph; raises Refused."""
        self._settings.set_unit(unit)

    def letters(self) -> dict[str, str]:
        """Give the two letters of the codes that have some, by the code's uuid."""
        return self._settings.letters()

    def set_letters(self, code: CodeId, letters: str) -> None:
        """Give a code two letters a–z, or none; a code that had them takes the other's old ones; raises Refused or NotFound."""
        self._settings.set_letters(code, letters)

    def provision(self, instrument: InstrumentId, locator: str = "") -> tuple[ArticleId, int, int] | None:
        """Find what a locator points to in the article that is the text of an instrument: (article, start, end).

        The smallest unit found; (article, 0, 0) where the locator is empty or not in it; None without such an article.
        """
        return self._provisions.find(instrument, locator)

    def search(self, query: str, *, kinds: Iterable[str] | None = None, limit: int = 50, offset: int = 0) -> Results:
        """Find passages, articles, notes, instruments and codes; the query language is search.query's."""
        searcher = Searcher(self._store.connection)
        with self._store.reading():
            return searcher.run(query, kinds=kinds, limit=limit, offset=offset, me=self.me)

    def look(self, search: int, news: News | None = None) -> None:
        """Count what a standing search finds as seen; no change, so nothing to undo; raises NotFound or Refused."""
        self.searches.look(search, news)

    def conflicts(self, *, decided: bool = False) -> list[Conflict]:
        """List the conflicts that merging left open (or all, decided ones too)."""
        rows = self._store.rows(
            "SELECT id, uuid, kind, record, field, mine, theirs, base, source, created, decision FROM conflict"
            " WHERE ? OR decision = '' ORDER BY id",
            (int(decided),),
        )
        return [Conflict(*row) for row in rows]

    def open_conflicts(self) -> int:
        """Count the conflicts that wait for a decision."""
        return int(self._store.value("SELECT count(*) FROM conflict WHERE decision = ''"))

    def contents(self) -> Contents:
        """Give all records as they travel; texts and originals one article at a time."""
        return Contents(self._store)

    def check(self) -> list[tuple[str, bool, str]]:
        """Check the file: (what, whether it is well, detail) for SQLite's pages, references, index and places."""
        run = self._store.rows
        pages = [str(row[0]) for row in run("PRAGMA integrity_check(20)")]
        links = run("PRAGMA foreign_key_check")
        with self._store.reading():
            stray = index.check(self._store.connection)
        homeless = self._store.value(
            "SELECT count(*) FROM annotation a WHERE start IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM place p WHERE p.annotation = a.id AND p.version = a.version)"
        )
        texts = self._store.value("SELECT count(*) FROM version WHERE characters <> length(text)")
        quotes = self._store.value(
            "SELECT count(*) FROM annotation a JOIN version v ON v.id = a.version"
            " WHERE start IS NOT NULL AND substr(v.text, start + 1, a.end - start) <> exact"
        )
        return [
            ("pages", pages == ["ok"], "; ".join(pages)),
            ("references", not links, f"{len(links)} dangling"),
            ("index", not stray, "; ".join(stray[:5]) or "agrees with the records"),
            ("places", not homeless, f"{homeless} annotations without a place"),
            ("texts", not texts, f"{texts} texts of another length"),
            ("quotes", not quotes, f"{quotes} annotations whose quote is not their text"),
        ]

    def backup(self, target: Path, *, replace: bool = False) -> None:
        """Copy the whole project, history and all, to a new file, or in place of one; raises FileExists."""
        files.refuse_target(Path(target), self.path, replace=replace, database=True)
        files.copy(self._store.connection, Path(target))

    def copy_for_sharing(
        self, target: Path, *, history: bool = True, originals: bool = True, private: bool = False, names: bool = True,
        replace: bool = False,
    ) -> None:  # fmt: skip
        """Copy the project to one file to hand on, without private notes, old values, originals or coders' names if so asked.

        Raises FileExists; with `replace` only where the file is this project or one that is open.
        """
        files.refuse_target(Path(target), self.path, replace=replace, database=True)
        faces = {} if names else self.contents().pseudonyms()

        def prepare(copied: sqlite3.Connection) -> None:
            copied.execute("PRAGMA foreign_keys = ON")
            copied.execute("BEGIN")  # a commit for each row would take long on a slow disk
            leave_out(copied.execute, history=history, originals=originals, private=private, faces=faces)
            if not private:
                index.rebuild(copied, no_progress)
            copied.execute("COMMIT")
            copied.execute("VACUUM")

        files.copy(self._store.connection, Path(target), prepare)

    def refill(self, fill: Callable[[sqlite3.Connection], None]) -> None:
        """Replace all records by what `fill` inserts (a repair); dangling rows are dropped, derived tables made anew."""
        connection = self._store.connection
        connection.execute("PRAGMA foreign_keys = OFF")
        with self._store.history.upkeep():
            for table in (*schema.RECORDED, *schema.SEEN, *schema.DERIVED):
                connection.execute(f"DELETE FROM {table}")
            fill(connection)
            while dangling := connection.execute("PRAGMA foreign_key_check").fetchall():
                for table, row, _parent, _number in dangling:
                    connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
            places.rebuild(connection)
            entries.rebuild(connection)
            index.rebuild(connection)
        connection.execute("PRAGMA foreign_keys = ON")

    def rest(self) -> None:
        """Tidy up when nothing else happens: merge the index a little, shorten the write-ahead log."""
        if self.writable:
            with self._store.history.upkeep():
                index.merge_idle(self._store.connection)
            self._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in."""
        with suppress(sqlite3.Error):
            if self.writable:
                self._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._store.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring an older or empty file to the present format."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != schema.FORMAT:
        from db.migrations import migrate  # sqlite-utils takes 50 ms to import, and most files are up to date

        migrate(connection)


def _replica(connection: sqlite3.Connection, person: Person, path: Path) -> int:
    known = stamps.find_replica(connection, person.installation, path)
    if known is not None:
        return known
    connection.execute("BEGIN IMMEDIATE")
    try:
        replica = stamps.ensure_replica(connection, person.installation, path)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return replica
