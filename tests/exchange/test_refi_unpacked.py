"""A project that lies unpacked is read like one that is packed; a file beside it comes only from its own folder."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from db import errors
from db.cli import refi as command
from db.project import Project
from db.sharing import refi
from tests.exchange.refi_files import PASSAGES, PROGRAMS, written
from tests.exchange.test_refi_quirks import MARKED, WHOLE, made, marks, plain, source


def texts(project: Project) -> list[str]:
    return [project.articles.version(each.id).text for each in project.articles.all()]


@pytest.mark.parametrize("chosen", ["", "project.qde"])
def test_a_list_of_contents_beside_its_sources_is_a_project(project: Project, tmp_path: Path, chosen: str) -> None:
    path = written(tmp_path / "a.qdpx", PROGRAMS["nvivo"])
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "study")
    whole = tmp_path / "study" / chosen
    assert command.takes(whole)
    refi.merge(project, whole)
    [article] = project.articles.all()
    assert sorted(each.exact for each in project.annotations.of(article.id)) == sorted(PASSAGES)
    assert refi.preview(project, path).plan.changes_nothing


def test_a_folder_without_or_with_several_lists_is_refused(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    assert not command.takes(folder)
    with pytest.raises(errors.CannotRead):
        refi.merge(project, folder)
    for name in ("one.qde", "two.qde"):
        (folder / name).write_text("<Project/>", "utf-8")
    with pytest.raises(errors.CannotRead, match="several"):
        refi.merge(project, folder)
    with pytest.raises(errors.CannotRead):
        refi.merge(project, tmp_path / "nowhere.qde")


@pytest.mark.parametrize("path", ["relative:///texts/x%20y.txt", "relative://texts/x y.txt", "Relative:texts\\x y.txt"])
def test_a_text_beside_the_archive_is_read_where_the_list_says_so(project: Project, tmp_path: Path, path: str) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "x y.txt").write_bytes(plain()[1])
    refi.merge(project, made(tmp_path, source(marks(WHOLE), path), []))
    assert texts(project) == [WHOLE]


@pytest.mark.parametrize(
    "path",
    ["relative:///../secret.txt", "relative:///%2e%2e/secret.txt", "relative:///a/../../secret.txt", "relative:///link.txt",
     "relative:///linked/secret.txt", "file:///{folder}/secret.txt", "absolute://{folder}/secret.txt", "internal://here.txt",
     "relative://{folder}/secret.txt", "relative:///nowhere.txt", "relative:///"],
)  # fmt: skip
def test_nothing_comes_from_elsewhere_and_what_lacks_is_named(project: Project, tmp_path: Path, path: str) -> None:
    (tmp_path / "study" / "a").mkdir(parents=True)
    for folder, name in ((tmp_path, "secret.txt"), (tmp_path / "study", "here.txt")):
        (folder / name).write_bytes(plain()[1])
    (tmp_path / "study" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "study" / "linked").symlink_to(tmp_path)
    listed = source(marks(WHOLE), path.format(folder=tmp_path))
    _report, previewed = refi.merge(project, made(tmp_path / "study", listed, []))
    assert texts(project) == []
    assert previewed.fidelity.kept_aside == {"TextSource": 1}
    assert any(MARKED[0] in reason and str(len(MARKED)) in reason for reason in previewed.fidelity.reasons)


def test_links_in_an_unpacked_folder_are_not_followed(project: Project, tmp_path: Path) -> None:
    path = made(tmp_path, source(marks(WHOLE)), [])
    (tmp_path / "x.txt").write_bytes(plain()[1])
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "study")
    (tmp_path / "study" / "sources").symlink_to(tmp_path)
    refi.merge(project, tmp_path / "study")
    assert texts(project) == []
