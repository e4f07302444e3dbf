"""The ways in which programs write REFI-QDA otherwise than it is meant: each passage comes exactly, or is said to be lost."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from db.errors import CannotRead
from db.exchange.refi import incoming
from db.exchange.refi.incoming import Incoming
from db.exchange.refi.known import Known
from db.project import Project
from db.sharing import refi
from tests.db.material import well
from tests.exchange.refi_files import PROGRAMS, TEXT, coding, contents, guid, packed
from tests.exchange.test_refi_out import validated

NOW = "2026-01-01T00:00:00.000Z"
STANDARD = PROGRAMS["standard"]
OPENING = (
    "The board shall publish a register of systems.\nEvery deployer keeps a log for two years; nobody reads it.\n"
    "Section two: audits.\n"
)  # fmt: skip
WHOLE = OPENING + TEXT
MARKED = (
    "The board shall publish", "register of systems", "Every deployer keeps a log", "nobody reads it", "two: audits",
    "Oversight of 𝔸 models", "Nobody asked 😀 before", "平台应当说明推荐的理由", "𠮷田说", "last line",
)  # fmt: skip
Count = Callable[[str], int]
NAMES: dict[str, Callable[[str], str]] = {
    "whole": str,
    "none": lambda words: "",
    "the code's": lambda words: "Bias",
    "all alike": lambda words: "Quotation",
    "cut without a word": lambda words: words[:12],
    "cut at eight": lambda words: words[:8] + "…" if len(words) > 8 else words,
    "cut with dots": lambda words: words[:14] + "..." if len(words) > 14 else words,
    "without spaces at hand": lambda words: "  " + words.replace(" ", "\n ") + " ",
}
UNITS: dict[str, Count] = {
    "code points": len,
    "utf-16": lambda words: len(words.encode("utf-16-le")) // 2,
    "utf-8": lambda words: len(words.encode()),
}


def mark(start: object, end: object, number: int, name: str = "", inside: str | None = None) -> str:
    made = coding(STANDARD, "Bias", f"coding {number}") if inside is None else inside
    named = f" name={quoteattr(name)}" if name else ""
    places = f'startPosition="{start}" endPosition="{end}"'
    return f'<PlainTextSelection guid="{guid(f"selection {number}")}"{named} {places}>{made}</PlainTextSelection>'


def marks(text: str, count: Count = len, *, name: Callable[[str], str] = str, last: bool = False) -> str:
    """Every passage of `MARKED` counted on a text; with `last` an end is the place of the last character."""
    found = ""
    for number, words in enumerate(MARKED):
        start = text.index(words)
        end = start + len(words) - last
        found += mark(count(text[:start]), count(text[:end]), number, name(words))
    return found


def source(selections: str, path: str = "internal://x.txt", inside: str = "", name: str = "One") -> str:
    paths = f' plainTextPath="{path}"' if path else ""
    return f'<TextSource guid="{guid(name)}" name="{name}"{paths}>{inside}{selections}</TextSource>'


def made(
    folder: Path, sources: str, members: Sequence[tuple[str, bytes]], swap: Sequence[tuple[bytes, bytes]] = (), **parts: str
) -> Path:
    """A project of nobody's, with words of its list of contents exchanged."""
    listed = contents(STANDARD, {"Sources": sources, **parts})
    for old, new in swap:
        assert old in listed
        listed = listed.replace(old, new)
    return packed(folder / "made.qdpx", [("project.qde", listed), *members])


def plain(text: str = WHOLE) -> tuple[str, bytes]:
    return "sources/x.txt", text.encode()


def read(path: Path) -> tuple[list[str], Incoming]:
    found = incoming.read(path, Known(NOW))
    return sorted(annotation["exact"] for annotation in found.bundle.records["annotation"]), found


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("named", NAMES)
def test_passages_come_whatever_is_counted_and_however_they_are_named(
    tmp_path: Path, named: str, unit: str, *, last: bool
) -> None:
    selections = marks(WHOLE, UNITS[unit], name=NAMES[named], last=last)
    words, found = read(made(tmp_path, source(selections), [plain()]))
    assert words == sorted(MARKED)
    [proof] = found.proofs
    assert (proof.proof.model.last, str(proof.proof.model).endswith("end=last")) == (last, last)


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("unit", UNITS)
def test_line_ends_and_marks_are_counted_or_not(tmp_path: Path, unit: str, bom: str, *, twice: bool) -> None:
    def count(words: str) -> int:
        return UNITS[unit](words) + twice * words.count("\n")

    words, _found = read(made(tmp_path, source(marks(WHOLE, count)), [plain(bom + WHOLE.replace("\n", "\r\n"))]))
    assert words == sorted(MARKED)


def test_a_source_that_says_nothing_follows_what_the_others_say(tmp_path: Path) -> None:
    for unit, last in (("utf-16", False), ("utf-8", False), ("code points", True)):
        count = UNITS[unit]
        start = WHOLE.index("last")
        silent = mark(count(WHOLE[:start]), count(WHOLE[: start + 4 - last]), 90)
        sources = source(marks(WHOLE, count, last=last)) + source(silent, "internal://y.txt", name="Two")
        members = [plain(), ("sources/y.txt", ("t" + WHOLE[1:]).encode())]
        words, found = read(made(tmp_path, sources, members))
        assert words == sorted([*MARKED, "last"])
        assert {str(each.proof.model) for each in found.proofs} == {str(found.proofs[0].proof.model)}


def test_two_sources_of_one_file_may_count_differently(tmp_path: Path) -> None:
    other = source(marks("T" + WHOLE, UNITS["utf-16"]), "internal://y.txt", name="Two")
    for number in range(len(MARKED)):
        for kind in ("selection", "coding"):
            other = other.replace(guid(f"{kind} {number}"), guid(f"{kind} {number} of two"))
    words, found = read(made(tmp_path, source(marks(WHOLE)) + other, [plain(), ("sources/y.txt", ("T" + WHOLE).encode())]))
    assert words == sorted([*MARKED, *MARKED])
    assert [str(each.proof.model) for each in found.proofs] == ["code-points,no-bom,crlf=2", "utf-16,no-bom,crlf=2"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", WHOLE), ("utf-16-le", WHOLE), ("utf-16-be", WHOLE), ("utf-32", WHOLE), ("gb18030", WHOLE),
        ("utf-16-le", "第一章 平台应当说明推荐的理由。\n第二章 备案与评估。\n"),
    ],
)  # fmt: skip
def test_texts_come_in_any_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    at = text.index("平台应当")
    words, found = read(made(tmp_path, source(mark(at, at + 4, 1, "平台应当")), [("sources/x.txt", text.encode(encoding))]))
    assert words == ["平台应当"]
    assert list(found.bundle.texts.values()) == [text]


def test_characters_that_no_text_can_hold_are_replaced_and_counted(tmp_path: Path) -> None:
    text = WHOLE.replace("; ", ";\0", 1)
    words, found = read(made(tmp_path, source(marks(text)), [plain(text)]))
    assert words == sorted(MARKED)
    assert found.report.changed["character"] == 1
    assert any("1 characters of One" in reason for reason in found.report.reasons)
    damaged = WHOLE.encode().replace(b"for two", b"for\xfftwo")
    assert read(made(tmp_path, source(marks(WHOLE)), [("sources/x.txt", damaged)]))[0] == sorted(MARKED)


def test_what_is_no_text_at_all_is_kept_as_it_came(tmp_path: Path) -> None:
    for data in (b"%PDF-1.4 x", b"PK\x03\x04x", b"{\\rtf1 x}", b"\0\1\2" * 50):
        words, found = read(made(tmp_path, source(marks(WHOLE)), [("sources/x.txt", data)]))
        assert (words, found.report.kept_aside["TextSource"], found.report.dropped["article"]) == ([], 1, 1)


@pytest.mark.parametrize(
    "swap",
    [
        (b'name="Study"', b'name="a &#0; b &#x1F; \x02"'),
        (b'<?xml version="1.0" encoding="utf-8"?>', b'<?xml version="1.1"?>'),
        (b'encoding="utf-8"', b'encoding="utf-16"'),
        ("😀".encode(), b"&#xD83D;&#xDE00;"),
        ("𝔸".encode(), b"&#55349;&#56632;"),
        ("𝔸 models".encode(), b"&#xD835;..."),
        (b"xmlns=", b"xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='a b' xmlns="),
    ],
)
def test_lists_of_contents_that_are_not_quite_xml_are_read(tmp_path: Path, swap: tuple[bytes, bytes]) -> None:
    assert read(made(tmp_path, source(marks(WHOLE)), [plain()], [swap]))[0] == sorted(MARKED)


@pytest.mark.parametrize(
    "path",
    ["internal:///x.txt", "file:///C:/Users/a/sources/x.txt", "absolute:///home/a/x.txt", "relative:///../x.txt", "x.txt",
     "relative://x.txt", "internal:\\\\sources\\x.txt", "/x.txt", "./sources/x.txt", "internal://Sources/X.TXT", "C:\\a\\x.txt"],
)  # fmt: skip
def test_texts_are_found_by_any_path(tmp_path: Path, path: str) -> None:
    assert read(made(tmp_path, source(marks(WHOLE), path), [plain()]))[0] == sorted(MARKED)


@pytest.mark.parametrize(
    ("listed", "member"),
    [
        ("study/project.qde", "study/sources/x.txt"), ("study\\project.qde", "study\\Sources\\x.txt"),
        ("./project.QDE", "./sources/x.txt"), ("My study.qde", "x.txt"),
    ],
)  # fmt: skip
def test_archives_are_read_however_they_were_packed(tmp_path: Path, listed: str, member: str) -> None:
    words = contents(STANDARD, {"Sources": source(marks(WHOLE))})
    extra = [("__MACOSX/._project.qde", b"x"), ("__MACOSX/sources/._x.txt", b"x"), ("._project.qde", b"x"), (".DS_Store", b"x")]
    path = packed(tmp_path / "a.qdpx", [(listed, words), (member, plain()[1]), *extra])
    assert read(path)[0] == sorted(MARKED)


@pytest.mark.parametrize(
    ("called", "member"),
    [
        ("Interview 10:30.txt", "sources/Interview 10:30.txt"),
        ("Müller.txt", unicodedata.normalize("NFD", "sources/Müller.txt")),
        ("访谈.txt", "sources/访谈.txt".encode().decode("cp437")),
    ],
)
def test_files_are_found_whatever_their_names_hold(tmp_path: Path, called: str, member: str) -> None:
    path = made(tmp_path, source(marks(WHOLE), f"internal://{called}"), [(member, plain()[1])])
    if "访" in called:
        # An archive that does not say how its names are written.
        with zipfile.ZipFile(tmp_path / "b.qdpx", "w") as archive, zipfile.ZipFile(path) as old:
            archive.writestr("project.qde", old.read("project.qde"))
            info = zipfile.ZipInfo("sources/" + "x" * len("访谈.txt".encode()))
            archive.writestr(info, plain()[1])
        data = (tmp_path / "b.qdpx").read_bytes().replace(info.filename.encode(), "sources/访谈.txt".encode())
        path.write_bytes(data)
    assert read(path)[0] == sorted(MARKED)


@pytest.mark.parametrize("name", ["..\\x.txt", "C:\\x.txt", "\\x.txt", "a\\..\\..\\x.txt"])
def test_a_member_that_would_leave_its_folder_is_still_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotRead):
        read(made(tmp_path, source(""), [(name, b"x")]))


def docx(text: str) -> bytes:
    lines = "".join(
        f'<w:p><w:pPr><w:tab/></w:pPr><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r>'
        "<w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del></w:p>"
        for line in text.split("\n")
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="w"><w:body>{lines}</w:body></w:document>')
    return held.getvalue()


@pytest.mark.parametrize("off", [0, 37])
@pytest.mark.parametrize("named", ["whole", "cut with dots"])
def test_a_source_with_only_a_formatted_file_has_the_text_of_that(project: Project, tmp_path: Path, named: str, off: int) -> None:
    selections = marks(WHOLE, lambda words: len(words) + off, name=NAMES[named])
    whole = source(selections, "").replace(' name="One"', ' name="One" richTextPath="internal://d.docx"', 1)
    _report, previewed = refi.merge(project, made(tmp_path, whole, [("sources/d.docx", docx(WHOLE))]))
    [article] = project.articles.all()
    assert project.articles.version(article.id).text == WHOLE
    assert sorted(each.exact for each in project.annotations.of(article.id)) == sorted(MARKED)
    assert previewed.fidelity.changed["article"] == 1
    assert previewed.fidelity.changed["annotation"] == (len(MARKED) if off else 0)
    assert well(project) == []


def test_positions_that_fit_no_counting_give_way_to_names_and_what_neither_says_is_listed(tmp_path: Path) -> None:
    selections = marks(WHOLE, lambda words: len(words) + 37) + mark(190, 199, 50, "nowhere at all")
    words, found = read(made(tmp_path, source(selections), [plain()]))
    assert words == sorted(MARKED)
    assert (found.report.changed["annotation"], found.report.dropped["annotation"]) == (len(MARKED), 1)
    assert any(guid("selection 50") in reason for reason in found.report.reasons)


def test_a_selection_that_runs_over_the_end_is_where_its_name_is(tmp_path: Path) -> None:
    start = WHOLE.index("a last line.")
    over = mark(start, len(WHOLE) + 1, 60, "a last line.") + mark(start, len(WHOLE) + 9, 61, "something else")
    words, found = read(made(tmp_path, source(marks(WHOLE) + over), [plain()]))
    assert words == sorted([*MARKED, "a last line."])
    assert found.report.dropped["annotation"] == 1


def test_a_selection_may_begin_with_the_byte_order_mark(tmp_path: Path) -> None:
    selections = mark(0, 10, 70, "The board") + marks(WHOLE, lambda words: len(words) + 1)
    assert read(made(tmp_path, source(selections), [plain("\ufeff" + WHOLE)]))[0] == sorted([*MARKED, "The board"])


def test_a_persons_own_choice_of_counting_is_never_overruled_by_names(tmp_path: Path) -> None:
    path = made(tmp_path, source(marks(WHOLE, lambda words: len(words) + 37)), [plain()])
    found = incoming.read(path, Known(NOW), model=refi.model("code-points"))
    assert "The board shall publish" not in {a["exact"] for a in found.bundle.records["annotation"]}


def test_guids_that_are_missing_or_the_same_give_everything_a_place_of_its_own(project: Project, tmp_path: Path) -> None:
    selections = marks(WHOLE)
    for number in range(len(MARKED)):
        for kind in ("selection", "coding"):
            selections = selections.replace(f'guid="{guid(f"{kind} {number}")}"', "" if number % 2 else 'guid="{ABC}"')
    path = made(tmp_path, source(selections), [plain()])
    refi.merge(project, path)
    [article] = project.articles.all()
    found = project.annotations.of(article.id)
    assert sorted(each.exact for each in found) == sorted(MARKED)
    assert all(len(each.taggings) == 1 for each in found)
    assert refi.merge(project, path)[0].added == 0


def test_a_coding_without_a_code_leaves_its_passage(tmp_path: Path) -> None:
    selections = mark(4, 9, 1, "board", "<Coding/>") + mark(10, 15, 2, "shall", coding(STANDARD, "nothing", "c"))
    words, found = read(made(tmp_path, source(selections), [plain()]))
    assert words == ["board", "shall"]
    assert found.report.dropped == {"tagging": 2}


def test_cases_that_passages_are_coded_with_are_codes_too(project: Project, tmp_path: Path) -> None:
    inside = coding(STANDARD, "Person A", "coding of a case")
    case = f'<Case guid="{guid("Person A")}" name="Person A"><Description>who</Description></Case>'
    path = made(tmp_path, source(mark(4, 9, 1, "board", inside)), [plain()], Cases=case)
    _report, previewed = refi.merge(project, path)
    [article] = project.articles.all()
    [annotation] = project.annotations.of(article.id)
    [code] = [project.codes.get(tagging.code) for tagging in annotation.taggings]
    assert (code.name_en, code.definition_en) == ("Person A", "who")
    assert previewed.fidelity.changed["Case"] == previewed.fidelity.kept_aside["Case"] == 1
    refi.write(project, tmp_path / "b.qdpx")
    root = validated(tmp_path / "b.qdpx")
    assert [each.get("guid") for each in root.iter("{*}Case")] == [guid("Person A")]
    assert refi.merge(project, path)[0].added == 0


@pytest.mark.parametrize(("profile", "encoding", "size"), [("", "utf-32-le", 4), ("nvivo", "utf-16-le", 2)])
def test_what_goes_out_is_counted_as_it_says(project: Project, tmp_path: Path, profile: str, encoding: str, size: int) -> None:
    refi.merge(project, made(tmp_path, source(marks(WHOLE)), [plain()]))
    refi.write(project, tmp_path / "b.qdpx", profile=profile)
    root = validated(tmp_path / "b.qdpx")
    [path] = [each.get("plainTextPath").removeprefix("internal://") for each in root.iter("{*}TextSource")]
    with zipfile.ZipFile(tmp_path / "b.qdpx") as archive:
        units = archive.read(f"sources/{path}").decode().encode(encoding)
    found = list(root.iter("{*}PlainTextSelection"))
    assert sorted(each.get("name") for each in found) == sorted(MARKED)
    for each in found:
        start, end = int(each.get("startPosition")) * size, int(each.get("endPosition")) * size
        assert units[start:end].decode(encoding) == each.get("name")
