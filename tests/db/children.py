"""Child processes: another uid, a limit on file sizes, a lock held, a sudden death."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65_534

_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


def forked(work: Callable[[], str], *, prepare: Callable[[], None] = lambda: None) -> str:
    """Do work in a forked child after preparing it; gives what the work says, fails with its traceback."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = b"-"
        try:
            prepare()
            said = b"+" + work().encode()
        except BaseException:
            said = b"-" + traceback.format_exc().encode()
        finally:
            os.write(writer, said[:60_000])
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    assert said.startswith(b"+"), said[1:].decode()
    return said[1:].decode()


def without_rights() -> None:
    """Become a user that owns nothing, where one is root; others are held to the file modes as they are."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


@contextmanager
def held(path: Path, statement: str) -> Iterator[None]:
    """Let another process hold a lock on a file."""
    arguments = [sys.executable, "-c", _HOLD, str(path), statement]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield
        finally:
            child.communicate("")
