"""Transcripts of recordings are articles whose passages are coded, and go back between their points in time."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.project import Project
from db.sharing import refi
from tests.db.conftest import Opener
from tests.db.material import well
from tests.exchange.refi_files import PROGRAMS, coding, contents, guid, note, packed, refer
from tests.exchange.test_refi_out import listed, validated

STANDARD = PROGRAMS["standard"]
SPOKEN = "A: Who keeps the log?\nB: 𠮷田 does 😀, since May.\nA: And who reads it?\n"
TURNS = ("Who keeps the log?", "𠮷田 does 😀, since May.", "And who reads it?")


def utf16(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def points(text: str, count: Callable[[str], int], prefix: str = "") -> str:
    """A point at each end of every turn, each a second after the other."""
    found = ""
    for number, turn in enumerate(TURNS):
        start = text.index(turn)
        for end, at in (("from", start), ("to", start + len(turn))):
            time = 2000 * number + 1000 * (end == "to")
            found += f'<SyncPoint guid="{guid(f"{prefix}{end} {number}")}" timeStamp="{time}" position="{count(text[:at])}"/>'
    return found


def spoken(number: int, prefix: str = "", inside: str | None = None, first: str = "from", last: str = "to") -> str:
    made = coding(STANDARD, "Bias", f"{prefix}coding {number}") if inside is None else inside
    ends = f'fromSyncPoint="{guid(f"{prefix}{first} {number}").upper()}" toSyncPoint="{guid(f"{prefix}{last} {number}").upper()}"'
    name = TURNS[number][:8] if number < len(TURNS) else "?"
    return f'<TranscriptSelection guid="{guid(f"{prefix}spoken {number}")}" name="{name}" {ends}>{made}</TranscriptSelection>'


def transcript(selections: str, name: str = "t", count: Callable[[str], int] = len, prefix: str = "") -> str:
    return (
        f'<Transcript guid="{guid(name)}" name="{name}" plainTextPath="internal://{name}.txt">'
        f"{points(SPOKEN, count, prefix)}{selections}</Transcript>"
    )


def recording(inside: str, kind: str = "Audio", whole: str = "") -> str:
    area = (
        f'<{kind}Selection guid="{guid("area")}" begin="0" end="900">{coding(STANDARD, "Bias", "area coding")}</{kind}Selection>'
    )
    return f'<{kind}Source guid="{guid("recording")}" name="Talk" path="internal://a.mp3">{inside}{area}{whole}</{kind}Source>'


def made(folder: Path, sources: str, *members: tuple[str, bytes], **parts: str) -> Path:
    listed_ = contents(STANDARD, {"Sources": sources, **parts})
    return packed(folder / "a.qdpx", [("project.qde", listed_), ("sources/a.mp3", b"sound"), *members])


T = ("sources/t.txt", SPOKEN.encode())
ALL = "".join(map(spoken, range(3)))


def shown(project: Project) -> list[str]:
    [article] = project.articles.all()
    return [each.exact for each in project.annotations.of(article.id)]


def ends_of(root: Any, text: str) -> dict[str, str]:
    """What each selection of a transcript goes over, by GUID."""
    at = {each.get("guid"): each.get("position") for each in root.iter("{*}SyncPoint")}
    return {
        each.get("guid"): text[int(at[each.get("fromSyncPoint")]) : int(at[each.get("toSyncPoint")])]
        for each in root.iter("{*}TranscriptSelection")
    }


@pytest.mark.parametrize("kind", ["Audio", "Video"])
@pytest.mark.parametrize("count", [len, utf16])
def test_a_transcript_is_an_article_and_goes_back_into_its_recording(
    project: Project, tmp_path: Path, count: Callable[[str], int], kind: str
) -> None:
    path = made(tmp_path, recording(transcript(ALL, count=count), kind), T)
    validated(path)
    _report, previewed = refi.merge(project, path)
    assert [article.title for article in project.articles.all()] == ["Talk"]
    assert shown(project) == list(TURNS)
    assert previewed.fidelity.kept_aside == {f"{kind}Source": 1, f"{kind}Selection": 1}
    assert previewed.fidelity.dropped == {}
    assert well(project) == []
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert ends_of(root, SPOKEN) == {guid(f"spoken {number}"): turn for number, turn in enumerate(TURNS)}
    assert len(list(root.iter("{*}SyncPoint"))) == 6
    assert [each.get("timeStamp") for each in root.iter("{*}SyncPoint")] == [str(1000 * number) for number in range(6)]
    assert [each.get("guid") for each in root.iter(f"{{*}}{kind}Source")] == [guid("recording")]
    assert [each.get("guid") for each in root.iter(f"{{*}}{kind}Selection")] == [guid("area")]
    assert list(root.iter("{*}TextSource")) == []
    with zipfile.ZipFile(tmp_path / "b.qdpx") as archive:
        assert archive.read("sources/a.mp3") == b"sound"
        assert archive.read(f"sources/{guid('t')}.txt").decode() == SPOKEN
    assert refi.preview(project, path).plan.changes_nothing
    assert refi.preview(project, tmp_path / "b.qdpx").plan.changes_nothing


def test_what_is_done_here_goes_into_the_transcript_too(project: Project, copied: Opener, tmp_path: Path) -> None:
    refi.merge(project, made(tmp_path, recording(transcript(ALL)), T))
    [article] = project.articles.all()
    bias = project.codes.by_ref(guid("Bias"))
    first, second, _third = project.annotations.of(article.id)
    project.code_as(second.coder)
    project.annotations.remove([second.id])
    at = SPOKEN.index("since May")
    mine = project.annotations.get(project.annotations.add(article.id, at, at + 9, codes=[bias], note="why"))
    project.annotations.add(article.id, first.start, first.end)
    project.annotations.add(article.id, None, None, codes=[bias])
    refi.write(project, tmp_path / "study.qdpx", profile="nvivo")
    validated(tmp_path / "study.qdpx")
    refi.write(project, tmp_path / "study.qdpx")
    found = ends_of(validated(tmp_path / "study.qdpx"), SPOKEN)
    assert sorted(found.values()) == sorted([TURNS[0], TURNS[0], TURNS[2], "since May"])
    assert found[mine.uuid] == "since May"
    other = copied("other")
    refi.merge(other, tmp_path / "study.qdpx")
    assert sorted(map(str, shown(other))) == sorted(map(str, shown(project)))
    refi.write(other, tmp_path / "again.qdpx")
    one, two = (listed(tmp_path / name).decode().split("\n")[2:] for name in ("study.qdpx", "again.qdpx"))
    assert one == two
    assert refi.preview(project, tmp_path / "again.qdpx").plan.changes_nothing


def test_selections_without_a_place_in_the_text_are_kept_as_they_came(project: Project, tmp_path: Path) -> None:
    lonely = f'<SyncPoint guid="{guid("lone from 7")}" timeStamp="7"/><SyncPoint guid="{guid("lone to 7")}" timeStamp="8"/>'
    odd = spoken(7, first="lone from", last="lone to") + spoken(1, "x", last="nowhere").replace("xfrom", "from")
    inside = transcript(lonely + ALL + odd)
    _report, previewed = refi.merge(project, made(tmp_path, recording(inside), T))
    assert shown(project) == list(TURNS)
    assert previewed.fidelity.kept_aside["TranscriptSelection"] == 2
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    kept = {each.get("guid"): each for each in root.iter("{*}TranscriptSelection")}
    assert len(kept) == 5
    assert kept[guid("spoken 7")].get("fromSyncPoint") == guid("lone from 7")
    assert [each.get("targetGUID") for each in kept[guid("spoken 7")].iter("{*}CodeRef")] == [guid("Bias")]


def test_two_transcripts_of_one_recording_are_two_articles(project: Project, tmp_path: Path) -> None:
    other = transcript(spoken(0, "other "), "u", prefix="other ")
    whole = coding(STANDARD, "Bias", "whole") + refer("memo")
    path = made(
        tmp_path, recording(transcript(ALL) + other, whole=whole), T, ("sources/u.txt", ("U" + SPOKEN[1:]).encode()),
        Notes=note("memo", "about the talk"),
    )  # fmt: skip
    refi.merge(project, path)
    articles = {article.title: article.id for article in project.articles.all()}
    assert set(articles) == {"Talk", "u"}
    assert len(project.annotations.of(articles["Talk"])) == 4
    assert [each.exact for each in project.annotations.of(articles["u"])] == [TURNS[0]]
    assert len(project.notes.of("article", [articles["Talk"]])[articles["Talk"]]) == 1
    refi.write(project, tmp_path / "b.qdpx")
    [root] = validated(tmp_path / "b.qdpx").iter("{*}AudioSource")
    assert [each.get("name") for each in root.iter("{*}Transcript")] == ["Talk", "u"]
    assert [each.tag.rpartition("}")[2] for each in root][:5] == [
        "Transcript", "Transcript", "AudioSelection", "Coding", "NoteRef"
    ]  # fmt: skip
    assert refi.preview(project, tmp_path / "b.qdpx").plan.changes_nothing
    project.articles.remove([articles["u"]])
    refi.write(project, tmp_path / "c.qdpx")
    assert [each.get("name") for each in validated(tmp_path / "c.qdpx").iter("{*}Transcript")] == ["Talk"]
    refi.write(project, tmp_path / "d.qdpx", articles=[project.articles.get(articles["Talk"]).uuid])
    assert len(list(validated(tmp_path / "d.qdpx").iter("{*}AudioSource"))) == 1
    with zipfile.ZipFile(tmp_path / "d.qdpx") as archive:
        assert "sources/a.mp3" in archive.namelist()
    refi.write(project, tmp_path / "e.qdpx", articles=[])
    with zipfile.ZipFile(tmp_path / "e.qdpx") as archive:
        assert archive.namelist() == ["project.qde"]


def test_a_recording_whose_transcript_is_removed_or_missing_stays(project: Project, tmp_path: Path) -> None:
    refi.merge(project, made(tmp_path, recording(transcript(ALL)), T))
    project.articles.remove([project.articles.all()[0].id])
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert [each.get("guid") for each in root.iter("{*}AudioSource")] == [guid("recording")]
    assert list(root.iter("{*}Transcript")) == []


def test_a_transcript_without_its_text_is_kept_and_its_passages_are_named(project: Project, tmp_path: Path) -> None:
    _report, previewed = refi.merge(project, made(tmp_path, recording(transcript(ALL))))
    assert project.articles.all() == []
    assert any(TURNS[1][:7] in reason for reason in previewed.fidelity.reasons)
    refi.write(project, tmp_path / "b.qdpx")
    assert len(list(validated(tmp_path / "b.qdpx").iter("{*}TranscriptSelection"))) == 3


def test_a_set_of_recordings_is_a_collection_and_names_the_recordings_again(project: Project, tmp_path: Path) -> None:
    sets = f'<Set guid="{guid("set")}" name="Talks">{refer("recording", element="MemberSource")}</Set>'
    refi.merge(project, made(tmp_path, recording(transcript(ALL)), T, Sets=sets))
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert [each.get("targetGUID") for each in root.iter("{*}MemberSource")] == [guid("recording")]
    assert refi.preview(project, tmp_path / "b.qdpx").plan.changes_nothing


def test_a_transcript_without_a_guid_comes_and_goes(project: Project, tmp_path: Path) -> None:
    bare = recording(transcript(ALL)).replace(f' guid="{guid("t")}"', "").replace(f' guid="{guid("recording")}"', "")
    path = made(tmp_path, bare, T)
    refi.merge(project, path)
    assert shown(project) == list(TURNS)
    assert refi.preview(project, path).plan.changes_nothing
    refi.write(project, tmp_path / "b.qdpx")
    validated(tmp_path / "b.qdpx")
    assert refi.preview(project, tmp_path / "b.qdpx").plan.changes_nothing
