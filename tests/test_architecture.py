"""The shape of the house, held by reading the source: what may import what, what stands nowhere, and what is translated."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("desktop", "db", "resources")
TOP_LEVEL = {"pyproject.toml", "desktop", "resources", "db", "tests", "packaging", "README.md", "LICENSE"}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 450, 60

# The modules of db/ that may know SQLite, and no others.
WITH_DATABASE = {
    *("db.connection", "db.schema", "db.changes", "db.store", "db.stamps", "db.project", "db.contents", "db.search"),
    *("db.migrations", "db.repair", "db.reverting", "db.sharing.foreign_tables"),
    *("db.articles", "db.annotations", "db.places", "db.codebook", "db.instruments", "db.notes", "db.coders"),
}
# Pure functions over records: no database, and nothing of db/ but what stands beside them here.
PURE = (
    "db.importers", "db.exchange", "db.analysis", "db.suggestions", "db.anchors", "db.citing", "db.folding", "db.locators",
    "db.carrying", "db.differences", "db.likeness", "db.readings", "db.retouching", "db.units",
)  # fmt: skip
GROUND = ("db.records", "db.errors", "db.ids")
# From above to below; a module imports from its own row or from rows below.
ROWS_OF_DB: tuple[tuple[str, ...], ...] = (
    ("db.cli",),
    ("db.compared", "db.repair", "db.sample", "db.sharing"),
    ("db.project",),
    ("db",),  # the tables: whatever is not named elsewhere
    ("db.changes", "db.connection", "db.migrations", "db.reverting", "db.schema", "db.search", "db.stamps", "db.store"),
    (*PURE, "db.person"),
    GROUND,
)
ROWS_OF_DESKTOP: tuple[tuple[str, ...], ...] = (
    ("desktop.__main__",),
    ("desktop.app", "desktop.tour", "desktop.tour_command"),
    ("desktop.wiring",),
    ("desktop.late_wiring",),
    ("desktop.main_window",),
    ("desktop.panels", "desktop.reader", "desktop.dialogs"),
    ("desktop.models",),
    ("desktop.session",),
)
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b .*")
# Where somebody's machine or a package registry shows through. Written so that it does not find itself.
PRIVATE = re.compile(r"/(wor)k/|/(far)m/|/(roo)t/|--(extra-)?index-url|(registry)=http|https?://[^ ]*/simple/")
# Functions whose argument at this place, or of this name, is an English template.
SAID = {"tr": (0, "text"), "Remark": (0, "sentence"), "Refused": (0, "sentence"), "say": (1, "sentence")}
SAID |= {"CannotImport": (1, "reason"), "CannotRead": (1, "reason")}


@dataclass(frozen=True)
class Module:
    """One module of the house: its dotted name, its source and what it imports, modules and members alike."""

    name: str
    path: Path
    tree: ast.Module
    imports: frozenset[str]

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Give every call with the last part of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield getattr(node.func, "attr", getattr(node.func, "id", "")), node

    def strings(self) -> Iterator[str]:
        """Give every string constant."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _imports(tree: ast.Module, package: list[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


@cache
def modules() -> tuple[Module, ...]:
    """Read every module of the packages."""
    found = []
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        parts = list(path.relative_to(ROOT).with_suffix("").parts)
        package = parts[:-1]
        name = ".".join(package if parts[-1] == "__init__" else parts)
        tree = ast.parse(path.read_text("utf-8"), str(path))
        found.append(Module(name, path, tree, frozenset(_imports(tree, package))))
    return tuple(found)


def within(name: str, prefixes: Sequence[str] | set[str]) -> bool:
    """Tell whether a dotted name is one of these or lies inside one of them."""
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def uses(module: Module, *prefixes: str) -> list[str]:
    """Give what a module imports of these."""
    return sorted(name for name in module.imports if within(name, prefixes))


def of(*packages: str) -> list[Module]:
    """Give the modules of these packages."""
    return [module for module in modules() if within(module.name, packages)]


def known_imports(module: Module) -> set[str]:
    """Give the modules of the house that a module imports, itself left out."""
    names = {other.name for other in modules()}
    # `from db import errors` names the package too; it means the module.
    direct = module.imports & names - {module.name}
    return {name for name in direct if not any(other.startswith(name + ".") for other in direct)}


def row(name: str, rows: Sequence[tuple[str, ...]]) -> int | None:
    """Give the row a module stands in: that of the longest name that holds it."""
    fitting = [(len(prefix), index) for index, prefixes in enumerate(rows) for prefix in prefixes if within(name, [prefix])]
    return max(fitting)[1] if fitting else None


def source_files() -> list[Path]:
    """Give every Python file that is ours."""
    return sorted(path for folder in (*PACKAGES, "tests", "packaging") for path in (ROOT / folder).rglob("*.py"))


# ---- arrows


def test_the_core_knows_no_window_and_resources_know_nothing() -> None:
    wrong = {module.name: uses(module, "desktop", "PySide6", "shiboken6") for module in of("db", "resources")}
    wrong |= {f"{module.name} ": uses(module, "db") for module in of("resources")}
    ours = {name.partition(".")[0] for module in of("resources") for name in module.imports} - {"resources"}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert ours <= sys.stdlib_module_names


def test_only_the_tables_speak_to_the_database() -> None:
    wrong = {
        module.name: found
        for module in modules()
        if (found := uses(module, "sqlite3", "sqlite_utils")) and not within(module.name, WITH_DATABASE)
    }
    assert wrong == {}


def test_pure_modules_know_records_errors_and_each_other_only() -> None:
    shared = (*GROUND, "db.anchors", "db.folding", "db.locators", "db.units")
    wrong = {}
    for module in of(*PURE):
        own = ".".join(module.name.split(".")[:2])
        strange = [name for name in known_imports(module) if within(name, ["db"]) and not within(name, (*shared, own))]
        if strange:
            wrong[module.name] = strange
    assert wrong == {}


@pytest.mark.parametrize(("package", "rows"), [("db", ROWS_OF_DB), ("desktop", ROWS_OF_DESKTOP)])
def test_arrows_point_down(package: str, rows: Sequence[tuple[str, ...]]) -> None:
    wrong = []
    for module in of(package):
        here = row(module.name, rows)
        for name in known_imports(module):
            there = row(name, rows) if within(name, [package]) else None
            if here is not None and there is not None and there < here and name != package:
                wrong.append(f"{module.name} -> {name}")
    assert wrong == []


def test_no_module_imports_itself_by_a_detour() -> None:
    arrows = {module.name: known_imports(module) for module in modules()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for other in sorted(arrows[name]):
                walk(other, (*trail, name))
            done.add(name)

    for name in arrows:
        walk(name, ())
    assert done == set(arrows)


def test_the_command_line_loads_neither_qt_nor_numpy() -> None:
    program = "import sys, db.cli, db.project; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert not {"PySide6", "shiboken6", "numpy"} & set(done.stdout.split())


# ---- what stands nowhere


def test_there_is_no_sql_in_the_window() -> None:
    assert [(module.name, text) for module in of("desktop") for text in module.strings() if SQL.search(text)] == []


def test_what_harms_is_not_called() -> None:
    wrong = []
    for module in modules():
        for name, call in module.calls():
            bad = name == "processEvents" or (name == "print" and not within(module.name, ["db.cli"]))
            bad |= name == "toPlainText" and within(module.name, ["desktop.reader"])
            bad |= name == "connect" and any(isinstance(argument, ast.Lambda) for argument in call.args)
            if bad:
                wrong.append(f"{module.path.relative_to(ROOT)}:{call.lineno} {name}")
    assert wrong == []


def test_files_and_functions_are_small_enough_to_read() -> None:
    long = [str(path) for path in source_files() if path.read_text("utf-8").count("\n") > MOST_LINES]
    for path in source_files():
        of_tests = path.is_relative_to(ROOT / "tests")  # a test may tell a long story
        for node in () if of_tests else ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                long += [f"{path}:{node.lineno} {node.name}"] if lines > MOST_LINES_OF_A_FUNCTION else []
    assert long == []


def test_no_module_is_named_like_one_of_the_standard_library() -> None:
    names = {module.name: module.name.rpartition(".")[2] for module in modules()}
    assert [name for name, last in names.items() if last in sys.stdlib_module_names and last != "__main__"] == []


def test_packaging_stays_a_plain_folder_with_one_module() -> None:
    assert [path.name for path in (ROOT / "packaging").rglob("*.py")] == ["dev.py"]


def tracked_files() -> list[Path]:
    """Give the files that git knows; without git, those that are no caches."""
    if shutil.which("git") and (ROOT / ".git").exists():
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
        return [ROOT / name for name in done.stdout.split("\0") if name]
    hidden = re.compile(r"^\.|^__pycache__$|\.egg-info$")
    files = (path for path in ROOT.rglob("*") if path.is_file())
    return [path for path in files if not any(hidden.search(part) for part in path.relative_to(ROOT).parts)]


def test_the_top_level_is_as_fixed() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
    if not names:
        pytest.skip("nothing is committed yet")
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


def test_no_machine_and_no_registry_shows_through() -> None:
    wrong = []
    for path in tracked_files():
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content and (found := PRIVATE.search(content.decode("utf-8", "replace"))):
            wrong.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert wrong == []


# ---- words


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Give the values of names assigned once at the top of a module."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found[node.target.id] = node.value
    return found


def _texts(node: ast.expr | None, names: dict[str, ast.expr]) -> Iterator[str]:
    """Give the strings an argument can be: a constant, one by name, or either of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in names:
        yield from _texts(names[node.id], {})
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, names)
        yield from _texts(node.orelse, names)


def sentences(module: Module) -> Iterator[str]:
    """Give the English templates that a person meets in the words of a module."""
    names = _constants(module.tree)
    for called, call in module.calls():
        if called in SAID:
            place, keyword = SAID[called]
            given = call.args[place] if len(call.args) > place else None
            yield from _texts(given, names)
            yield from (text for word in call.keywords if word.arg == keyword for text in _texts(word.value, names))
        elif called == "change" and call.args:  # the label of a change, shown beside Undo
            yield from _texts(call.args[0], names)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            body = ast.Module(node.body, [])
            yield from _texts(_constants(body).get("sentence"), names)


def placeholders(text: str) -> set[str]:
    """Give the names in braces of a template."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def translations() -> tuple[tuple[str, str, str], ...]:
    """Give every line of the Chinese words: its file, the English and the Chinese."""
    found: list[tuple[str, str, str]] = []
    for path in sorted((ROOT / "resources" / "translations" / "zh_CN").glob("*.json")):
        pairs = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
        found += [(path.name, english, chinese) for english, chinese in pairs]
    return tuple(found)


def test_every_sentence_a_person_meets_has_its_chinese() -> None:
    known = {english for _, english, _ in translations()}
    met = {(module.name, text) for module in of("db", "desktop") for text in sentences(module)}
    assert sorted(pair for pair in met if pair[1].strip() and pair[1] not in known) == []
    assert len(met) > 20


def test_no_translation_is_left_over() -> None:
    """Sentences are data of modules or of the shipped files; those put together of parts begin as said here."""
    said = {text for module in of("db", "desktop") for text in module.strings()}
    files = [path for path in (ROOT / "resources").rglob("*.json") if "translations" not in path.parts]
    shipped = "".join(path.read_text("utf-8") for path in files)
    met = [
        english for _, english, _ in translations() if english not in said and not english.startswith(("Related: ", "with the "))
    ]
    assert [english for english in met if json.dumps(english, ensure_ascii=False)[1:-1] not in shipped] == []


def test_translations_have_the_same_placeholders() -> None:
    wrong = [line for line in translations() if placeholders(line[1]) != placeholders(line[2]) or not line[2].strip()]
    assert wrong == []
    assert translations()


def test_no_sentence_is_translated_in_two_ways() -> None:
    lines = sorted(translations(), key=lambda line: line[1])
    assert [(one, two) for one, two in pairwise(lines) if one[1] == two[1] and one[2] != two[2]] == []


# ---- the binding


def test_qt_calls_do_not_use_up_references_to_none() -> None:
    """PySide6 6.12 loses a reference to None in every call without a result, before Python 3.12: a crash within seconds."""
    import PySide6
    from PySide6.QtCore import QObject

    if sys.version_info < (3, 12):
        assert tuple(int(part) for part in PySide6.__version__.split(".")[:2]) < (6, 12)
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        thing.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 100
