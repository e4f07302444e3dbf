"""Collections, how far each is with an article, and saved searches go out within the format and come back."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from db.project import Project
from db.sharing import refi
from tests.db.conftest import TWO, Opener
from tests.db.material import EN, ZH, draft, records, well
from tests.exchange.refi_files import guid, packed, refer
from tests.exchange.test_refi_in import STANDARD, marked, of_parts, text_bytes, text_source
from tests.exchange.test_refi_out import validated


def kept(project: Project, kind: str, *without: str) -> list[dict[str, Any]]:
    """The records of a kind without columns that the format has no place for, in order."""
    found = [{k: v for k, v in record.items() if k not in without} for record in records(project)[kind].values()]
    return sorted(found, key=repr)


@pytest.fixture
def library(copied: Opener) -> Project:
    """A project with collections in each other, progress of two people and a saved search."""
    project = copied("library")
    one, two = project.articles.add(draft("算法与公平", ZH)), project.articles.add(draft("Audit", EN))
    top = project.collections.add("第一批 & <更多>")
    below = project.collections.add("下级", top)
    project.collections.add("空")
    project.collections.put([one, two], top)
    project.collections.put([two], below)
    project.articles.set_status(one, "coded")
    project.articles.set_status(two, "excluded", reason="too short: 3 lines")
    project.searches.add("公平", "算法 AND 公平")
    mine = project.me
    project.code_as(project.coders.ensure("Ada Two", uuid=TWO.uuid))
    project.articles.set_status(one, "reading")
    project.code_as(mine)
    return project


def test_the_library_goes_out_valid_and_comes_back(library: Project, copied: Opener, tmp_path: Path) -> None:
    report = refi.write(library, tmp_path / "a.qdpx")
    root = validated(tmp_path / "a.qdpx")
    assert [each.get("name") for each in root.iter("{*}Set")] != []
    assert (report.carried["collection"], report.carried["article_status"], report.carried["saved_search"]) == (3, 3, 1)
    assert not {"collection", "article_status", "saved_search"} & set(report.dropped)
    other = copied("other")
    _report, previewed = refi.merge(other, tmp_path / "a.qdpx")
    assert previewed.fidelity.dropped == {}
    for kind, without in (
        ("collection", ("coder", "created", "modified")),
        ("collected", ("uuid", "coder", "created")),
        ("article_status", ("uuid", "modified")),
        ("saved_search", ()),
    ):
        assert kept(other, kind, *without) == kept(library, kind, *without)
    assert [field.label_en for field in other.fields.all("article")] == [f.label_en for f in library.fields.all("article")]
    assert well(other) == []
    refi.write(other, tmp_path / "b.qdpx")
    assert validated(tmp_path / "b.qdpx") is not None
    assert refi.preview(library, tmp_path / "a.qdpx").plan.changes_nothing
    assert refi.merge(other, tmp_path / "a.qdpx")[0].updated == 0


def test_a_change_of_the_library_elsewhere_comes_home(library: Project, copied: Opener, tmp_path: Path) -> None:
    refi.write(library, tmp_path / "a.qdpx")
    other = copied("other")
    refi.merge(other, tmp_path / "a.qdpx")
    [top] = [each for each in other.collections.all() if each.name.startswith("第一批")]
    other.collections.rename(top.id, "改名")
    [search] = other.searches.all()
    other.searches.rename(search.id, "新名")
    refi.write(other, tmp_path / "b.qdpx")
    refi.merge(library, tmp_path / "b.qdpx", policy="theirs")
    assert {each.name for each in library.collections.all()} == {"改名", "下级", "空"}
    assert [each.title for each in library.searches.all()] == ["新名"]
    assert well(library) == []


def test_what_goes_in_part_or_without_names_says_so(library: Project, tmp_path: Path) -> None:
    [one] = [article for article in library.articles.all() if article.title == "Audit"]
    report = refi.write(library, tmp_path / "a.qdpx", articles=[library.articles.get(one.id).uuid], anonymous=True)
    root = validated(tmp_path / "a.qdpx")
    assert len(list(root.iter("{*}Set"))) == 2
    assert (report.dropped["saved_search"], report.dropped["collection"]) == (1, 1)
    assert {each.get("name") for each in root.iter("{*}User")} == {"Coder", "Coder 1", "Coder 2"}
    [status] = [each.get("name") for each in root.iter("{*}Variable") if "Status" in each.get("name")]
    assert status in ("Status (Coder 1)", "Status (Coder 2)")


def test_a_set_of_another_program_is_a_collection_and_keeps_its_codes(project: Project, tmp_path: Path) -> None:
    members = refer("Bias", element="MemberCode") + refer("One", "picture", element="MemberSource")
    members += refer("memo", element="MemberNote")
    picture = f'<PictureSource guid="{guid("picture")}" name="P" path="internal://p.jpg"/>'
    sets = f'<Set guid="{guid("set")}" name="Mixed">{members}</Set>'
    sets += f'<Set guid="{guid("plain")}" name="Plain"><Description>of mine</Description>'
    sets += f"{refer('One', 'Two', element='MemberSource')}</Set>"
    sets += f'<Set guid="{guid("codes")}" name="Codes">{refer("Bias", element="MemberCode")}</Set>'
    texts = text_source(STANDARD, marked("last line", 0)) + text_source(STANDARD, "", "Two")
    parts = {"Sources": texts + picture, "Sets": sets}
    parts["Notes"] = f'<Note guid="{guid("memo")}" name="memo"><PlainTextContent>memo</PlainTextContent></Note>'
    two = (f"sources/{guid('Two')}.txt", text_bytes(STANDARD, "another text"))
    path = of_parts(tmp_path / "a.qdpx", parts, two, ("sources/p.jpg", b"x"))
    _report, previewed = refi.merge(project, path)
    assert {each.name for each in project.collections.all()} == {"Mixed", "Plain"}
    assert previewed.fidelity.kept_aside["Set"] == 3
    [one] = [article for article in project.articles.all() if article.title == "One"]
    [mixed] = [each for each in project.collections.all() if each.name == "Mixed"]
    refi.write(project, tmp_path / "b.qdpx")
    for _time in range(2):
        found = {each.get("guid"): [member.tag.rpartition("}")[2] for member in each] for each in sets_in(tmp_path / "b.qdpx")}
        assert found[guid("set")] == ["MemberCode", "MemberSource", "MemberSource", "MemberNote"]
        assert sorted(found) == sorted(guid(name) for name in ("set", "plain", "codes"))
        assert refi.merge(project, tmp_path / "b.qdpx")[0].conflicts == ()
        refi.write(project, tmp_path / "b.qdpx")
    project.collections.take_out([one.id], mixed.id)
    refi.write(project, tmp_path / "c.qdpx")
    found = {each.get("guid"): [member.tag.rpartition("}")[2] for member in each] for each in sets_in(tmp_path / "c.qdpx")}
    assert found[guid("set")] == ["MemberCode", "MemberSource", "MemberNote"]


def sets_in(path: Path) -> list[Any]:
    return list(validated(path).iter("{*}Set"))


def test_collections_that_stand_in_each_other_are_opened(library: Project, copied: Opener, tmp_path: Path) -> None:
    refi.write(library, tmp_path / "a.qdpx")
    [top] = [each for each in library.collections.all() if each.name.startswith("第一批")]
    [below] = [each for each in library.collections.all() if each.name == "下级"]
    with zipfile.ZipFile(tmp_path / "a.qdpx") as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    ring = members[0][1].replace(
        f'guid="{top.uuid}" name="第一批 &amp; &lt;更多&gt;">'.encode(),
        f'guid="{top.uuid}" name="x"><Description>Within: 下级 [{below.uuid}]</Description>'.encode(),
    )
    assert ring != members[0][1]
    other = copied("other")
    refi.merge(other, packed(tmp_path / "b.qdpx", [("project.qde", ring), *members[1:]]))
    assert len(other.collections.all()) == 3
    assert well(other) == []
