"""Taking the work of other programs into a project: previewed first, then written as one change, so that one undo takes it back.

What comes is a bundle like any other (see exchange.refi.known), so that the merging of bundles does it all: what was taken
in before stays as it is, what was changed or removed here since stays so, and the same file again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from db.errors import CannotImport, CannotRead
from db.exchange.foreign import passages_csv, qualcoder, taguette
from db.exchange.foreign.gathering import Foreign, Unfit
from db.exchange.merge import Plan
from db.exchange.refi.known import Known
from db.exchange.report import FidelityReport
from db.importers.decoding import clean, decode
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


@dataclass(frozen=True, slots=True)
class Intake:
    """A file as it would be taken in: the plan of the merge, and what is told of it; nothing has been written."""

    kind: Kind
    path: Path
    plan: Plan
    report: FidelityReport
    unfit: tuple[Unfit, ...] = field(default=())

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
    return path / "data.qda" if path.is_dir() else path


def _title(path: Path) -> str:
    """Give the name of a project as its people know it."""
    in_folder = path.is_dir() or path.name == "data.qda"
    folder = path if path.is_dir() else path.parent
    return folder.stem if in_folder and folder.suffix.lower() == ".qda" else path.stem


def kind_of(path: Path) -> Kind | None:
    """Tell what other program's work a file is, by what is in it; None for what is none of it."""
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


def preview(project: Project, path: Path, *, language: str = "en", progress: Progress = no_progress) -> Intake:
    """Read a file of another program and plan what taking it in does; writes nothing; raises CannotRead."""
    kind = kind_of(path)
    if kind is None:
        raise CannotRead(path, foreign_tables.NO_DATABASE if path.exists() else foreign_tables.MISSING)
    foreign = _read(project, kind, path, language, progress)
    plan = merging.plan_of(project, foreign.bundle, path)
    return Intake(kind, path, plan, foreign.report, foreign.unfit)


def _read(project: Project, kind: Kind, path: Path, language: str, progress: Progress) -> Foreign:
    known = refi.known(project)
    if kind == "csv":
        foreign = _table(project, path, known, language, progress)
    else:
        program = qualcoder if kind == "qualcoder" else taguette
        with foreign_tables.opened(data_file(path)) as database:
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
        text, replaced = decode(path.read_bytes(), str(path))
    except CannotImport as error:
        facts = {name: value for name, value in error.facts.items() if name not in ("path", "reason")}
        raise CannotRead(path, error.template, **facts) from error
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
    return passages_csv.read(path, clean(text), known, text_of, me, **options)


def take_in(project: Project, intake: Intake, *, progress: Progress = no_progress) -> merging.MergeReport:
    """Write an intake as one change; `progress` tells of the indexing, in thousandths; raises CannotRead."""
    with project.watched(progress):
        return merging.apply(project, intake.plan, source=intake.path.name, label=LABELS[intake.kind])
