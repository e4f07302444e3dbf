"""The icons are one family: one grid, one stroke, one colour."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop.commands import COMMANDS
from resources import resource

APPLICATION = "app"
ICONS = sorted(resource("icons").glob("*.svg"))
FAMILY = [path for path in ICONS if path.stem != APPLICATION]


def drawn(path: Path, side: int) -> QImage:
    """Draw an icon in black on nothing."""
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(path.read_bytes().replace(b"currentColor", b"#000000")))
    assert renderer.isValid()
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


@pytest.mark.parametrize("path", FAMILY, ids=lambda path: path.stem)
def test_an_icon_has_the_grid_the_stroke_and_the_colour_of_the_family(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text("utf-8"))
    colours = [value for each in root.iter() for key, value in each.items() if key in ("fill", "stroke")]
    assert root.get("viewBox") == "0 0 16 16"
    assert (root.get("stroke-width"), root.get("stroke-linecap")) == ("1.5", "round")
    assert set(colours) <= {"none", "currentColor"}
    assert not re.search(r"style=|<script|href", path.read_text("utf-8"))


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_is_drawn_and_keeps_clear_of_its_edges(path: Path, qapp: object) -> None:
    image = drawn(path, 64)
    inked = [(x, y) for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha() > 128]
    edge = [place for place in inked if {0, 63} & set(place)]
    assert len(inked) > 60
    assert edge == []


def test_the_application_has_an_icon_of_its_own() -> None:
    assert 'viewBox="0 0 64 64"' in resource("icons", f"{APPLICATION}.svg").read_text("utf-8")


def test_every_command_with_an_icon_finds_it() -> None:
    wanted = {command.icon for command in COMMANDS if command.icon}
    assert wanted <= {path.stem for path in ICONS}
    assert wanted
