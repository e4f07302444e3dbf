"""Reading on the command line: outline, provisions, quotes, relations, translations, letters and the unit of passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_cli import tagged, text_of
from tests.cli.test_refusals import refused

LAW = (
    "某市算法备案办法\n第一章 总则\n第一条　为了管好算法，制定本办法。\n第二条　使用者应当备案。\n第三条　本办法自明年起施行。\n"
)


@pytest.fixture
def law(study: Path, cli: Cli, tmp_path: Path) -> str:
    """The text of an own instrument, related to it; gives the instrument's id."""
    path = tmp_path / "law.txt"
    path.write_text(LAW, "utf-8")
    article = cli("import", study, path, "--as-is")[1][0]["article"]
    instrument: str = cli("instrument", "add", study, "--title-zh", "《某市算法备案办法》")[1][0]["instrument"]
    code, lines, _error = cli("relate", study, "is the text of", article, instrument)
    assert code == 0
    assert set(lines[0]) == {"relation", "kind", "from", "to", "note", "coder"}
    assert lines[0]["from"] == {"kind": "article", "id": article}
    assert lines[0]["to"] == {"kind": "instrument", "id": instrument}
    return instrument


def test_a_link_leads_to_the_words_of_the_law(study: Path, cli: Cli, law: str) -> None:
    code, lines, _error = cli("provision", study, f"{law}@第二条")
    assert code == 0
    assert lines[0]["text"] == "第二条　使用者应当备案。"
    whole = cli("text", study, lines[0]["article"], plain=True)[1][0]
    assert whole[lines[0]["start"] : lines[0]["end"]] == lines[0]["text"]
    assert cli("provision", study, f"{law}@第九条")[1][0]["end"] == 0
    refused(cli("provision", study, "eu-ai-act@Art. 5"), "eu-ai-act")


def test_the_outline_of_an_article_is_listed(study: Path, cli: Cli, law: str) -> None:
    article = cli("provision", study, law)[1][0]["article"]
    lines = cli("outline", study, article)[1]
    assert [line["title"][:3] for line in lines][-3:] == ["第一条", "第二条", "第三条"]
    assert set(lines[0]) == {"title", "level", "start"}


def test_a_passage_is_quoted_and_cited_in_every_form(study: Path, cli: Cli) -> None:
    made = tagged(cli, study, "备案并不等于许可")
    key = cli("articles", study)[1][0]["key"]
    (line,) = cli("cite", study, made["annotation"])[1]
    assert set(line) == {"annotation", "article", "key", "quote", "plain", "html", "pandoc", "locator", "locator_pandoc"}
    assert line["plain"] == f"“备案并不等于许可” ({key}, ¶2)"
    assert line["pandoc"] == f"“备案并不等于许可” [@{key}, para. 2]"
    assert line["locator"] == cli("annotations", study)[1][0]["locator"] == "¶2"
    for form in ("plain", "html", "pandoc", "locator"):
        assert cli("cite", study, made["annotation"], "--as", form, plain=True)[1][0] == line[form] + "\n"
    again = cli("cite", study, made["article"], made["start"], made["end"])[1][0]
    assert again == line | {"annotation": None}
    assert cli("cite", study, made["article"])[1][0]["pandoc"] == f"[@{key}]"


def test_what_cannot_be_cited_is_refused(study: Path, cli: Cli) -> None:
    made = tagged(cli, study, "备案并不等于许可")
    refused(cli("cite", study, made["article"], 5, 3))
    refused(cli("cite", study, "nothing"))
    assert cli("cite", study, made["article"], 5, plain=True)[0] == 2
    assert cli("cite", study, made["annotation"], 0, 5, plain=True)[0] == 2


def test_passages_are_related_listed_and_unrelated(study: Path, cli: Cli) -> None:
    one, two = (tagged(cli, study, words)["annotation"] for words in ("算法备案", "安全评估"))
    made = cli("relate", study, "contradicts", one, two, "--note", "对照")[1][0]
    assert (made["kind"], made["from"]["id"], made["to"]["id"], made["note"]) == ("contradicts", one, two, "对照")
    assert cli("relate", study, "contradicts", one, two)[1][0]["relation"] == made["relation"]
    assert cli("relations", study, two)[1] == [made]
    assert made in cli("relations", study)[1]
    refused(cli("relate", study, "contradicts", one, one), "itself")
    refused(cli("relate", study, "is the text of", one, two), "is the text of")
    refused(cli("remove", study, made["relation"], "--coder", "韩梅"), "--coder")
    assert cli("remove", study, made["relation"])[1] == [{"removed": "relation", "id": made["relation"]}]
    assert cli("relations", study, two)[1] == []
    assert cli("undo", study)[0] == 0
    assert cli("relations", study, two)[1] == [made]


def test_a_passage_holds_translations_of_several_coders(study: Path, cli: Cli) -> None:
    made = tagged(cli, study, "算法备案", "--coder", "李雷")["annotation"]
    line = cli("edit", study, made, "--translation", "en=algorithm filing", "--translator", "A. Two")[1][0]
    (own,) = line["translations"]
    assert (own["language"], own["text"], own["translator"]) == ("en", "algorithm filing", "A. Two")
    changed = cli("edit", study, made, "--translation", "en=filing of algorithms")[1][0]["translations"]
    assert changed == [own | {"text": "filing of algorithms"}]
    cli("edit", study, made, "--translation", "en=registration", "--coder", "李雷")
    assert [each["text"] for each in cli("annotations", study)[1][0]["translations"]] == ["filing of algorithms", "registration"]
    refused(cli("remove", study, own["translation"], "--coder", "李雷"), "--coder")
    refused(cli("edit", study, made, "--translation", "english=x"), "english")
    refused(cli("edit", study, made, "--translator", "A. Two"), "--translation")
    refused(cli("edit", study, made, "--code", "asgf1.5.1", "--translation", "fr=x"), "李雷")
    assert [each["text"] for each in cli("edit", study, made, "--translation", "en=")[1][0]["translations"]] == ["registration"]
    assert cli("edit", study, made, "--translation", "en", plain=True)[0] == 2


def test_the_unit_of_passages_and_the_working_books_are_set_and_shown(study: Path, cli: Cli) -> None:
    assert cli("set", study, "unit")[1] == [{"setting": "unit", "value": "free"}]
    assert cli("set", study, "unit", "sentence")[1] == [{"setting": "unit", "value": "sentence"}]
    assert cli("undo", study)[0] == 0
    assert cli("set", study, "unit")[1] == [{"setting": "unit", "value": "free"}]
    refused(cli("set", study, "unit", "word"), "sentence")
    assert cli("set", study, "working", "asgf2, asgf1")[1] == [{"setting": "working", "value": "asgf2,asgf1"}]
    refused(cli("set", study, "working", "asgf9"), "asgf9")


def test_a_code_is_given_two_letters(study: Path, cli: Cli) -> None:
    assert cli("code", "edit", study, "asgf1.5.1", "--letters", "aq")[1][0]["letters"] == "aq"
    listed = {line["code"]: line["letters"] for line in cli("codes", study, "--book", "asgf1")[1]}
    assert (listed["asgf1.5.1"], set(listed.values())) == ("aq", {"", "aq"})
    refused(cli("code", "edit", study, "asgf1.5.2", "--letters", "a"), "two letters")
    own = cli("code", "add", study, "--name-zh", "自建")[1][0]["code"]
    changed = cli("code", "edit", study, own, "--letters", "aq", "--name-en", "Own")[1][0]
    assert (changed["letters"], changed["name_en"]) == ("aq", "Own")
    assert cli("undo", study)[1][0]["label"] == "Edit code"
    assert cli("codes", study, "--book", "asgf1")[1] == [
        line | {"letters": listed[line["code"]]} for line in cli("codes", study, "--book", "asgf1")[1]
    ]


def test_a_passage_over_several_paragraphs_says_so(study: Path, cli: Cli) -> None:
    article, text = text_of(cli, study)
    cli("tag", study, article, text.index("算法备案"), text.index("备案并不") + 4)
    assert cli("annotations", study)[1][0]["locator"] == "¶1–2"
