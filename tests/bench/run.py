"""Run the figures of all groups, or of those named, each group in a process of its own, so that memory is its own too.

A group is a module figures_GROUP.py here with `figures() -> Iterable[Figure]` (dicts with a figure's keys will do).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

# The columns of the table and their widths; numbers stand right.
COLUMNS = (
    ("group", -12),
    ("figure", -24),
    ("size", -16),
    ("value", 12),
    ("unit", -8),
    ("loops", 9),
    ("ratio", 8),
    ("baseline", -40),
)
USAGE = "usage: dev.py bench [GROUP]... [--json]; groups: {groups}"


def groups() -> list[str]:
    """Give the names of the groups that have figures."""
    return sorted(path.stem.removeprefix("figures_") for path in Path(__file__).parent.glob("figures_*.py"))


def measure(group: str) -> None:
    """Measure one group in this process, printing an object a line as figures come."""
    name = "tests.bench.calibration" if group == "calibration" else f"tests.bench.figures_{group}"
    for figure in import_module(name).figures():
        row = figure if isinstance(figure, Mapping) else figure.as_dict()
        print(json.dumps(row, ensure_ascii=False), flush=True)


def table_line(row: Mapping[str, object]) -> str:
    """Give one aligned line of the table."""
    return " ".join(_cell(row.get(name), width) for name, width in COLUMNS).rstrip()


def _cell(value: object, width: int) -> str:
    if isinstance(value, float):
        text = f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.01 else f"{value:.3g}"
    else:
        text = "" if value is None else str(value)
    return text.rjust(width) if width > 0 else text.ljust(-width)


def forward(group: str, as_json: bool, loop: float | None) -> tuple[int, float | None]:
    """Measure a group in a child process and print its figures, times in loops of the calibration too.

    Give the child's exit code, and how many milliseconds the loop takes if this group tells it.
    """
    command = [sys.executable, "-m", "tests.bench.run", "--measure", group]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as child:
        assert child.stdout is not None
        for line in child.stdout:
            if not line.startswith("{"):
                print(line, end="", file=sys.stderr)
                continue
            row = json.loads(line)
            if row["group"] == "calibration":
                loop = row["value"]
            elif loop and row["unit"] == "ms":
                row["loops"] = round(row["value"] / loop, 3)
            print(json.dumps(row, ensure_ascii=False) if as_json else table_line(row), flush=True)
    return child.returncode, loop


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 1 if a group failed, 2 for a group that does not exist."""
    if list(arguments[:1]) == ["--measure"]:
        measure(arguments[1])
        return 0
    known = groups()
    wanted = [name for name in arguments if name != "--json"]
    if any(name not in (*known, "calibration") for name in wanted):
        print(USAGE.format(groups=", ".join(known)), file=sys.stderr)
        return 2
    as_json = "--json" in arguments
    if not as_json:
        print(table_line({name: name for name, _ in COLUMNS}))
    order = ["calibration", *(name for name in wanted or known if name != "calibration")]
    failed, loop = False, None
    for group in order:
        code, loop = forward(group, as_json, loop)
        failed = failed or code != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
