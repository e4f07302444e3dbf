"""`glossator` opens the window; `glossator COMMAND …` is the command line and never loads Qt."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

_PROJECTS = (".gloss", ".glossbundle")
_OPTIONS = ("--sample", "--measure-start", "--measure-ready")


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether arguments ask for the window: none, a project or bundle, or one of the window's own options."""
    return not arguments or arguments[0] in _OPTIONS or Path(arguments[0]).suffix.lower() in _PROJECTS


def has_display() -> bool:
    """Whether a window can be shown: elsewhere than on Linux always."""
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")))


def main() -> None:
    """Start what the arguments ask for."""
    if getattr(sys, "frozen", False):  # a built program starts itself anew to read many files
        from multiprocessing import freeze_support

        freeze_support()
    arguments = sys.argv[1:]
    if wants_window(arguments):
        if not has_display():
            from resources.words import say, system_language

            sentence = "There is no display, so no window can open. Use a command instead: glossator --help lists them."
            sys.exit(say(system_language(), sentence))
        from desktop.app import run

        sys.exit(run(arguments))
    from db.cli import main as commands
    from desktop.tour_command import tour

    commands.add_command(tour)
    commands(prog_name="glossator")


if __name__ == "__main__":
    main()
