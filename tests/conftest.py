"""Tests run without a screen, with Qt silent, with settings of their own, and leave no window behind."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# How long something takes is for the bench: machines are noisy.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


# What the platform without a screen says of itself whenever a window is shown.
_OF_NO_SCREEN = "This plugin does not support "


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let any warning of Qt fail its test, unless the test says otherwise."""
    for item in items:
        if item.get_closest_marker("qt_log_level_fail") is None:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
        if item.get_closest_marker("qt_log_ignore") is None:
            item.add_marker(pytest.mark.qt_log_ignore(_OF_NO_SCREEN))


@pytest.fixture(autouse=True, scope="session")
def _settings_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLOSSATOR_HOME", str(tmp_path_factory.mktemp("settings")))
        yield


@pytest.fixture(autouse=True)
def _no_window_is_left() -> Iterator[None]:
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    application = widgets.QApplication.instance() if widgets else None
    if widgets is None or not isinstance(application, widgets.QApplication):
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    for widget in widgets.QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    _spare_modules()


def _spare_modules() -> None:
    """Let the search for garbage pass over modules once they are loaded: after every test it would go through them all."""
    if len(sys.modules) > _Spared.modules + 50:
        gc.freeze()
        _Spared.modules = len(sys.modules)


class _Spared:
    modules = 0
