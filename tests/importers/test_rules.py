"""Single rules of the cleaning, each on a page made for it."""

from __future__ import annotations

import pytest

from db import importers
from db.importers.phrases import firm_reason, soft_reason
from db.records import Author, Draft

LONG = "随着生成式系统进入日常，如何在鼓励创新与防范风险之间取得平衡，成为各国共同面对的课题。"
OTHER = "有观点认为应当先立规矩后发展；也有观点主张边发展边规范，二者并不必然矛盾。"


def lines(text: str) -> list[str]:
    return importers.read_text(text).text.split("\n")


def read(text: str) -> Draft:
    return importers.read_text(text)


@pytest.mark.parametrize(
    "line",
    [
        "重点关注官方账号管理",
        "依法保存下载记录的义务",
        "健康码与二维码",
        "请企业关注三类风险",
        "开通服务热线",
        "如何认定侵权",
        "免责声明不能免除平台责任。",
        "隐私政策应当公开。",
        "平台接到侵权通知后及时删除内容。",
        "本文认为平台对侵权内容负有删除义务。",
        "用户扫描二维码即可关注官方账号，这一做法值得推广。",
        "未经许可不得使用他人作品训练模型。",
        "Copyright law must adapt to machines.",
        "The model is a good student of language.",
        "（三）扫码支付与人脸识别",
        "第五条　任何人不得分享到朋友圈",
    ],
)
def test_words_about_these_things_are_no_boilerplate(line: str) -> None:
    assert (firm_reason(line, heading=False), soft_reason(line)) == ("", "")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("扫码订阅《某刊》", "promotion"),
        ("长按识别二维码", "promotion"),
        ("欢迎关注我们的公众号。", "promotion"),
        ("喜欢请点个“在看”", "promotion"),
        ("Sign up for our newsletter", "promotion"),
        ("微信扫一扫", "interface"),
        ("[打印] [纠错] 【字号： 大 中 小】", "interface"),
        ("本文约3200字，预计阅读时间8分钟", "interface"),
        ("，", "punctuation"),
        ("转载请注明出处", "notice"),
        ("京ICP备00000000号", "notice"),
        ("（作者：张三，某大学教授）", "author_card"),
        ("相关阅读", "related"),
        ("3 Comments", "comments"),
    ],
)
def test_boilerplate_is_told_by_its_words(line: str, reason: str) -> None:
    assert (firm_reason(line, heading=False) or soft_reason(line)) == reason


def test_a_signature_under_a_short_notice_stays_though_a_law_follows() -> None:
    text = "# 关于公布办法的公告\n\n来源：某办 2023-07-13\n\n现予公布，自八月起施行。\n\n某办公室\n\n2023年7月10日\n\n"
    text += "**某办法**\n\n" + "\n\n".join(f"第{n}条　应当遵守法律，履行义务。" for n in "一二三四五六")
    draft = read(text + "\n\n扫一扫在手机打开当前页\n")
    assert draft.text.split("\n")[1:5] == ["现予公布，自八月起施行。", "某办公室", "2023年7月10日", "某办法"]
    assert (draft.published, draft.source) == ("2023-07-13", "某办")
    assert draft.text.endswith("第六条　应当遵守法律，履行义务。")


def test_a_line_of_account_time_and_place_becomes_data() -> None:
    front = "---\ntitle: 观点｜要素如何治理\nsource: 数治前沿\ndate: 2024-03-01\n---\n\n# 观点｜要素如何治理\n\n"
    draft = read(front + f"原创 陈晓光 [数治前沿](#)\n\n数治前沿 2024-03-01 18:30 北京\n\n{LONG}\n\n{OTHER}\n")
    assert draft.text == f"观点｜要素如何治理\n{LONG}\n{OTHER}"
    assert (draft.published, draft.publisher, draft.authors) == ("2024-03-01T18:30", "数治前沿", (Author("陈晓光"),))
    assert not any("other" in r.facts for r in draft.remarks)  # the same day is no disagreement


def test_links_named_by_the_text_stay_and_menus_go() -> None:
    links = "- [甲办法](http://a.example/1)\n- [乙办法](http://a.example/2)\n- [丙办法](http://a.example/3)\n"
    kept = lines(f"# 论治理\n\n{LONG}\n\n可查阅以下文件：\n\n{links}\n{OTHER}\n")
    assert kept == ["论治理", LONG, "可查阅以下文件：", "甲办法", "乙办法", "丙办法", OTHER]
    assert lines(f"# 论治理\n\n{LONG}\n\n## 目录\n\n{links}\n{OTHER}\n") == ["论治理", LONG, OTHER]


def test_references_and_notes_after_the_text_stay() -> None:
    notes = "## 参考文献\n\n[1] 王某：《论治理》，2020年。\n\n[2] [报告](http://a.example)\n"
    assert lines(f"# 题目在此\n\n{LONG}\n\n{notes}")[2:] == ["参考文献", "[1] 王某：《论治理》，2020年。", "[2] 报告"]


def test_reporters_cards_and_editors_become_data() -> None:
    text = f"# 题目在此\n\n某社北京7月1日电（记者 王鹏）{LONG}\n\n{OTHER}\n\n（作者：张华，系某大学教授）\n\n责任编辑：李四\n"
    draft = read(text)
    assert draft.text.endswith(OTHER)
    assert draft.authors == (Author("王鹏"), Author("张华", "某大学", "教授"))
    assert [r.reason for r in draft.removed][-1] == "editor"


def test_teasers_beside_an_article_are_outside_it() -> None:
    teasers = "".join(f"<div><h3><a href=/{n}>专栏文章{n}</a></h3><p>第{n}期摘要：{OTHER}</p></div>" for n in range(6))
    page = f"<html><body><div><div><h1>题目在此</h1><p>{LONG}</p><p>{OTHER}</p></div><div>{teasers}</div></div></body></html>"
    assert importers.read_html(page).text == f"题目在此\n{LONG}\n{OTHER}"


def test_a_page_of_short_lines_keeps_them() -> None:
    page = "<html><body><h1>机器之歌</h1><div><p>齿轮转动</p><p>数据流淌</p><p>没有人问</p></div></body></html>"
    assert importers.read_html(page).text == "机器之歌\n齿轮转动\n数据流淌\n没有人问"
