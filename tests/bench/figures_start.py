"""How long the window takes to appear, beside a bare Qt window in the same run, and how much is imported for it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.bench.calibration import Figure, median

ROUNDS = 7
# An empty main window that ends as soon as it was painted, as `--measure-start` does.
BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, QApplication.quit)

application = QApplication(sys.argv)
window = Window()
window.show()
sys.exit(application.exec())
"""


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "GLOSSATOR_HOME": str(folder / "settings")}


def _run(command: Sequence[str], folder: Path) -> tuple[float, str]:
    """Give the milliseconds that pass from start to end of a process, and its stderr."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *command], env=_environment(folder), capture_output=True, check=False)
    milliseconds = (time.perf_counter() - start) * 1_000
    errors = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} ended with {done.returncode}: {errors[-2_000:]}")
    return milliseconds, errors


def _imported(command: Sequence[str], folder: Path) -> int:
    """Count the modules that a start imports, the interpreter's own left out."""
    return _run(["-X", "importtime", *command], folder)[1].count("import time:") - 1


def figures() -> Iterable[Figure]:
    """Measure the start on a new, empty project."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        project = folder / "start.gloss"
        _run(["-m", "desktop", "new", str(project)], folder)
        window, bare = ["-m", "desktop", "--measure-start", str(project)], ["-c", BARE]
        ready = ["-m", "desktop", "--measure-ready", str(project)]
        times: dict[str, list[float]] = {"window": [], "ready": [], "bare": []}
        for _ in range(ROUNDS + 1):  # the first of each warms the disk and the caches
            times["bare"].append(_run(bare, folder)[0])
            times["window"].append(_run(window, folder)[0])
            times["ready"].append(_run(ready, folder)[0])
        of = {key: median(values[1:]) for key, values in times.items()}
        yield Figure("start", "window", "empty project", of["window"], "ms wall", "bare window", of["bare"])
        yield Figure("start", "ready", "empty project", of["ready"], "ms wall", "bare window", of["bare"])
        counts = _imported(ready, folder), _imported(bare, folder)
        yield Figure("start", "modules", "empty project", counts[0], "modules", "bare window", counts[1])
