"""What can go wrong, as facts; `sentence` is an English template that `resources.words` translates."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class ProjectError(Exception):
    """Something a person can be told in one sentence: what is wrong and what to do."""

    sentence: ClassVar[str] = "It could not be done."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence.format_map(facts))


class FileFault(ProjectError):
    """A project file that cannot be used; `path` is the file."""

    def __init__(self, path: Path | str, **facts: object) -> None:
        self.path = Path(path)
        super().__init__(path=path, **facts)


class NoSuchProject(FileFault):
    sentence = "There is no file {path}. Check the name, or make a new project."


class EmptyFile(FileFault):
    sentence = "{path} is empty, so it holds no project. Restore it from a backup, or make a new project under another name."


class NotAProject(FileFault):
    sentence = "{path} is not a Glossator project. Choose a .gloss file, or make a new project."


class ProjectTooNew(FileFault):
    sentence = "{path} was written by a newer Glossator (format {found}, this one knows {known}). Update Glossator to open it."


class ProjectDamaged(FileFault):
    sentence = "{path} is damaged ({detail}). Restore a backup, or run: glossator check FILE --repair-to NEW."


class ForeignSchema(FileFault):
    sentence = "{path} holds a {kind} named {name} that Glossator did not make, so it is not opened. Ask its sender for a bundle."


class FileExists(FileFault):
    sentence = "{path} exists already. Choose another name."


class FolderMissing(FileFault):
    sentence = "The folder of {path} does not exist. Make it first, or choose another."


class ProjectReadOnly(FileFault):
    sentence = "{path} cannot be written to. Copy it to a folder of yours to change it."


class ProjectLocked(FileFault):
    sentence = "{path} is being changed by another program. Try again when it has finished."


class DiskFull(FileFault):
    sentence = "There is no room left to write {path}. Free some space and try again; nothing was changed."


class NotWritten(FileFault):
    sentence = "{path} could not be written: {reason}. Nothing was changed."


class CannotImport(FileFault):
    """A source that gives no article; `reason` is itself an English template to be translated."""

    sentence = "{path}: {reason}"

    def __init__(self, path: Path | str, reason: str, **facts: object) -> None:
        self.template = reason
        super().__init__(path, **facts, reason=reason.format_map(facts))


class CannotRead(CannotImport):
    """A bundle or another program's file that is refused before anything is written."""


class NotFound(ProjectError):
    sentence = "There is no {kind} {name} in this project. List them to see their names."

    def __init__(self, kind: str, name: object) -> None:
        super().__init__(kind=kind, name=name)


class Ambiguous(ProjectError):
    sentence = "{name} fits several: {choices}. Write more of it."

    def __init__(self, name: str, choices: list[str]) -> None:
        super().__init__(name=name, choices=", ".join(choices[:5]))


class Refused(ProjectError):
    """A change that makes no sense; the sentence comes with it as a template and its facts."""

    def __init__(self, sentence: str, **facts: object) -> None:
        self.template = sentence
        ProjectError.__init__(self, **facts)
        self.args = (sentence.format_map(facts),)


class BadSpan(ProjectError):
    sentence = (
        "Positions {start} to {end} mark no passage in a text of {length} characters. Give a start before an end inside the text."
    )

    def __init__(self, start: int, end: int, length: int) -> None:
        super().__init__(start=start, end=end, length=length)


class NothingToUndo(ProjectError):
    sentence = "There is nothing to undo."


class NothingToRedo(ProjectError):
    sentence = "There is nothing to redo."


class Cancelled(ProjectError):
    sentence = "Cancelled; nothing was changed."
