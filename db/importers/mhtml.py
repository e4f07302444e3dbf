"""A page saved as one MHTML file to a Draft: its main part is read like any web page, its pictures are left alone."""

from __future__ import annotations

import codecs
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime

from db.errors import CannotImport
from db.importers.decoding import REPLACED, clean, decode
from db.importers.pieces import Pace
from db.importers.web import dated, html_draft
from db.records import Draft, Remark

DAMAGED = "This saved page is damaged or incomplete. Open the page in a browser and save it again."
NO_PAGE = "There is no web page in this file; it may be a message. Open the page in a browser and save it again."
_MOST_PARTS = 20_000


def mhtml_draft(data: bytes, name: str, *, as_is: bool, pace: Pace) -> Draft:
    """Make the Draft of a saved page. CannotImport if it holds no page or is damaged."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        part = _page_of(message)
        body = part.get_payload(decode=True) if part is not None else None
    except (MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError):
        raise CannotImport(name, DAMAGED) from None
    if part is None or not isinstance(body, bytes) or not body.strip():
        raise CannotImport(name, NO_PAGE)
    pace.at(30)
    text, replaced = _text(body, _said(part, "charset"), name)
    draft = html_draft(clean(text), name, as_is=as_is, pace=pace)
    address = _header(message, "Snapshot-Content-Location") or _header(part, "Content-Location")
    if address.startswith(("http://", "https://")) and not draft.url:
        draft = dated(replace(draft, url=address))
    fetched = _date(_header(message, "Date"))
    if fetched and not draft.fetched:
        draft = replace(draft, fetched=fetched, fetched_from="saved page")
    remarks = (Remark(REPLACED, {"count": str(replaced)}),) if replaced else ()
    return replace(draft, media_type="multipart/related", remarks=(*remarks, *draft.remarks))


def _page_of(message: EmailMessage) -> Message | None:
    """Find the main page: the part the file starts with, else that of the file's own address, else the first page."""
    pages = []
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            pages.append(part)
    start, address = _said(message, "start"), _header(message, "Snapshot-Content-Location")
    for part in pages:
        if start and _header(part, "Content-ID").strip() == start:
            return part
    return next((part for part in pages if address and _header(part, "Content-Location") == address), pages[0] if pages else None)


def _said(part: Message, parameter: str) -> str:
    value = part.get_param(parameter)
    return value.strip() if isinstance(value, str) else ""


def _header(part: Message, name: str) -> str:
    return "".join(str(part.get(name, "")).split()) if name != "Date" else str(part.get(name, ""))


def _text(body: bytes, charset: str, name: str) -> tuple[str, int]:
    """Give the page's text in the encoding its part states, if that fits, else in the one it shows."""
    try:
        if charset and codecs.lookup(charset).name not in ("ascii", "iso8859-1"):
            return body.decode("gb18030" if charset.lower() in ("gb2312", "gbk") else charset), 0
    except (LookupError, UnicodeDecodeError):
        pass
    return decode(body, name)


def _date(text: str) -> str:
    try:
        return f"{parsedate_to_datetime(text):%Y-%m-%dT%H:%M:%S}" if text else ""
    except (ValueError, TypeError):
        return ""
