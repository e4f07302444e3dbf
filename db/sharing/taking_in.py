"""Taking the work of other programs into a project: previewed first, then written as one change, so that one undo takes it back.

What comes is a bundle like any other (see exchange.refi.known), so that the merging of bundles does it all: what was taken
in before stays as it is, what was changed or removed here since stays so, and the same file again changes nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from db.errors import CannotImport, CannotRead
from db.exchange.archive import Archive
from db.exchange.foreign import passages_csv, qualcoder, sheet, taguette
from db.exchange.foreign.gathering import Foreign, Unfit
from db.exchange.merge import Plan, Policy
from db.exchange.refi.known import Known
from db.exchange.report import FidelityReport
from db.importers.decoding import EMPTY, NOT_TEXT, clean, decode
from db.person import COLOURS, initials_of
from db.records import Progress, no_progress
from db.sharing import foreign_tables, merging, refi

if TYPE_CHECKING:
    from db.project import Project

Kind = Literal["csv", "qualcoder", "taguette"]
# What the change is called in the history.
LABELS: dict[Kind, str] = {
    "csv": "Import passages",
    "qualcoder": "Import QualCoder project",
    "taguette": "Import Taguette database",
}
SUFFIXES = (*passages_csv.SUFFIXES, ".qda", ".sqlite3")
# What importers say of a page, said of a table.
_NO_TEXT = {
    NOT_TEXT: "This is not text. Choose a table that was saved as CSV or XLSX.",
    EMPTY: "The file is empty. Save the table again, or choose another file.",
}
# The database in the folder of a QualCoder project, and what such a folder is sent in.
DATA = "data.qda"
PACKED = (".zip", ".qda")


@dataclass(frozen=True, slots=True)
class Intake:
    """A file as it would be taken in: the plan of the merge, and what is told of it; nothing has been written."""

    kind: Kind
    path: Path
    plan: Plan
    report: FidelityReport
    unfit: tuple[Unfit, ...] = field(default=())
    policy: Policy = "ask"

    @property
    def changes_nothing(self) -> bool:
        """Whether the project holds all of it already."""
        return self.plan.changes_nothing

    def as_dict(self, done: merging.MergeReport | None = None, language: str = "en") -> dict[str, Any]:
        """Give what it does, or did, with its fidelity report, as the command line prints it."""
        told = done or merging.foreseen(self.plan)
        lines = [{"line": one.line, "reason": one.reason(language)} for one in self.unfit]
        return told.as_dict() | self.report.as_dict() | {"unfit": lines}


def data_file(path: Path) -> Path:
    """Give the database of a QualCoder project, which is the folder NAME.qda or the file data.qda in it; else the file itself."""
    return path / DATA if path.is_dir() else path


def _packed(path: Path) -> str:
    """Give the member of an archive that is the database of a QualCoder project; nothing for what is no such archive."""
    if path.suffix.lower() not in PACKED or not zipfile.is_zipfile(path):
        return ""
    with Archive(path) as archive:
        return next((name for name in sorted(archive.names, key=len) if PurePosixPath(name).name == DATA), "")


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Give the database of a project, out of its archive if it is packed; raises CannotRead."""
    member = _packed(path)
    if not member:
        yield data_file(path)
        return
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, Archive(path) as archive:
        unpacked = Path(folder, DATA)
        unpacked.write_bytes(archive.read(member))
        yield unpacked


def _title(path: Path) -> str:
    """Give the name of a project as its people know it."""
    if (member := _packed(path)) and (folder := PurePosixPath(member).parent).suffix.lower() == ".qda":
        return folder.stem
    in_folder = path.is_dir() or path.name == DATA
    around = path if path.is_dir() else path.parent
    return around.stem if in_folder and around.suffix.lower() == ".qda" else path.stem.removesuffix(".qda")


def kind_of(path: Path) -> Kind | None:
    """Tell what other program's work a file is, by what is in it; None for what is none of it."""
    named_so = path.suffix.lower() == ".qda"
    if (_packed(path) or (named_so and zipfile.is_zipfile(path))) if path.is_file() else named_so and path.is_dir():
        return "qualcoder"
    data = data_file(path)
    if foreign_tables.is_database(data):
        try:
            with foreign_tables.opened(data) as database:
                if database.tables >= qualcoder.TABLES:
                    return "qualcoder"
                return "taguette" if database.tables >= taguette.TABLES else None
        except CannotRead:
            # Damaged: its own reader says how.
            return "qualcoder" if path.suffix.lower() == ".qda" else "taguette" if path.suffix.lower() == ".sqlite3" else None
    return "csv" if path.suffix.lower() in passages_csv.SUFFIXES else None


def preview(
    project: Project, path: Path, *, policy: Policy = "ask", language: str = "en", progress: Progress = no_progress
) -> Intake:  # fmt: skip
    """Read a file of another program and plan what taking it in does under a policy; writes nothing; raises CannotRead."""
    kind = kind_of(path)
    if kind is None:
        raise CannotRead(path, foreign_tables.NO_DATABASE if path.exists() else foreign_tables.MISSING)
    foreign = _read(project, kind, path, language, progress)
    plan = merging.plan_of(project, foreign.bundle, path, policy=policy)
    return Intake(kind, path, plan, foreign.report, foreign.unfit, policy)


def _read(project: Project, kind: Kind, path: Path, language: str, progress: Progress) -> Foreign:
    known = refi.known(project)
    if kind == "csv":
        foreign = _table(project, path, known, language, progress)
    else:
        program = qualcoder if kind == "qualcoder" else taguette
        with _unpacked(path) as data, foreign_tables.opened(data) as database:
            tables = database.read(program.COLUMNS)
        foreign = program.read(_title(path), tables, known, language=language, progress=progress)
    for coder in foreign.bundle.records["coder"]:
        if not coder["colour"]:
            # The same wherever it is read, so that two who read it apart do not differ.
            coder["colour"] = COLOURS[int(coder["uuid"][:8], 16) % len(COLOURS)]
            coder["initials"] = coder["initials"] or initials_of(coder["name"])
    return foreign


def _table(project: Project, path: Path, known: Known, language: str, progress: Progress) -> Foreign:
    try:
        rows, replaced = (sheet.rows_of(path), 0) if path.suffix.lower() == sheet.SUFFIX else _csv(path)
    except CannotImport as error:
        facts = {name: value for name, value in error.facts.items() if name not in ("path", "reason")}
        raise CannotRead(path, _NO_TEXT.get(error.template, error.template), **facts) from error
    except FileNotFoundError as error:
        raise CannotRead(path, foreign_tables.MISSING) from error
    except OSError as error:
        raise CannotRead(path, foreign_tables.UNREADABLE, detail=error.strerror or str(error)) from error
    me = next((coder.uuid for coder in project.coders.all() if coder.id == project.me), "")
    text_of = project.contents().text
    options: dict[str, Any] = {
        "working": project.codes.working(),
        "replaced": replaced,
        "language": language,
        "progress": progress,
    }
    return passages_csv.read(path, rows, known, text_of, me, **options)


def _csv(path: Path) -> tuple[passages_csv.Rows, int]:
    text, replaced = decode(path.read_bytes(), str(path))
    return passages_csv.rows_of(path, clean(text)), replaced


def take_in(project: Project, intake: Intake, *, progress: Progress = no_progress) -> merging.MergeReport:
    """Write an intake as one change; `progress` tells of the indexing, in thousandths; raises CannotRead."""
    with project.watched(progress):
        return merging.apply(
            project, intake.plan, policy=intake.policy, source=intake.path.name, label=LABELS[intake.kind]
        )  # fmt: skip
