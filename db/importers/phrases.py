"""The words by which the parts of a page that are no article give themselves away, in classes, in Chinese and English."""

from __future__ import annotations

import re
from functools import lru_cache

from db.importers.pieces import simplified

_PROMOTION = re.compile(
    r"(?:扫码|扫一扫|扫描).{0,8}(?:二维码|关注|订阅|下载|加入|入群|进群|加群|小程序)|(?:长按|识别"
    r"|保存).{0,6}二维码|^扫码|保存图片"
    r"|(?:下方|上方|图中|文末|左侧|右侧|底部|下面|官方|公众号|微信)的?二维码|(?:欢迎|敬请|快来|记得|点击|长按"
    r"|扫码|一键).{0,8}(?:关注|订阅).{0,30}$"
    r"|(?<!申)请.{0,4}(?:关注|订阅).{0,12}(?:我们|公众号|本号|视频号|微博|杂志|频道)"
    r"|^(?:关注|订阅)(?:我们|.{0,14}(?:公众号|视频号|抖音号|微博|杂志)$)|^点击.{0,6}(?:下图|上图|图片|下方"
    r"|上方|此处|蓝字|链接|文末|阅读原文|名片)"
    r"|邮发代号|(?:征订|订阅|订购|发行|广告|投稿)(?:热线|电话|邮箱|联系方式)\s*[:：\d]|倾力推荐"
    r"|^带(?:你|您)(?:一起)?(?:读懂|看懂|了解|走进).{2,12}$|^found this (?:article|post|story) (?:interesting|useful)"
    r"|(?:商务|广告)合作|^(?:国内"
    r"|国际)?统一刊号"
    r"|(?<![观重要焦热特优亮])点(?:个|亮|一下)?[“「]?(?:赞|在看)|设为?星标|一键三连|立即(?:购买|下载|订阅|报名|咨询)"
    r"|(?:分享|转发|推荐)(?:到|至|给)(?:你|您)?.{0,6}(?:朋友圈|微信|微博|好友|朋友)"
    r"|^(?:please )?(?:follow|subscribe to|sign up (?:for|to)|join) (?:us|our|the|my)\b"
    r"|thanks for (?:reading|subscribing)\b.{0,80}|.{0,60}\bis a reader-supported publication\b.*"
    r"|\bnewsletters?\b.{0,40}(?:sign up|subscribe|inbox)"
    r"|(?:sign up|subscribe).{0,40}\bnewsletters?\b|^(?:subscribe|sign up|follow us|share this|click here"
    r"|download (?:our|the) app)\b"
    r"|^(?:get|receive) .{0,40}(?:inbox|newsletter)|^scan (?:the|this) qr",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\bnewsletter\b.*\b(?:sign up|subscribe)\b|\b(?:sign up|subscribe)\b.*\bnewsletter\b", re.IGNORECASE)
_INTERFACE = re.compile(
    r"(?:(?:本文|全文|正文)(?:约|共).{0,4}\d+\s*字.*|.{0,8}阅读(?:时间|时长|需要|大约|约).{0,10}分钟.*"
    r"|扫一扫.{0,6}手机.{0,4}(?:打开|浏览|查看|阅读).*"
    r"|分享.{0,2}让更多人看到|微信扫一扫.*|使用(?:小程序|完整服务)|.*可打开此内容.*|预览时标签不可点|(?:继续|向上"
    r"|向下)?滑动看下一个|(?:轻触)?阅读原文|知道了|取消|允许|分析"
    r"|收藏|点赞|赞|在看|分享|列印|A[+-]?|原创|修改于|去阅读|在小说阅读器.{0,8}|(?:IP|所)\s*属地\s*[:：]?\s*\S{1,8}|页面功能[:：]?|留言|视频|小程序|听过|转发|打印|打印本页|关闭(?:窗口|本页)?|返回(?:顶部|首页"
    r"|列表|上一页)?|回到顶部|字[号体].{0,8}|[大中小]字号|大|中|小|放大|缩小|调整字体|全文复制|[∙·•]?\s*\S{1,8}\s*[>›»]|\+?\s*(?:关注|已关注)"
    r"|\d+\s*人(?:赞同|喜欢|点赞|收藏|看过)了?.{0,6}|共\s*\d+\s*[页条].{0,10}|(?:阅读|点击)下一篇[:：]?|返回.{0,8}(?:首页|查看更多)"
    r"|(?:打开|下载).{0,10}客户端|(?:分类专栏|文章标签|文章分类|所属专栏)\s*[:：].*"
    r"|[-—=·•*＊◆\s]*(?:END|全文完|本文完|完|The End)[-—=·•*＊◆\s]*"
    r"|只看(?:该作者|楼主)|倒序浏览|正序浏览|电梯直达|楼主|沙发|板凳|评分|淘帖|支持|反对|发消息|使用道具|收听TA|加好友|发帖"
    r"|点击播报本文.*|播报|video|mini|program|mini program|wow|favou?rite|comment|allow|cancel|got it|scan to follow"
    r"|scan with weixin(?: to)?|use this mini program|download (?:the )?(?:full )?(?:\w+ )?(?:report|pdf|paper|brief"
    r"|document|publication|article)"
    r"|登录|注册|登录.{0,3}注册|退出|搜索|首页|更多|更多>*|查看更多|查看原文|展开(?:全文)?|收起|加载中.*"
    r"|加载更多|打开APP.*|APP内打开|听全文|朗读"
    r"|[,，]?轻点两下(?:取消)?(?:赞|在看)|复制链接|分享(?:到|至|按钮)?[:：]?|举报|投诉|回复|我要(?:评论|投稿"
    r"|纠错)|纠错|网站无障碍|无障碍.{0,4}|繁体|简体|English"
    r"|(?:上一篇|下一篇|上一条|下一条|上一页|下一页|前一篇|后一篇)(?:[:：].*)?|广告|推广|专题推荐|标签[:：].*"
    r"|关键词[:：].*|当前位置[:：].*|您(?:现在|当前)?(?:的位置|所在的位置)[:：是].*"
    r"|(?:print|close|menu|search|share|tweet|copy link|back to top|log ?in|sign in|sign up|register|reply"
    r"|like|save|bookmark|listen|advertisement"
    r"|skip (?:to (?:main )?content|advertisement)|听新闻|收听"
    r"|read more|show more|load more|loading\.*|home|next|previous|(?:next|previous) "
    r"(?:post|article)(?::.*)?|tags?:.*|filed under:?.*|posted in:?.*"
    r"|accept(?: all)?(?: cookies)?|reject(?: all)?|manage preferences|email|facebook|twitter|linkedin"
    r"|whatsapp|reddit|x|pin(?:terest)?|toggle (?:navigation|menu)))",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"(?:喜欢此内容的人还(?:喜欢|看了)|(?:文章)?标签|前情(?:回顾|提要)(?:[·:：].{1,24})?|相关(?:阅读|文章|新闻|热文|推荐|链接|报道|资讯|稿件|内容)|推荐(?:阅读|文章)|延伸阅读|精彩推荐"
    r"|往期(?:推荐|回顾|精选|文章|精彩)|热门(?:文章|新闻|推荐|阅读|资讯|标签)?"
    r"|最新(?:文章|资讯|新闻|动态)|更多.{0,14}(?:文章|新闻|精彩|阅读|内容|报道|报导)|(?:阅读|点击)下一篇|(?:你|您)可能(?:还|也)?(?:感兴趣|喜欢"
    r"|会喜欢).{0,6}|猜你喜欢|为(?:你|您)推荐|大家都在看|看了又看"
    r"|(?:点击|阅读|浏览)排行(?:榜)?|排行榜|热文|热点推荐|友情链接.*|编辑推荐|今日(?:推荐|热点)|本周热门"
    r"|近期文章|合集|收录于.*合集.*"
    r"|related(?: (?:articles?|posts?|stories|content|reading|news|topics))?|read (?:next|more)|recommended(?: "
    r".{0,20})?|more (?:from|stories|on|in|articles?|news)\b.{0,30}"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|most (?:read|popular|viewed)|latest (?:news"
    r"|posts|articles|stories)"
    r"|(?:how to )?cite (?:this|as)\b.{0,30}|(?:suggested |recommended )?citation|.{2,20} style manual|引用(?:本文|格式)"
    r"|popular posts|trending(?: now)?|recent posts|up next)"
    r"\s*[:：>»▶】]*",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:(?:发表|网友|全部|最新|热门|精彩|用户|读者|写|我的|参与)(?:评论|留言).{0,6}|评论区?\s*[（(]?\d*[）)]?"
    r"|(?:精选|写|全部)留言|我来说两句|.{0,4}条评论|暂无评论|还没有评论.{0,10}"
    r"|\d*\s*comments?|leave a (?:reply|comment)|post a comment|join the (?:conversation|discussion)|add a "
    r"comment|responses?|(?:\d+|one) (?:responses?|repl(?:y|ies)|thoughts? on .*))\s*[:：]?",
    re.IGNORECASE,
)
_NOTICE = re.compile(  # at the beginning of a line
    r"[\s【\[（(*※◆■●]*(?:如需(?:获得)?授权|(?:此|本|以上)内容[^。]{0,20}(?:原创|所有)[，,]|(?:版权|免责|特别|郑重|转载|译文|翻译|平台)?声明\s*(?:[:：】\]]|$)|版权(?:归|所有|说明|信息)"
    r"|如(?:若|需|欲|有).{0,4}(?:转载|侵权|侵犯)"
    r"|转载(?:请|须|需|时)|未经.{0,20}(?:许可|授权|同意).{0,12}(?:转载|摘编|镜像)|本(?:站|网|网站|平台|公众号"
    r"|号)[^。]{0,80}(?:转载|版权|侵权|侵犯|不代表|仅供)"
    r"|本(?:刊|文|篇)(?:系|由)?.{0,20}(?:转载自|翻译自|编译自|转载请|如若转载|首发|仅代表|不代表|版权|授权)|本文(?:是|为|系)?(?:翻译|编译|转载)(?:文章|稿件|作品)?$|译文仅供参考|本文[^。，]{0,20}(?:独家|原创)(?:稿件|首发|作品|文章)|(?:本文|原文)(?:链接|地址|标题|出处)\s*[:：]"
    r"|中图分类号|文献标识码|基金项目\s*[:：]|收稿日期\s*[:：]|(?:以上|文中|文章|作者)?(?:内容"
    r"|观点|信息)?仅(?:代表|供).{0,30}(?:观点|立场|参考|学习)"
    r"|copyright\s*(?:©|\(c\)|\d{4}|:|by\b)|©|\(c\) ?\d{4}|disclaimer\s*(?:[:：]|$)|terms (?:of|and)\b.{0,20}$"
    r"|privacy policy$"
    r"|(?:关于我们|联系我们|网站地图|隐私(?:政策|声明)|法律声明|友情链接)\s*(?:$|[|｜:：/·])|(?:主办"
    r"|承办)(?:单位)?[:：]|网站标识码|技术支持[:：]"
    r"|地址[:：].{0,60}邮编|违法和不良信息举报|互联网.{0,8}举报(?:中心|平台|电话))"
    r"|(?:we|this (?:web)?site|our (?:web)?site) (?:and our partners )?uses? cookies\b"
    r"|by (?:continuing|using|clicking)\b.{0,60}(?:cookies|terms|privacy)"
    r"|notice: the content|(?:press|media) (?:contact|enquir|inquir)\w*(?:[:：].*)?$|topics?:"
    r"|last (?:review|updated|modified)\b.{0,40}$"
    r"|this (?:publication|report|paper|article) is part of\b"
    r"|(?:co-?)?published (?:in .{2,60} )?by\b.{0,80}$|in cooperation with\b.{0,60}$"
    r"|(?:this )?(?:commentary|piece|article|report|publication|brief) is (?:produced|published) by"
    r"|(?:this article|this post|originally).{0,60}(?:republished|reprinted)|the views "
    r"(?:expressed|represented).{0,80}(?:author|not)|[^.]{2,60} (?:does|do) not take (?:\w+ )?(?:institutional )?positions?\b",
    re.IGNORECASE,
)
_NOTICED = re.compile(  # anywhere in a line
    r"ICP\s*(?:备|证)|公网安备|网文[\[〔\[（(]\d|视听节目许可证|互联网新闻信息服务许可证|(?:举报|客服)(?:电话"
    r"|邮箱|热线)\s*[:：\d]|法律顾问[:：]"
    r"|all rights reserved|(?:如|若|涉及).{0,6}侵权.{0,12}(?:联系|告知|删除|删稿)"
    r"|(?:本网站|我们)使用.{0,6}cookies?|\bis (?:non-?profit, non-?partisan|committed to (?:quality|independence|publishing)"
    r"|an? (?:\w+, )?"
    r"(?:non-?profit|non-?partisan|independent)\b.{0,60}(?:organi[sz]ation|institut\w+|think tank)\b)",
    re.IGNORECASE,
)
_NOTICE_WORDS = (
    "备", "网文", "许可证", "举报", "客服", "法律顾问", "侵权",
    "cookie", "rights", "committed", "profit", "partisan", "independent",
)  # fmt: skip
_CARD = re.compile(
    r"[\s【\[（(*]*(?:本文)?作者(?:简介|单位|介绍|信息|系|[:：].{0,6}[，,]?\s*.{0,30}(?:教授|研究员|大学|学院"
    r"|研究))|[（(]\s*作者.{4,80}[）)]$"
    r"|(?i:about the authors?\b|authors?$)|作者$|作者\s*[|｜]"
    r"|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3} (?:is|was) (?:an?|the) (?:\w+ ){0,4}"
    r"(?:professor|fellow|researcher|lecturer|journalist|reporter|writer|director|editor|lawyer|analyst"
    r"|student|scholar|associate|assistant)\b"
)
REFERENCES = re.compile(
    r"^[\s【\[]*(?:参考(?:文献|资料|来源|链接)|注释?|脚注|尾注|引用(?:文献|来源)?|附(?:件|录|表|注)|资料来源"
    r"|references?|bibliography|notes?|footnotes?|sources?|appendix|attachments?|downloads|works "
    r"cited|acknowledge?ments?.{0,20}|disclosures?)[\s】\]]*[\d一二三四五六七八九十]*\s*(?:[:：.].*)?$",
    re.IGNORECASE,
)
LEDE = re.compile(
    r"^\s*[【\[（(]?(?:导语|导读|摘要|内容提要|提要|编者按|按语?|核心提示|摘\s+要|关\s*键\s*词|abstract|summary|editor.?s "
    r"note|key points)\s*[】\]）)]?\s*[:：|｜]",
    re.IGNORECASE,
)
# What a law, a regulation or a numbered text says: never taken for the words of a page.
NUMBERED = re.compile(
    r"^\s*(?:第\s*[一二三四五六七八九十百千零〇两\d]{1,9}\s*(?:[编編]|分[编編]|章|[节節]|[条條]|款|部分)"
    r"|[（(][一二三四五六七八九十百]{1,4}[）)]|[一二三四五六七八九十]{1,3}、|附\s*件"
    r"|(?:Article|Section|Chapter|Part)\s+[\dIVXLC]+\b)",
)
# What a page says in place of its article: clauses of a Chinese message, after words of regret and a number such as 404.
_THING = (
    r"(?:(?:您|你)?(?:所|要|想要?|正在|试图|当前)?(?:访问|查看|浏览|请求|打开|点击|查找|寻找)的?)?"
    r"(?:该|此|本|原|当前|这个|这篇|这条)?(?:内容|文章|页面|网页|网站|帖子|微博|视频|链接|公众号|账号|帐号|推文|文件|地址)"
)
_GONE = (
    r"(?:可能|也许|或许)?(?:已经?|暂时?|并)?(?:(?:被|因|由|涉嫌|违反).{0,24}?)?(?:已经?|自行|自主|永久|暂时)*"
    r"(?:不存在|找不到|没有找到|走丢|跑丢|丢失|不见|出错|删除|屏蔽|违规|无法(?:查看|访问|显示|打开)|不可用|下架|下线|失效|过期|封禁|停用"
    r"|注销|冻结|移除)了?(?:(?:或者?|、).{1,20})?"
)
_MESSAGE = re.compile(
    rf"{_THING}{_GONE}|(?:已|被|已被)(?:.{{0,6}}(?:发布者|作者|管理员|用户))?(?:删除|移除|屏蔽)"
    r"|(?:没有|未能?|无法)(?:找到|打开|访问)(?:您|你)?.{0,8}(?:内容|文章|页面|网页)|(?:找不到|不存在|已删除|已失效|无法(?:查看|访问|显示|打开))了?"
    r"|找不到(?:您|你|该|此)?.{0,8}(?:内容|文章|页面|网页)了?"
    r"|(?:系统)?(?:检测到)?(?:您的?|你的?|当前)?(?:环境|访问|网络|操作|系统)(?:环境)?(?:出现|存在)?(?:异常|过于?频繁|受限|验证)"
    r"|(?:请|需要?|您需要?)?(?:先|您)?(?:完成|通过|进行|输入|滑动|拖动|点击|按住).{0,10}验证码?(?:[后以即].{1,16})?"
    r"|(?:请|去|安全|人机|滑动|身份)(?:安全|人机|滑动|身份)?验证|验证码"
    rf"|(?:本文|{_THING})?(?:请|需要?|须|您需要?)(?:您|先|重新)*(?:登录|登陆)(?:[后以即再查阅继访].{{0,14}})?|(?:您|你)?(?:尚未|还未|还没有|未|扫码)登录"
    rf"|(?:本文|{_THING})?(?:登录|登陆|注册)(?:后|以)(?:即可|可以?|才能|方可)?(?:查看|阅读|继续|访问|浏览).{{0,6}}"
    r"|服务器(?:错误|繁忙|内部错误)|参数错误|(?:您|你)?(?:没有|暂?无)权限(?:访问|查看|浏览|阅读)?.{0,8}"
    r"|(?:错误\s*)?[45]0\d(?:\s*(?:错误|页面|error))?"
)
_REGRET = re.compile(r"(?:非常|很|十分)?(?:抱歉|对不起|遗憾)|您好|你好|哎呀|糟糕|提示|温馨提示|系统提示|错误|出错了")
# How the rest of such a message speaks to its reader.
_ADVICE = re.compile(
    r"请|您|你|如|若|可以?|或|即将|将|返回|回到|去|看看|再|试|为了?|因|由于|无法|暂|点击|感谢|谢谢|给|去|正在|稍后|以|\d+\s*秒|自动|根据|[该此]内容"
)
_REFUSED_FOR_COMMENTS = re.compile(r"评论|留言|回复|收藏|点赞|下载")  # the article itself can be read
_CLAUSE = re.compile(r"[，,：:；;…~～\n]+|\s+|(?<=\d)\s*[-–—|]+\s*")
_SENTENCE = re.compile(r"[。！？!?]+|(?<=[a-z])\.+(?:\s|$)", re.IGNORECASE)
_TELLS = re.compile(  # the same in English, at the beginning of a sentence
    r"(?:(?:sorry|oops|uh[- ]oh|error|we.re sorry|unfortunately)\b[\s,:!.–—-]*)?(?:but )?"
    r"(?:(?:http )?(?:error )?\b[45]0\d\b\s*(?:error)?[\s,:.|–—-]*)?"
    r"(?:(?:your )?access (?:to this \w+ (?:has been|is) |(?:has been|is) )?denied\b|(?:access )?forbidden$"
    r"|(?:the |this |that )?(?:requested )?(?:page|article|file|content|url|post|video|link)"
    r"(?: (?:that )?(?:you|was|we)\b[\w'’ ]{0,40}?)?"
    r" (?:is |was |has been |have been |could |can |does |do |might have been |may have been )*"
    r"(?:(?:(?:not|isn.t|wasn.t|couldn.t|can.t|cannot|doesn.t|no longer)(?: be)? |un)(?:found|available|exists?)|removed|deleted)"
    r"\b(?! by)"
    r"|(?:we )?(?:couldn.t|can.t|cannot|could not) find (?:the|that|this) (?:page|article|file|content)|not found$"
    r"|(?:please |you need to |you must )?(?:enable|turn on) (?:javascript|cookies)"
    r"|(?:this \w+ )?requires (?:javascript|cookies)|javascript (?:is|has been) (?:disabled|required)"
    r"|(?:please )?(?:verif(?:y|ying)|confirm|prove) (?:that )?you(?: a|.)re (?:a )?(?:human|not a robot)"
    r"|are you a (?:robot|human)$"
    r"|(?:please )?(?:(?:complete|solve|enter) the )?(?:captcha|security check)|checking (?:if |your |the )?(?:site |the )*"
    r"(?:connection|browser)|just a moment$|attention required"
    r"|(?:our systems have detected )?unusual traffic(?: from .{0,50})?|(?:please |you (?:must|need to) )?(?:log ?in|sign in)"
    r" to (?:continue|view|read|access|see)(?: .{0,40})?|you must be (?:logged|signed) in"
    r"|(?:sorry, )?you (?:have been|are being) (?:blocked|redirected)"
    r"|(?:(?:bad|internal) (?:gateway|server error))|service (?:temporarily )?unavailable$|[45]0\d$)"
    r"(?=\s*$|\s+[|–—-]\s|[\s,;:–—-]+(?:or|anymore|please|if|by|before|you|it|try|check|go|return|we|from"
    r"|on this|at this|in your|in order|to (?:continue|view|run|use|proceed|access|see|this|read|comment))\b)",
    re.IGNORECASE,
)
_ROW = re.compile(r"[\s|｜·\[\]【】()（）/:：,，。×]+")
_HAN = re.compile("[\u3400-\u9fff]")
_STRAY = re.compile(r"[\W_]+")
_ORNAMENTS = "▍▎▌▏┃■□●◆◇▶►☞✦"  # before a line, for looks
_SHORT = 60  # characters; longer lines are the articles' own and seldom come again
_KEPT_SIGNS = re.compile(r"(?:…+|[.．·。]{3,}|[—―-]{2,}|[*＊※]{3,})")
_CREDIT = re.compile(
    r"[▲△▼▽↑↓◎●○（(\s]*(?:(?:视觉中国|人民视觉|图虫(?:创意)?|东方IC|IC photo|CFP|新华社)"
    r"\s*(?:[·/|｜]\s*)?(?:资料|供|发)?图(?:片|照片)?"
    r"|photo by .{2,60}|credit\W.{2,60}"
    r"|(?:资料|新闻|配|题|供|插)图(?:片|照片)?|视觉中国|图虫(?:创意)?|网络(?:图片|配图)?"
    r"|(?:图片?|题图|配图|封面图?|摄影|制图|漫画|图表|插图)(?:(?:来源|源|来自|提供)\s*[:：/|｜丨]?|\s*[/|｜丨])\s*\S.{0,20}"
    r"|(?:photo|image|picture|illustration)(?: credit| by| courtesy of)?\s*:\s*.{2,60})[）)\s]*",
    re.IGNORECASE,
)
_DULL_ALT = re.compile(
    r"(?:image|img|cover|图片|照片|配图|插图|头像|二维码|logo|icon|图标|banner|avatar|photo|picture|screenshot"
    r"|\d+|[\w.%-]+\.(?:png|jpe?g|gif|webp|svg|bmp)|[A-Za-z0-9_-]+)",
    re.IGNORECASE,
)


def firm_reason(text: str, *, heading: bool) -> str:
    """Give the reason a line can be no part of an article wherever it stands; "" for none. Long lines have none."""
    return _firm(text, heading) if len(text) <= _SHORT else _firm.__wrapped__(text, heading)


@lru_cache(maxsize=4096)  # pages of one site say the same things around their articles
def _firm(text: str, heading: bool) -> str:
    text = text.strip().lstrip(_ORNAMENTS)
    line = simplified(text) if len(text) <= 80 else text
    if _CREDIT.fullmatch(line):
        return "picture"
    if _STRAY.fullmatch(line):
        return "" if _KEPT_SIGNS.fullmatch(line) else "punctuation"
    if len(line) > 60 and (len(line) > 160 or _HAN.search(line)):
        return "interface" if len(line) <= 120 and _is_row(line) else ""
    if NUMBERED.match(line) or LEDE.match(line):
        return ""
    if not heading and _promotes(line):
        return "promotion"
    return "interface" if not heading and is_interface(line) else ""


@lru_cache(maxsize=4096)
def is_interface(line: str) -> bool:
    """Whether a line is a word of an interface, or a row of them: [打印] [关闭]."""
    return _INTERFACE.fullmatch(line) is not None or _is_row(line)


def _is_row(line: str) -> bool:
    words = [word for word in _ROW.split(line) if word]
    return len(words) > 1 and all(_INTERFACE.fullmatch(word) or (word.isdigit() and word != words[0]) for word in words)


def soft_reason(text: str) -> str:
    """Give the reason a line is no part of an article if it stands before or after the body; "" for none."""
    return _soft(text) if len(text) <= _SHORT else _soft.__wrapped__(text)


@lru_cache(maxsize=4096)
def _soft(text: str) -> str:
    if len(text) > 400 or NUMBERED.match(text):
        return ""
    line = simplified(text.strip().lstrip(_ORNAMENTS))
    if len(line) <= 60 and (reason := turn(line)):
        return reason
    if _NOTICE.match(line) or (_may_notice(line) and _NOTICED.search(line)):
        return "notice"
    if _CARD.match(line):
        return "author_card"
    return "promotion" if len(line) <= 120 and _promotes(line) else ""


def _may_notice(line: str) -> bool:
    """Whether a line holds a word that every notice told by its inner words has; the pattern itself takes far longer to look."""
    lower = line.lower()
    return any(word in lower for word in _NOTICE_WORDS)


def _promotes(line: str) -> bool:
    """Whether a line asks to follow or subscribe: a sentence must begin with such words, a scrap may hold them anywhere."""
    sentence = line.endswith(("。", ".", "；", "！", "!", "？"))
    return (_PROMOTION.match(line) if sentence else _PROMOTION.search(line)) is not None or _LETTER.search(line) is not None


def turn(line: str) -> str:
    """Give comments or related for a line that opens such a part of the page; "" for any other."""
    line = simplified(line.strip(" 【】[]（）()◆■●▍▼▲|｜#*/※"))
    return "comments" if _COMMENTS.fullmatch(line) else "related" if _RELATED.fullmatch(line) else ""


def worth_reading(alt: str) -> bool:
    """Whether the words of a picture tell a reader something."""
    dull = len(alt) < 6 or _DULL_ALT.fullmatch(alt) or _CREDIT.fullmatch(alt)
    return not dull and not re.search(r"头像|二维码|logo", alt, re.IGNORECASE)


def says_no_article(line: str) -> bool:
    """Whether a short line is what a captcha, login or deleted-content page says in place of an article.

    One of its sentences must be such a message as a whole, with nothing beside it but words to the reader: prose that speaks
    of what is deleted or does not exist is none.
    """
    if len(line) > 200 or _REFUSED_FOR_COMMENTS.search(line := simplified(line.strip())):
        return False
    return any(_is_message(sentence.strip(" .…")) for sentence in _SENTENCE.split(line))


def _is_message(sentence: str) -> bool:
    if not _HAN.search(sentence):
        return len(sentence) <= 120 and _TELLS.match(sentence) is not None
    clauses = [clause for clause in _CLAUSE.split(sentence) if clause and not _REGRET.fullmatch(clause)]
    told = [_MESSAGE.fullmatch(clause) is not None for clause in clauses]
    return any(told[:2]) and all(told or _ADVICE.match(clause) for told, clause in zip(told, clauses, strict=True))
