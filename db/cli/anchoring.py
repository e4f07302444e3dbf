"""The command that carries annotations between two plain files, without a project."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from db.cli.conventions import FileName, as_line
from db.errors import Refused


@click.command("anchor")
@click.argument("old", type=FileName())
@click.argument("new", type=FileName())
@click.argument("annotations", type=FileName())
@click.option("--json", "_as_json", is_flag=True, help="One JSON object a line, as always here.")
def anchor(old: Path, new: Path, annotations: Path, _as_json: bool) -> None:
    """Say where ANNOTATIONS (JSON lines: id, start, end, exact, prefix, suffix) of the text OLD stand in the text NEW."""
    from db.anchors.told import carried

    texts = [_text(name) for name in (old, new, annotations)]
    for values in carried(texts[0], texts[1], texts[2].split("\n")):
        click.echo(as_line(values))


def _text(name: Path) -> str:
    """Read a file as it is: UTF-8, line ends untouched; - is stdin; raises Refused."""
    try:
        data = sys.stdin.buffer.read() if str(name) == "-" else name.read_bytes()
        return data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("{file} cannot be read as UTF-8 text. Give a plain text file.", file=str(name)) from error


COMMANDS = (anchor,)
