"""The command `tour`, joined to the core's command line here because it takes pictures of the window."""

from __future__ import annotations

import json
from pathlib import Path

import click


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
            done = "ok    " if step["ok"] else "FAILED"
            click.echo(f"{done} {step['step']}  {step['milliseconds']} ms  {step.get('detail', '')}".rstrip())

    if not play(folder, emit):
        raise SystemExit(1)
