"""`glossator` opens the window; `glossator COMMAND …` is the command line and never loads Qt."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

_PROJECTS = (".gloss", ".glossbundle")
_OPTIONS = ("--sample", "--measure-start")


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether arguments ask for the window: none, a project or bundle, or one of the window's own options."""
    return not arguments or arguments[0] in _OPTIONS or Path(arguments[0]).suffix.lower() in _PROJECTS


def main() -> None:
    """Start what the arguments ask for."""
    arguments = sys.argv[1:]
    if wants_window(arguments):
        from desktop.app import run

        sys.exit(run(arguments))
    from db.cli import main as commands

    if isinstance(commands, click.Group):
        commands.add_command(tour)
    commands(prog_name="glossator")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def tour(folder: Path, as_json: bool) -> None:
    """Play the main job on the sample articles, without a screen, and leave what it made in FOLDER."""
    from desktop.tour import play

    def emit(step: dict[str, object]) -> None:
        if as_json:
            click.echo(json.dumps(step, ensure_ascii=False))
        else:
            click.echo(f"{'ok    ' if step.get('ok') else 'FAILED'} {step.get('step')}  {step.get('milliseconds', '')} ms")

    if not play(folder, emit):
        sys.exit(1)


if __name__ == "__main__":
    main()
