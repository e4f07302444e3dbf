"""The command line: everything the window can do to a project, for scripts, servers and tests; never imports Qt."""

from __future__ import annotations

import click

from db.cli import (
    analysis,
    anchoring,
    articles,
    catalogue,
    checking,
    hits,
    library,
    passages,
    projects,
    reading,
    searches,
    sharing,
)
from db.cli.conventions import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="glossator", prog_name="glossator")
def main() -> None:
    """Glossator (批注): annotate AI-governance articles, offline. Without a command the window opens."""


_MODULES = (
    projects, anchoring, articles, library, catalogue, passages, reading, searches, hits, analysis, checking, sharing
)  # fmt: skip
for _module in _MODULES:
    for _command in _module.COMMANDS:
        main.add_command(_command)
