"""Saved pages of the kinds researchers collect, written by dice: no two are one article, but some are reprints of another."""

from __future__ import annotations

import random

_KINDS = 3
REPRINTED = 40  # of so many pages one is a reprint of the page before
_CHARACTERS = (
    "算法备案监管公开说明风险评估平台用户数据训练标注模型输出审核责任主体申诉救济透明安全论理研究企业部门试点城市应用场景医疗教育"
)
_PUBLISHERS = ("数治观察", "算法与法", "城市智能周报", "数据法评论")
_SURNAMES, _NAMES = "赵钱孙李周吴郑王", "明华文静思远"
_PREFIXES = ("前沿", "专家解读", "观点")
_MENU = ["首页", "专题", "活动", "报告", "登录", "注册"]
_SHARED = ["赞", "在看", "分享", "留言", "收藏", "听过"]


def made_page(number: int) -> bytes:
    """Write page `number`, about 10 KB of Markdown in UTF-8: a saved account's page, a plain column or a news site's page."""
    own = number - 1 if number % REPRINTED == REPRINTED - 1 else number
    dice = random.Random(own)
    title = _words(dice, 8, 16)
    author, body = dice.choice(_SURNAMES) + "".join(dice.sample(_NAMES, 2)), _body(dice)
    if own != number:
        body[-1] = _paragraph(random.Random(number))
    publisher, day = _PUBLISHERS[number % len(_PUBLISHERS)], f"202{own % 5}-{1 + own % 12:02}-{1 + own % 28:02}"
    write = (_account, _column, _site)[number % _KINDS]
    return "\n\n".join(write(number, title, author, publisher, day, body)).encode()


def _words(dice: random.Random, least: int, most: int) -> str:
    return "".join(dice.choices(_CHARACTERS, k=dice.randint(least, most)))


def _paragraph(dice: random.Random) -> str:
    return "".join(f"{_words(dice, 8, 18)}，{_words(dice, 10, 22)}。" for _ in range(dice.randint(3, 8)))


def _body(dice: random.Random) -> list[str]:
    lines = []
    for section in "一二三四":
        lines.append(f"**{section}、{_words(dice, 6, 12)}**")
        lines += [_paragraph(dice) for _ in range(dice.randint(3, 5))]
        lines.append(f"《{_words(dice, 5, 9)}办法》第{dice.choice('二三五七八')}条规定：“{_words(dice, 15, 30)}。”")
    return lines


def _head(number: int, title: str, publisher: str, day: str) -> str:
    address = f"https://pages.example/s?__biz=A{number % 97}&mid={number}&idx=1&scene=58"
    return f"---\ntitle: {title}\nurl: {address}\nsource: {publisher}\ndate: {day}\nfetch_date: 2025-10-06T17:45:22\n---"


def _image(number: int, place: int) -> str:
    return f"![](https://pictures.example/{number:08x}{place:04x}{'q7Zr' * 16}/640?wx_fmt=png&from=appmsg)"


def _account(number: int, title: str, author: str, publisher: str, day: str, body: list[str]) -> list[str]:
    titled = f"# {_PREFIXES[number % len(_PREFIXES)]} | {title}"
    head = [_head(number, titled[2:], publisher, day), titled, _image(number, 0), titled, author, publisher]
    follow = [_image(number, place) for place in range(1, 5)]
    follow += ["**扫码关注我们**", "微信扫一扫\n使用小程序", "取消\n允许", "×\n分析", "：\n，\n，\n，\n。", "\n".join(_SHARED)]
    return [*head, *body, f"（作者：{author}）", *follow]


def _column(_number: int, title: str, author: str, publisher: str, day: str, body: list[str]) -> list[str]:
    links = "".join(f"[{name}](#)" for name in ("首页", "文章", "专辑", "作家", f"{author} >> 正文"))
    tail = f"友情链接: [{publisher}](#) [{publisher}网](#)\n\n[关于我们](#) | [联系我们](#)\n\n互联网举报中心 防范网络诈骗"
    return [links, title, f"{author} {day}", *(line.strip("*") for line in body), f"【责任编辑：{author}】", tail]


def _site(number: int, title: str, author: str, publisher: str, day: str, body: list[str]) -> list[str]:
    at = "https://news.example"
    menu = "\n".join(
        f"* [{name}]({at}/{place})" for place, name in enumerate(("首页", "专题", "活动", "报告", "登录", "注册") * 4)
    )
    offers = "\n".join(f"* [{_words(random.Random(number * 9 + n), 10, 18)}]({at}/post/{number + n})" for n in range(12))
    head = [_head(number, title, publisher, day), f"# {title}", f"{title} - {publisher}", f"[{_image(number, 0)}]({at})", menu]
    tail = ["**推荐阅读**", offers, f"本站文章版权归{publisher}所有。", f"[©2024 {publisher}]({at})"]
    return [*head, f"来源：{publisher} 作者：{author}", *body, _image(number, 1), *tail]
