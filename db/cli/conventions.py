"""What all commands share: one JSON object a line on stdout, one sentence on stderr, exit 0, 1 or 2."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import update_wrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from db.errors import Cancelled, CannotImport, FileExists, ProjectError, Refused
from db.ids import new_uuid
from db.person import Person, load_person, named
from db.project import Project
from resources import words

# Line ends to some readers of JSON lines, though not to JSON.
_LINE_ENDS = {ord("\u0085"): "\\u0085", ord("\u2028"): "\\u2028", ord("\u2029"): "\\u2029"}
_FROZEN = "{path} is a frozen state, which can be read but not changed. Merge it into a project to work on it."


class Commands(click.Group):
    """A group whose commands tell a ProjectError in one sentence and exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; raises SystemExit."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        try:
            return super().invoke(ctx)
        except ProjectError as error:
            fail(error)
        except KeyboardInterrupt:
            fail(Cancelled())
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(1) from None


def language() -> str:
    """Give the language of messages: the person's, else the environment's."""
    return load_person().language or words.system_language()


def sentence(error: ProjectError) -> str:
    """Say an error in the language of messages."""
    facts = dict(error.facts)
    template = error.template if isinstance(error, Refused) else error.sentence
    if isinstance(error, CannotImport):
        facts["reason"] = words.say(language(), error.template, error.facts)
    return words.say(language(), template, facts)


def fail(error: ProjectError) -> NoReturn:
    """Say what could not be done, and exit 1."""
    click.echo(sentence(error), err=True)
    raise SystemExit(1)


def tell(template: str, **facts: object) -> None:
    """Say something on stderr."""
    click.echo(words.say(language(), template, facts or None), err=True)


def bar(label: str) -> Callable[[int, int], None]:
    """Give a progress that draws a bar on stderr, on a terminal only."""
    if not sys.stderr.isatty():
        return _no_bar

    def draw(done: int, total: int) -> None:
        share = f"{100 * done // total} %" if total else f"{done}"
        click.echo(f"\r{label} {share}\x1b[K", err=True, nl=False)

    return draw


def _no_bar(_done: int, _total: int) -> None:
    return


class FileName(click.Path):
    """A file's name as a path; an empty one, as an unset variable of a script gives, is refused, not taken for this folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the path; raises Refused."""
        if not str(value) or (isinstance(value, str) and not value.strip()):
            raise Refused("The name of a file is empty. Give one.")
        return super().convert(value, param, ctx)


@dataclass(slots=True)
class Run:
    """One run of a command: the file, who says so, and where results go."""

    file: Path
    coder: str
    as_json: bool

    @contextmanager
    def project(self, *, read_only: bool = False) -> Iterator[Project]:
        """Open the project as the coder who was named, or the person's own."""
        if not read_only:
            self._refuse_frozen()
        person = load_person() if read_only else self._opens_it()
        with self._opened(person, read_only) as project:
            if self.coder and not read_only:
                project.code_as(project.coders.ensure(self.coder))
            elif self.coder:
                project.code_as(project.coders.by_ref(self.coder))
            yield project

    @contextmanager
    def looking(self) -> Iterator[Project]:
        """Open the project to see what a change would do to it; nothing is written, not even who looks."""
        from db.sharing.looking import looking

        self._refuse_frozen()
        with looking(self.file, person=self._opens_it(), coder=self.coder) as project:
            yield project

    def look_first(self, look: Callable[[Project], object]) -> None:
        """Let what is to be taken in be refused before it leaves a trace; where opening the project leaves none, it waits."""
        from db.sharing.looking import is_known

        self._refuse_frozen()
        if not is_known(self.file, self._opens_it(), self.coder):
            with self.looking() as project:
                look(project)

    def keep_apart(self, out: Path) -> None:
        """Refuse to write over the very file that is read, be it a bundle; raises FileExists."""
        if out.exists() and self.file.exists() and out.samefile(self.file):
            raise FileExists(out)

    def _refuse_frozen(self) -> None:
        if self.file.suffix.lower() == ".glossbundle" and self.file.is_file():
            raise Refused(_FROZEN, path=self.file)

    def _opened(self, person: Person, read_only: bool) -> AbstractContextManager[Project]:
        """Open the file; a bundle is read as the project that it holds."""
        if read_only and self.file.suffix.lower() == ".glossbundle":
            from db.sharing import freezing

            return freezing.opened(self.file, person=person, progress=bar(self.file.name))
        return Project.open(self.file, person=person, read_only=read_only)

    def _opens_it(self) -> Person:
        """Give the coder who was named in place of a person without a name, who would be listed as a coder for nothing."""
        person = load_person()
        if not self.coder or person.named:
            return person
        uuid = ""
        with suppress(ProjectError), Project.open(self.file, person=person, read_only=True) as project:
            if project.me:
                return person
            uuid = next((coder.uuid for coder in project.coders.all() if coder.name == self.coder), new_uuid())
        return replace(named(person, self.coder), uuid=uuid) if uuid else person

    @property
    def person(self) -> Person:
        """The person's own settings."""
        return load_person()

    def give(self, values: Mapping[str, Any], line: str) -> None:
        """Give one result: as JSON, or as a line to read."""
        click.echo(as_line(values) if self.as_json else line)


def as_line(values: Mapping[str, Any]) -> str:
    """Write one JSON object on one line, whatever characters it holds."""
    return json.dumps(values, ensure_ascii=False).translate(_LINE_ENDS)


def command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command that takes FILE, --json and --coder, and is called with a Run."""

    def made(function: Callable[..., None]) -> click.Command:
        def run(file: Path, coder: str, as_json: bool, **values: Any) -> None:
            function(Run(file, coder.strip(), as_json), **values)

        # click keeps options that decorators below put on the function in __click_params__.
        whole = update_wrapper(run, function)
        whole = click.option("--coder", default="", metavar="NAME", help="Who says so (default: your own name).")(whole)
        whole = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(whole)
        whole = click.argument("file", type=FileName())(whole)
        return click.command(name)(whole)

    return made


def fields(pairs: tuple[str, ...], option: str = "--field") -> list[tuple[str, list[str]]]:
    """Read KEY=VALUE options; values of one key are gathered, an empty one unsets."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{pair} is not KEY=VALUE", param_hint=option)
        found.setdefault(key, []).append(value)
    return list(found.items())
