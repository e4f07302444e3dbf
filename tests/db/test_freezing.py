"""A frozen state: hash-checked, read-only, and giving every table again."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import errors
from db.exchange import bundle
from db.exchange.passages import table
from db.exchange.presets import Selection
from db.exchange.tables import write_csv
from db.project import Project
from db.sharing import exporting, freezing, merging, since
from db.sharing.passages import Passages
from tests.db.conftest import ONE, TWO, Opener
from tests.db.material import EN, ZH, draft, records, well
from tests.db.merges import carry


@pytest.fixture
def worked(copied: Opener) -> Project:
    """A project of two, whose records did not come in the order of their uuids."""
    project, other = copied("worked"), copied("other", TWO)
    late = other.articles.add(draft("她的", EN))
    other.annotations.add(late, 0, 3, codes=[other.codes.by_ref("asgf1.1.1")])
    own = project.articles.add(draft("算法与公平", ZH))
    project.annotations.add(own, 6, 12, codes=[project.codes.add("自建")], note="想法")
    project.set_unit("sentence")
    project.codes.set_working(["asgf2"])
    carry(other, project)
    return project


def frozen(project: Project, name: str = "Submission 1") -> Path:
    path = project.path.with_name(f"{name}.glossbundle")
    freezing.freeze(project, name, path)
    return path


def csv_of(project: Project, path: Path) -> bytes:
    write_csv(path, table(Passages(project.store, me=project.me).gather(at="2026-01-01T00:00:00.000Z")))
    return path.read_bytes()


def test_a_frozen_state_opens_read_only_with_every_record_and_table(worked: Project, tmp_path: Path) -> None:
    path = frozen(worked)
    before, rows = records(worked), csv_of(worked, tmp_path / "before.csv")
    with freezing.opened(path, person=ONE) as held:
        assert not held.writable
        assert records(held) == before
        assert [article.title for article in held.articles.all()] == [article.title for article in worked.articles.all()]
        assert csv_of(held, tmp_path / "held.csv") == rows
        assert held.setting("unit") == "sentence"
        assert held.codes.working() == ("asgf2",)
        assert not well(held)
        with pytest.raises(errors.ProjectReadOnly):
            held.articles.edit(held.articles.all()[0].id, title="x")


WRITTEN = (("csv", ".csv"), ("xlsx", ".xlsx"), ("matrix", ".xlsx"), ("docx", ".docx"), ("html", ".html"), ("md", ".md"),
           ("citations", ".bib"), ("citations", ".ris"), ("citations", ".json"))  # fmt: skip


def every_table(project: Project, folder: Path, at: str = "") -> dict[str, bytes]:
    """Write a project in every format for people; gives the bytes by name."""
    folder.mkdir()
    for form, suffix in WRITTEN:
        exporting.write(project.store, folder / f"{form}{suffix}", exporting.Choice(form, "zh_CN", at=at))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_frozen_state_gives_every_table_again_byte_for_byte_whatever_became_of_the_project(
    worked: Project, tmp_path: Path
) -> None:
    path = frozen(worked)
    state = freezing.state_of(bundle.read(path))
    assert state is not None
    assert state.project == worked.path.stem
    before = every_table(worked, tmp_path / "before", state.at)
    article = worked.articles.by_ref("算法与公平")
    worked.articles.edit(article, title="改了")
    worked.annotations.remove([worked.annotations.of(article)[0].id])
    assert every_table(worked, tmp_path / "changed", state.at) != before
    for time in ("once", "again"):
        with freezing.opened(path, person=ONE) as held:
            assert every_table(held, tmp_path / time) == before


def test_an_anonymous_state_does_not_name_the_project_s_file(worked: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.glossbundle"
    freezing.freeze(worked, "Submission 1", path, anonymous=True)
    state = freezing.state_of(bundle.read(path))
    assert state is not None
    assert state.project == ""


def test_a_state_says_its_name_and_what_differs_from_it(worked: Project) -> None:
    path = frozen(worked)
    state = freezing.state_of(bundle.read(path))
    assert state is not None
    assert (state.name, len(state.at)) == ("Submission 1", 24)
    assert freezing.differences(worked, path) == []
    article = worked.articles.by_ref("算法与公平")
    worked.articles.edit(article, title="改了")
    worked.notes.add("article", article, "新的")
    worked.annotations.remove([worked.annotations.of(article)[0].id])
    found = {(each.kind, each.what) for each in freezing.differences(worked, path)}
    assert found >= {("article", "changed"), ("note", "added"), ("annotation", "removed"), ("tagging", "removed")}
    changed = next(each for each in freezing.differences(worked, path) if each.what == "changed" and each.kind == "article")
    assert changed.columns == ("modified", "title")


def test_what_became_of_a_project_since_is_told_by_kind(worked: Project) -> None:
    path = frozen(worked)
    state = freezing.state_of(bundle.read(path))
    assert state is not None
    day = state.at[:10]
    nothing = since.told(state, since.tallied(freezing.differences(worked, path)), "en")
    assert nothing == [f"Nothing was added, changed or removed since “Submission 1” ({day})."]
    article = worked.articles.by_ref("算法与公平")
    worked.articles.edit(article, title="改了")
    worked.notes.add("article", article, "新的")
    worked.annotations.remove([worked.annotations.of(article)[0].id])
    tallies = since.tallied(freezing.differences(worked, path))
    assert [(one.kind, one.added, one.changed, one.removed) for one in tallies] == [
        ("article", 0, 1, 0), ("annotation", 0, 0, 1), ("tagging", 0, 0, 1), ("note", 1, 0, 1),
    ]  # fmt: skip
    assert since.told(state, tallies, "zh_CN") == [
        f"自“Submission 1”（{day}）以来：", "文章：改动 1", "片段：删去 1", "编码标记：删去 1", "笔记：新增 1，删去 1",
    ]  # fmt: skip


def test_an_alias_or_provision_counts_as_a_change_of_its_instrument() -> None:
    found = [freezing.Difference(kind, "x", "added") for kind in ("alias", "provision", "instrument")]
    assert since.tallied(found) == (since.Tally("instrument", added=1, changed=2),)


def test_a_state_is_never_written_over_and_needs_a_name(worked: Project, tmp_path: Path) -> None:
    path = frozen(worked)
    before = path.read_bytes()
    with pytest.raises(errors.FileExists):
        freezing.freeze(worked, "Submission 1", path)
    assert path.read_bytes() == before
    with pytest.raises(errors.Refused):
        freezing.freeze(worked, " ", tmp_path / "no.glossbundle")


def test_an_altered_state_is_refused(worked: Project) -> None:
    path = frozen(worked)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(errors.CannotRead):
        freezing.differences(worked, path)
    with pytest.raises(errors.CannotRead), freezing.opened(path):
        pass


def test_a_frozen_state_merges_as_any_bundle(worked: Project, copied: Opener) -> None:
    path = frozen(worked)
    third = copied("third", TWO)
    assert merging.merge(third, path).added
    assert not well(third)


def test_a_bundle_without_texts_opens_as_no_project(worked: Project, tmp_path: Path) -> None:
    path = tmp_path / "public.glossbundle"
    bundle.write(worked.contents(), path, wanted=Selection("public"))
    with pytest.raises(errors.Refused), freezing.opened(path):
        pass


def test_a_state_takes_the_place_of_another_only_if_asked_and_whole(worked: Project, tmp_path: Path) -> None:
    path = frozen(worked)
    before = path.read_bytes()

    def cancel(_done: int, _total: int) -> None:
        raise errors.Cancelled

    with pytest.raises(errors.Cancelled):
        freezing.freeze(worked, "Submission 2", path, replace=True, progress=cancel)
    assert path.read_bytes() == before
    freezing.freeze(worked, "Submission 2", path, replace=True)
    state = freezing.state_of(bundle.read(path))
    assert state is not None
    assert state.name == "Submission 2"
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_the_project_itself_is_never_written_over(worked: Project) -> None:
    with pytest.raises(errors.FileExists):
        freezing.freeze(worked, "Submission 1", worked.path, replace=True)
    assert not well(worked)
