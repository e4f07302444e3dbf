"""Every change the core can make has words for what was done and for what is undone, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import db
from db.changes import Change
from db.marking import marked_label
from desktop.models.changes import label_of
from desktop.models.deeds import deed_words, done_words
from desktop.words import use_language

Function = ast.FunctionDef | ast.AsyncFunctionDef
# What takes a label and hands it on: (its module, where it is private to one, its name), and the place of the label.
Handing = dict[tuple[ast.Module | None, str], int | None]
MODULES = [ast.parse(path.read_text("utf-8")) for path in sorted(Path(db.__file__).parent.rglob("*.py"))]


def _constants() -> dict[str, list[ast.expr]]:
    """Give what names stand for at the top of any module."""
    found: dict[str, list[ast.expr]] = {}
    for node in (node for module in MODULES for node in module.body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


CONSTANTS = _constants()


def _texts(node: ast.expr) -> Iterator[str]:
    """Give the strings an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.Dict):
        yield from (text for value in node.values for text in _texts(value))
    elif isinstance(node, ast.Subscript):
        yield from _texts(node.value)
    elif isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        yield from (text for value in CONSTANTS.get(name, ()) for text in _texts(value))


def _given(function: Function) -> dict[str, ast.expr]:
    """Give what the parameters of a function are where they are left out."""
    given, named = function.args.args, function.args.kwonlyargs
    defaults = zip(given[len(given) - len(function.args.defaults) :], function.args.defaults, strict=True)
    others = zip(named, function.args.kw_defaults, strict=True)
    return {one.arg: value for one, value in (*defaults, *others) if value is not None}


def _labels() -> set[str]:
    """Follow labels from where a change begins to where they are written, through the functions that hand them on."""
    found: set[str] = set()
    handing: Handing = {}
    more: Handing = {(None, "change"): 0}
    while more != handing:
        handing = dict(more)
        for module, function in ((one, node) for one in MODULES for node in ast.walk(one) if isinstance(node, Function)):
            given = [one.arg for one in function.args.args if one.arg != "self"]
            for label in _handed(module, function, handing):
                found.update(_texts(label))
                if isinstance(label, ast.Name) and label.id == "label":
                    private = function.name.startswith("_")
                    more[module if private else None, function.name] = given.index("label") if "label" in given else None
                    found.update(_texts(_given(function).get("label", label)))
    return found


def _handed(module: ast.Module, function: Function, handing: Handing) -> Iterator[ast.expr]:
    """Give the labels in the calls of a function: by place, where what is called has one for it, or by name."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for where in {(module, called), (None, called)} & handing.keys():
            at = handing[where]
            yield from call.args[at : at + 1] if at is not None else ()
            yield from (word.value for word in call.keywords if word.arg == "label")


def _change(label: str) -> Change:
    return Change(1, "do", label, None, "2026-01-01T00:00:00Z", {})


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    use_language(qapp, "zh_CN")
    yield
    use_language(qapp, "en")


def test_labels_are_found_where_they_are_written_and_handed_on() -> None:
    labels = _labels()
    assert {"Tag passage", "Highlight passage", "Edit text", "Merge bundle", "Import REFI-QDA", "Import passages"} <= labels
    assert len(labels) > 60


def test_every_change_of_the_core_has_its_deed() -> None:
    assert [label for label in sorted(_labels()) if {done_words(_change(label)), deed_words(_change(label))} & {label}] == []


@pytest.mark.usefixtures("chinese")
def test_every_deed_is_said_in_chinese() -> None:
    said = {label: (done_words(_change(label)), deed_words(_change(label))) for label in _labels()}
    assert [label for label, words in said.items() if any(word.isascii() for word in words)] == []


@pytest.mark.usefixtures("chinese")
def test_the_query_whose_hits_were_tagged_is_named_in_the_history() -> None:
    change = _change(marked_label("算法  code:asgf1.3\n偏见"))
    assert label_of(change) == "标注检索结果：算法 code:asgf1.3 偏见"
    assert label_of(_change(marked_label("长" * 200))).endswith("长…")
    assert done_words(change) == done_words(_change("Tag hits"))
    assert label_of(_change(marked_label(" "))) == "标注检索结果"
