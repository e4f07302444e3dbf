"""Who wrote it: persons, affiliations and roles in a byline, told apart from accounts and nicknames."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.importers.pieces import simplified, words
from db.records import Author

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施牛樊葛邢安"
    "齐伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴"
    "蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬"
    "边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼"
    "蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿"
    "薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利于呼居揭干但尉冶斯元束檀衣信展阴昝智"
    "幸奉植衡富尧闭由易漕付芮芦傅萧季洪赖乔喬文习阎昌贝钮荀莘贡寿庾蔚竺桓"
    "張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭蔣葉蘇呂盧鐘鍾譚陸賈鄒閻龍陶賀顧龔邵萬錢嚴湯齊龐顏莊聶魯歐關蘭寧紀單畢塗駱藍"
)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "东方", "端木", "百里",
             "南宫", "闻人", "轩辕", "长孙", "宇文", "呼延", "独孤", "歐陽", "司馬", "諸葛")  # fmt: skip
# Words of pages that look like a name because they begin with a surname.
_WORDS = words(
    "安全 金融 时间 时政 时评 时事 文章 高级 关注 关于 方法 方案 常见 程序 万象 计算 项目 党建 党政 党史 华为 "
    "华人 江苏 江西 云南 "
    "连载 计划 查看 查询 司法 纪检 石化 房产 海外 海关 海南 单位 都市 温度 汽车 平台 国际 国内 国家 国防 国企 "
    "公司 公告 公开 公益 "
    "相关 应用 时尚 智能 智库 信息 成果 成都 宣传 解读 管理 商业 华东 农业 农村 农民 和平 全文 全国 全球 全部 "
    "来源 展览 展会 居家 "
    "游戏 广告 边界 路径 通知 权威 明星 武汉 宁波 南京 南方 苏州 杭州 海报 要闻 向上 门户 简介 简报 经济 章节 "
    "章程 古籍 计量 原创 "
    "原文 普法 商务 元素 容器 成员 包括 强国 利率 支持 支付 区域 车企 车市 谈判 解析 连线 路演 白皮书 马上评 "
    "温馨提示 高质量 "
    "楼主 沙发 楼层 时长 公布 施行 时效 成文 成立 常委 常务 公报 公示 来源于 段落 单元 万元 车辆 边缘 管控 "
    "经济学 文化 文旅 文件 文学 文物 文史 文明 文娱 文艺 文汇 文献 文字 文本 文档 文教 季刊 季度 贡献 习惯 昌平 洪水 寿命 贝壳 "
    "安全员 公开课 计算机 云计算 党报 时代 方圆 牛市 毛利 白名单 安全圈 金融街 全媒体 国务院 国资委 海外版 关键词 相关性"
)
_NOT_PERSONS = re.compile(
    r"(?:网|社|报|刊|台|局|频|号|院|会|部|处|厅|馆|店|版|栏|组|室|中心|公司|频道|微信|科技|资讯|安全|观察|小编"
    r"|老师|[哥姐叔说谈讲帮圈侠控迷])$"
)
_BODY = re.compile(
    r"(?:课题组|编辑部|研究院|研究所|研究中心|委员会|评论员|大学|学院|实验室|工作组|专家组|编写组|办公室|协会"
    r"|学会|联盟|法院|检察院"
    r"|Institute|University|Center|Centre|Team|Group|Committee|Council|Lab|Office|Commission)\d{0,3}$"
)
_NOBODY = re.compile(
    r"(?i:admin(?:istrator)?|editor|staff|guest|anonymous|unknown|none|null|小编|佚名|匿名|网络|本站|未知|无"
    r"|原创|转载|综合)"
)
_TITLES = (
    "研究员|研究者|研究生|教授|讲师|院长|所长|主任|处长|局长|司长|部长|会长|秘书长|理事长|理事|院士|博士后|博士生"
    "|博士|硕士生|硕士|律师|合伙人"
    "|记者|通讯员|编辑|主编|总编|总裁|总监|总经理|经理|董事长|首席.{1,6}官|科学家|专家|学者|工程师|顾问|评论员"
    "|研究人员|撰稿人|主席|委员|负责人|校长|检察长|检察官|庭长|法官"
)
_ROLE = re.compile(
    rf"^(.*?)((?:特约|高级|首席|副|助理|客座|特聘|兼职|青年|资深|讲席|名誉|执行|常务|本报|本刊|见习|访问|荣誉"
    rf"|终身|法学|博士生)*(?:{_TITLES})"
    rf"(?:(?:、|兼|，)?(?:{_TITLES}|博士生导师|博导|硕导))*)$"
)
_BARE_ROLE = re.compile(r"(?:本报|本刊|见习|实习|特约)*(?:记者|通讯员)")
_LAST_WORDS = (*(t for t in _TITLES.split("|") if "." not in t), "官", "博士生导师", "博导", "硕导")
ROLE_WORD = re.compile(
    rf"(?:{_TITLES}|大学|学院|研究院|研究所|研究中心|社科院|导师)|\b(?:Professor|Fellow|Director|Researcher"
    rf"|University|Institute)\b"
)
_STATION = re.compile(r"大学|学院|学校|研究|中心|法院|检察院|律师|公司|集团|协会|学会|智库|社科院|科学院|实验室|[局厅部委所系处]")
_EMPLOYER = re.compile(r"[A-Za-z]|[社报网台院会办所处局厅部委校系馆站团店]|" + _STATION.pattern)
LATIN_ROLE = re.compile(
    r"\b(?:correspondent|editor|reporter|fellow|director|professor|writer|columnist|analyst|researcher|lecturer|staff"
    r"|contributor|manager|president|chair|counsel|scientist|officer|assistant|scholar|associate|economist|advis[eo]r|attorney|lawyer"
    r"|head of|lead)\b",
    re.IGNORECASE,
)
_LATIN_WORDS = re.compile(
    r"\b(?:Studies|Program(?:me)?s?|Institut\w+|Cent(?:er|re)|University|Print|Share|LinkedIn|Bluesky|Twitter|Facebook|Email|Policy"
    r"|Governance|Research|News|Technology|Commentary|Security|Reports?|Analysis|Opinion|Series|Project|Department|School|Council"
    r"|Review|Experts?|Insights?|Perspectives?|Brief|Blog|Paper|Working|Data|Article|Features?|Explainer|Essay|Podcast|Testimony"
    r"|Newsletter|Key|Findings|(?i:commission|committee|ministry|government|parliament|european|union|agency|nations)|Times|Magazine|Press|The|Read|More|Topics?|Artificial|Intelligence|Home|About|Contact|Events?)\b"
)
_LATIN_POST = re.compile(
    r"\s+(?=(?:(?:Senior|Nonresident|Non-resident|Visiting|Associate|Assistant|Research|Policy|Executive|Deputy|Managing|Staff)\s)*"
    r"(?:Fellow|Director|Professor|Editor|Reporter|Correspondent|Writer|Columnist|Analyst|Researcher|Lecturer|President|Scientist)\b)"
)
_MARKS = re.compile(
    r"[\[［〔【（(][美英法德日韩俄加澳意荷印新瑞以西葡比奥丹挪芬][\]］〕】）)]\s*(?=[\u4e00-\u9fff])"
    r"|[¹²³⁰⁴-⁹*＊†‡]+"
)
_NUMBER_OF_PLACE = re.compile(r"(?<=[\u4e00-\u9fff])\d{1,2}(?=[,，、;；\s]|$)")
_TWO_SINGLES = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000\u00a0]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_THREE_SINGLES = re.compile(r"(?<![\u4e00-\u9fff])(?:[\u4e00-\u9fff][ \u3000\u00a0]+){2}[\u4e00-\u9fff](?![\u4e00-\u9fff])")
_APART = re.compile("[ \u3000\u00a0]")
_LETTER = "".join(sorted(_SURNAMES))
_SURNAME_APART = re.compile(
    rf"(?<![\u4e00-\u9fff])([{_LETTER}])[ \u3000\u00a0]+(?![{_LETTER}])([\u4e00-\u9fff]{{2}})(?![\u4e00-\u9fff])"
)
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_FOREIGN = re.compile(r"(?:[\u4e00-\u9fff]{1,8}|[A-Z]\.?)(?:[·•‧・．.][\u4e00-\u9fff]{1,10})+")
_LATIN = re.compile(r"[A-Z\u00c0-\u00de][\w.'’-]*(?: (?:de|van|von|der|la|al|bin|[A-Z\u00c0-\u00de][\w.'’-]*)){1,4}")
_BETWEEN = re.compile(r"[\s、,，;；/／&＆]+|(?<=\s)and(?=\s)")
_BETWEEN_LATIN = re.compile(r"\s*(?:[,;&、，；]|\band\b)\s*")
_LAST_FIRST = re.compile(
    r"^([A-Z\u00c0-\u00de][\w'’-]+), (?!(?:Inc|Ltd|LLC|LLP|Co|Corp|AG|SA|Jr|Sr|I{1,3}|IV|PhD|MD|Esq)\b)"
    r"([A-Z\u00c0-\u00de][\w. '’-]*)$"
)
_OUTSIDE_BRACKETS = re.compile(_BETWEEN_LATIN.pattern + r"(?![^（()]*[）)])")
_SCRIPTS_MEET = re.compile(r"(?<=[A-Za-z\u00c0-\u024f.])\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=[A-Z\u00c0-\u00de])")
_BETWEEN_LISTED = re.compile(r"[、;；]")
_AND = re.compile(r"\s*(?:\band\b|&)\s*")
# What stands in brackets, and what makes a firm's name, is not parted.
_COMMA = re.compile(r"[,，](?!\s*(?:Inc|Ltd|LLC|LLP|Co|Corp|AG|SA|Jr|Sr|PhD|MD|Esq)\b)(?![^（()]*[）)])")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")
_STATIONED = re.compile(r"(.*\S)\s*[（(]([^（）()]{2,200})[）)]$")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_ALONE = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+(?:\s+[\u3400-\u9fff\U00020000-\U000323af]+)+")
_BRACKETS = re.compile(r"([^（）()\s、,，;；]+)\s*[（(]([^（）()]{2,60})[）)]")


def close_spaces(text: str) -> str:
    """Close the space a page puts inside a two-character name: 王 鹏 → 王鹏."""
    if not _APART.search(text):
        return text
    names = _THREE_SINGLES.findall(text)
    for name in (n for n in names if n[0] in _SURNAMES):
        text = text.replace(name, re.sub(r"\s", "", name))
    return _TWO_SINGLES.sub(r"\1\2", text)


def is_person(name: str) -> bool:
    """Whether this is written like a person's name: a Chinese one with a surname, or a foreign one."""
    if ".." in name:
        return False
    if _HAN_NAME.fullmatch(name):
        if (plain := simplified(name)) in _WORDS or _NOT_PERSONS.search(plain):
            return False
        if name.startswith(_COMPOUND):
            return len(name) >= 3
        return name[0] in _SURNAMES and len(name) <= 3
    return bool(_FOREIGN.fullmatch(name) or (_LATIN.fullmatch(name) and not _LATIN_WORDS.search(name)))


def is_body(name: str) -> bool:
    """Whether this is written like an institution that can sign an article."""
    return len(name) >= 4 and _BODY.search(name) is not None


def split_role(text: str) -> tuple[str, str]:
    """Split 某大学教授 into the affiliation and the role."""
    text = re.sub(r"^(?:系(?!统)|现任|任|为|是)", "", text.strip())
    match = _ROLE.match(text) if text.endswith(_LAST_WORDS) else None
    if match and match[1].strip() and not _EMPLOYER.search(match[1]):
        return "", text  # 技术哲学博士生: a field, no employer
    return (match[1].strip(), match[2]) if match else (text, "")


def is_institution(name: str) -> bool:
    """Whether a signing body is one that has an account of its own, rather than a group formed to write."""
    return is_body(name) and not re.search(r"(?:组|评论员|编辑部|Team|Group)\d{0,3}$", name)


def station_in(text: str) -> tuple[str, str]:
    """Give the affiliation and the role that a short line such as 某大学某学院教授 is made of; "" and "" for any other."""
    line = re.split(r"[，,；;]", text.strip())[0] if len(text) <= 100 else text
    affiliation, role = split_role(line) if len(line) <= 50 and not re.search(r"[。！？：:]", line) else ("", "")
    return (affiliation, role) if role and _STATION.search(affiliation) else ("", "")


def natural(name: str) -> str:
    """Give a name as it is written in a text: Doe, Jane → Jane Doe; 王 鹏 → 王鹏; white space single."""
    name = _LAST_FIRST.sub(r"\2 \1", " ".join(name.split()))
    return "".join(name.split()) if _ALONE.fullmatch(name) and is_person("".join(name.split())) else name


def listed_authors(text: str) -> list[Author]:
    """Read a list of names that a person or a program put down as such (front matter): each is taken as it is written.

    Between names stand ; 、 and commas, "and" between persons; where one works stands in brackets or after a comma.
    Only a word that says nobody (佚名, admin) is left out.
    """
    authors: list[Author] = []
    for part in _listed(text):
        stationed = _STATIONED.match(part)
        name = natural(stationed[1] if stationed else part)
        station = _post_of(name) if authors and not stationed else ("", "")
        if any(station) and not (authors[-1].affiliation or authors[-1].role):
            authors[-1] = Author(authors[-1].name, *station)
        elif name and _NOBODY.fullmatch(name) is None:
            authors.append(Author(name, *(split_role(stationed[2]) if stationed else ())))
    return authors


def _listed(text: str) -> Iterator[str]:
    """Part a list of names where one ends; Doe, Jane is one name, and so is Acme, Inc."""
    for each in filter(None, map(str.strip, _BETWEEN_LISTED.split(text))):
        pieces = [piece.strip() for piece in _AND.split(each)]
        for part in pieces if all(is_person(_COMMA.split(piece)[-1].strip()) for piece in pieces) else [each]:
            whole = _LAST_FIRST.match(part) is not None
            for name in [part] if whole else filter(None, map(str.strip, _COMMA.split(part))):
                yield from _met(name)


def _post_of(name: str) -> tuple[str, str]:
    """Give the affiliation and the role that stand in a list after a name: 某大学教授, Senior Fellow; "" and "" for a name."""
    if _HAN.search(name):
        return station_in(name)
    return ("", name) if LATIN_ROLE.search(name) else ("", "")


def _met(part: str) -> list[str]:
    """Part names that only a space keeps apart: persons' names each of its own, as 王鹏 丁立江 and Jane Doe 李雷."""
    pieces = _SCRIPTS_MEET.split(part)
    if any(is_person(piece) for piece in pieces if not _HAN.search(piece)):
        return pieces
    alone = close_spaces(part).split() if _ALONE.fullmatch(part) else []
    return alone if len(alone) > 1 and all(map(is_person, alone)) else [part]


def authors_in(text: str, *, bodies: bool = False, stated: bool = False) -> tuple[list[Author], list[str]]:
    """Give the authors a byline names and the words that are no author's; `bodies` lets an institution sign.

    What is `stated` as data is no printed byline: a number after a name belongs to it, and stands for no address.
    """
    text = text if stated else _NUMBER_OF_PLACE.sub(" ", text)
    authors: list[Author] = []
    others: list[str] = []
    for part in _by_script(text):
        found, rest = _authors_in(part)
        authors += found
        others += rest
    if not authors and bodies:
        authors = [Author(token) for token in others if is_body(token)]
    return authors, others


def _by_script(text: str) -> list[str]:
    """Part a byline where Latin names stand among Chinese ones: each kind is written by rules of its own."""
    parts = _OUTSIDE_BRACKETS.split(text) if _HAN.search(text) else []
    if not any(is_person(_BRACKETED.sub("", part).strip()) for part in parts if not _HAN.search(part)):
        return [text]
    found: list[str] = []
    for part in parts:
        latin = not _HAN.search(part)
        if found and latin == (not _HAN.search(found[-1])):
            found[-1] += f"，{part}"
        else:
            found.append(part)
    return found


def _authors_in(text: str) -> tuple[list[Author], list[str]]:
    text = re.sub(r"(?:^|\s)等$", "", close_spaces(_MARKS.sub(" ", text).strip()))
    asides = {}
    if "（" in text or "(" in text:
        asides = {m[1]: m[2] for m in _BRACKETS.finditer(text)}
        text = _BRACKETS.sub(r"\1", text)
    if _APART.search(text):
        text = _SURNAME_APART.sub(r"\1\2", text)
    latin = not re.search(r"[\u4e00-\u9fff]", text)
    tokens = [t.strip(" .。:：|｜-—·") for t in (_BETWEEN_LATIN if latin else _BETWEEN).split(text)]
    authors: list[Author] = []
    others: list[str] = []
    before = ("", "")
    for token in filter(None, tokens):
        parts = _LATIN_POST.split(token, maxsplit=1) if latin else [token]
        if len(parts) == 2 and is_person(parts[0]):
            authors.append(Author(parts[0], "", parts[1]))
        elif latin and authors and LATIN_ROLE.search(token):
            authors[-1] = Author(authors[-1].name, authors[-1].affiliation, authors[-1].role or token)
        elif is_person(token):
            aside = asides.get(token) or (asides.get(token.split()[-1]) if latin else None)
            affiliation, role = split_role(aside) if aside else before
            authors.append(Author(token, affiliation, role))
        elif ROLE_WORD.search(token) and not _BARE_ROLE.fullmatch(token):
            station = split_role(token)
            if authors and not authors[-1].affiliation and not authors[-1].role:
                authors[-1] = Author(authors[-1].name, *station)
            else:
                before = station
            others.append(token)
        else:
            others.append(token)
    return authors, others


def accounts_in(others: list[str]) -> str:
    """Give the account or nickname among the words of a byline that are nobody's name; "" if there is none."""
    names = [
        w
        for w in others
        if 2 <= len(w) <= 30 and re.search(r"[^\W\d_]", w) and not (_NOBODY.fullmatch(w) or is_body(w) or ROLE_WORD.search(w))
    ]
    return names[0] if names else ""


def merged(*lists: list[Author]) -> tuple[Author, ...]:
    """Join bylines of one page: each name once, with the fullest account of it."""
    found: dict[str, Author] = {}
    for author in (a for authors in lists for a in authors):
        known = found.get(author.name, author)
        found[author.name] = Author(author.name, known.affiliation or author.affiliation, known.role or author.role)
    return tuple(found.values())
