"""Jobs beside the window: values and errors come home, a change arrives as one, cancelling leaves nothing."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from db.changes import Change
from db.errors import Cancelled, NotFound, ProjectError
from db.project import Project
from db.records import Progress
from desktop.session import Session
from desktop.worker import Job, Worker


@pytest.fixture
def session(study: Path) -> Iterator[Session]:
    made = Session()
    assert made.open(study)
    yield made
    made.close()


def _in_other_thread(progress: Progress) -> bool:
    progress(1, 2)
    return current_thread() is not main_thread()


def test_a_value_comes_home_from_another_thread(session: Session, qtbot: QtBot) -> None:
    worker = Worker(session)
    values: list[bool] = []
    with qtbot.waitSignal(worker.ended):
        assert worker.run("Checking", _in_other_thread, values.append)
        assert not worker.run("Checking", _in_other_thread, values.append), "one job at a time"
    assert values == [True]
    assert not worker.running


def _remove_all(project: Project, _progress: Progress) -> int:
    articles = [article.id for article in project.articles.all()]
    project.articles.remove(articles)
    return len(articles)


def test_a_change_beside_the_window_arrives_as_one_and_can_be_undone(session: Session, qtbot: QtBot) -> None:
    worker = Worker(session)
    changes: list[Change] = []
    counts: list[Any] = []
    session.changed.connect(changes.append)
    with qtbot.waitSignal(worker.ended):
        assert worker.change("Importing", _remove_all, counts.append)
        assert not session.editable
        assert session.busy == "Importing"
    assert counts == [2]
    assert [change.label for change in changes] == ["Remove article"]
    assert session.editable
    assert session.project.articles.all() == []
    session.project.undo()
    assert len(session.project.articles.all()) == 2


def _remove_and_wait(project: Project, progress: Progress) -> None:
    with project.change("Remove article"):
        _remove_all(project, progress)
        while True:
            progress(0, 0)


def test_a_cancelled_change_is_rolled_back_and_told(session: Session, qtbot: QtBot) -> None:
    worker = Worker(session)
    told: list[ProjectError] = []
    session.tell = told.append
    with qtbot.waitSignal(worker.ended):
        assert worker.change("Importing", _remove_and_wait, told.append)
        worker.cancel()
    assert [type(error) for error in told] == [Cancelled]
    assert len(session.project.articles.all()) == 2
    assert session.editable


def _fail(_progress: Progress) -> None:
    raise NotFound("code", "x")


def test_an_error_is_told_and_the_worker_is_free_again(session: Session, qtbot: QtBot) -> None:
    worker = Worker(session)
    told: list[ProjectError] = []
    session.tell = told.append
    for _ in range(2):
        with qtbot.waitSignal(worker.ended):
            assert worker.run("Checking", _fail, told.append)
    assert [type(error) for error in told] == [NotFound, NotFound]


def test_stopping_waits_for_the_thread(session: Session) -> None:
    worker = Worker(session)
    assert worker.change("Importing", _remove_and_wait, partial(pytest.fail))
    worker.stop()
    assert not worker.running
    assert session.editable
    assert len(session.project.articles.all()) == 2


class _Held:
    """What the work of a job holds."""


def _hold(_held: _Held, progress: Progress) -> int:
    progress(1, 1)
    return 7


def test_what_the_work_held_is_let_go_when_it_was_waited_for(qtbot: QtBot) -> None:
    held = _Held()
    gone = weakref.ref(held)
    job = Job(partial(_hold, held))
    with qtbot.waitSignal(job.succeeded) as heard:
        job.start()
    job.wait()
    assert heard.args == [7]
    del held
    assert gone() is None
