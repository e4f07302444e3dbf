"""Dates and times as a person reads and writes them, in the window's language; kept as ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from desktop.words import language

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH, _DAY = len("2024-05"), len("2024-05-06")
_CLOCK = r"(?:[,，]? *([0-9]{1,2}):([0-9]{2})(?: *([+-][0-9]{2}:[0-9]{2}))?)?"
_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}\S*)?)?)?")
_CHINESE = re.compile(r"([0-9]{4}) *年(?: *([0-9]{1,2}) *月(?: *([0-9]{1,2}) *日" + _CLOCK + ")?)?")
_ENGLISH = re.compile(r"(?:(?:([0-9]{1,2}) +)?([A-Z][a-z]{2})[a-z]* +)?([0-9]{4})" + _CLOCK)


def when(iso: str) -> str:
    """Say a stored year, month, day or time, a time in the time zone of the person and to the minute; else as it is."""
    return _said(iso, here=True)


def written(iso: str) -> str:
    """Say a date or time as its source wrote it, with the source's own distance from UTC; nothing is converted."""
    return _said(iso, here=False)


def _said(iso: str, *, here: bool) -> str:
    if not _ISO.fullmatch(iso):
        return iso
    known = len(iso)
    try:
        moment = datetime.fromisoformat(f"{iso}-01" if known == _MONTH else iso)
    except ValueError:  # a year alone, which is read as it stands, or no day of the calendar
        return iso
    if known > _DAY and here:
        moment = moment.astimezone()
    zh = language().startswith("zh")
    if known == _MONTH:
        return f"{moment.year}年{moment.month}月" if zh else f"{_MONTHS[moment.month - 1]} {moment.year}"
    day = f"{moment.year}年{moment.month}月{moment.day}日" if zh else f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    clock = f"{moment.hour:02}:{moment.minute:02}"
    if not here and moment.tzinfo is not None:
        clock = f"{clock} {moment.isoformat(timespec='minutes')[-len('+08:00') :]}"
    return day if known == _DAY else f"{day} {clock}" if zh else f"{day}, {clock}"


def read(text: str) -> str:
    """Read a date or time as `when` and `written` say it in either language; what is said otherwise is given back as it is."""
    text = text.strip()
    if found := _CHINESE.fullmatch(text):
        year, month, day, hour, minute, offset = found.groups()
    elif (found := _ENGLISH.fullmatch(text)) and found[2] in (None, *_MONTHS):
        day, name, year, hour, minute, offset = found.groups()
        month = str(_MONTHS.index(name) + 1) if name else None
    else:
        return text
    parts = [year, *(f"{int(part):02}" for part in (month, day) if part)]
    return "-".join(parts) + (f"T{int(hour):02}:{minute}{offset or ''}" if hour and day else "")


def read_over(text: str, before: str, said: Callable[[str], str]) -> str:
    """Read what was written over a stored date or time; what says the same leaves it as it was stored, to the second."""
    return before if before and read(text) in (before, read(said(before))) else read(text)
