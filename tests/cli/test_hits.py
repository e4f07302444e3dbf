"""Concordance and tag-hits driven from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.cli.test_cli import tagged, text_of
from tests.cli.test_refusals import refused

LINE = {"article", "title", "start", "end", "left", "match", "right", "annotations"}
ROW = {"article", "start", "end", "exact", "hits", "already", "annotation"}
TOTALS = {"total", "hits", "marked", "already", "more"}


def test_a_concordance_lists_every_place_in_the_order_asked_for(study: Path, cli: Cli) -> None:
    article, text = text_of(cli, study)
    own = tagged(cli, study, "算法备案")["annotation"]
    code, lines, error = cli("concordance", study, "备案", "--context", 3)
    assert (code, error) == (0, "")
    assert len(lines) == text.count("备案")
    for line in lines:
        assert set(line) == LINE
        assert (line["article"], text[line["start"] : line["end"]], line["match"]) == (article, "备案", "备案")
        assert text[max(0, line["start"] - 3) : line["end"] + 3].replace("\n", " ") == line["left"] + "备案" + line["right"]
    assert [line["annotations"] for line in lines if line["left"].endswith("算法")] == [[own]]
    ordered = cli("concordance", study, "备案", "--sort", "right1, left1")[1]
    assert ordered[0]["right"].startswith("并")
    assert cli("concordance", study, "备案", "--sort", "r1,l1")[1] == ordered
    assert sorted(line["start"] for line in ordered) == [line["start"] for line in lines]
    assert "[备案]" in cli("concordance", study, "备案", plain=True)[1][0]


def test_a_concordance_says_what_it_left_out_and_what_it_did_not_know(study: Path, cli: Cli) -> None:
    code, lines, error = cli("concordance", study, "备案", "--limit", 1)
    assert (code, len(lines)) == (0, 1)
    assert "more than 1" in error
    assert cli("concordance", study, "备案", "--sort", "left9")[0] == 2
    code, lines, error = cli("concordance", study, "备案 code:没有")
    assert (code, lines) == (0, [])
    assert "没有" in error
    refused(cli("concordance", study, "备案 published:春天"), "春天")


def test_hits_are_looked_at_then_tagged_and_undone_in_one_step(study: Path, cli: Cli) -> None:
    article, text = text_of(cli, study)
    before = cli("annotations", study)[1]
    wanted = ("tag-hits", study, "备案", "--code", "asgf1.1.1", "--instrument", "eu-ai-act@Art. 9", "--unit", "sentence")
    code, lines, error = cli(*wanted, "--dry-run")
    assert (code, error) == (0, "")
    *rows, totals = lines
    assert all(set(row) == ROW and row["annotation"] is None and row["article"] == article for row in rows)
    assert [text[row["start"] : row["end"]] for row in rows] == [row["exact"] for row in rows]
    assert (totals["total"], totals["hits"], totals["marked"]) == (len(rows), text.count("备案"), 0)
    assert set(totals) == TOTALS
    assert cli("annotations", study)[1] == before
    *made, totals = cli(*wanted, "--note", "查到的")[1]
    assert totals["marked"] == len(rows)
    listed = {line["annotation"]: line for line in cli("annotations", study, "--code", "asgf1.1.1")[1]}
    assert set(listed) == {row["annotation"] for row in made}
    for line in listed.values():
        assert (line["note"], line["instruments"][0]["locator"]) == ("查到的", "Art. 9")
    assert cli("history", study)[1][0]["label"] == "Tag hits: 备案"
    cli("undo", study)
    assert cli("annotations", study)[1] == before


def test_what_has_the_code_already_is_not_tagged_again(study: Path, cli: Cli) -> None:
    own = tagged(cli, study, "算法备案让监管者", "--code", "asgf1.1.1")["annotation"]
    *rows, totals = cli("tag-hits", study, "算法备案", "--code", "asgf1.1.1")[1]
    assert [(row["already"], row["annotation"]) for row in rows] == [([own], None)]
    assert (totals["already"], totals["marked"]) == (1, 0)
    *rows, totals = cli("tag-hits", study, "算法备案", "--code", "asgf1.1.2")[1]
    assert totals["marked"] == 1
    assert rows[0]["annotation"] != own
    assert "*" in cli("tag-hits", study, "算法备案", "--code", "asgf1.1.2", plain=True)[1][0]


def test_tagging_hits_with_nothing_is_wrong_usage_and_limits_are_told(study: Path, cli: Cli) -> None:
    assert cli("tag-hits", study, "备案")[0] == 2
    *rows, totals = cli("tag-hits", study, "备案", "--dry-run", "--limit", 1)[1]
    assert (len(rows), totals["more"]) == (1, True)
    assert "code:没有" not in cli("tag-hits", study, "备案 code:没有", "--dry-run")[2]
    assert "没有" in cli("tag-hits", study, "备案 code:没有", "--dry-run")[2]
    refused(cli("tag-hits", study, "备案", "--code", "没有这个"), "没有这个")
