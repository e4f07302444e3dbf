"""What kind of file bytes are, by their content first and their name where that says nothing."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Literal

from db.errors import CannotImport

Kind = Literal["pdf", "docx", "epub", "mhtml", "zip", "references", "text"]

OLD_OFFICE = "This file is in an old format of an office program ({kind}). Open it there and save it as DOCX or PDF."
LOCKED_OFFICE = "This document is locked with a password. Open it, save it without the password, then import that."
NO_DOCUMENT = "This is a {kind}, not an article. Save what you need from it as PDF, or copy the text and paste it."
DAMAGED_PDF = "This PDF is damaged or incomplete. Fetch it again, or open it in a PDF reader and save it anew."
DAMAGED_DOCX = "This Word document is damaged or incomplete. Open it in Word, which may repair it, and save it again."
DAMAGED_EPUB = "This e-book is damaged or incomplete. Fetch it again, or convert it with another program and import that."
REFERENCES = "This file lists references and holds no article. Put it beside the files it describes, then import their folder."

# What a file that is no text at all is meant to be by its name.
DAMAGED = {".pdf": DAMAGED_PDF, ".docx": DAMAGED_DOCX, ".docm": DAMAGED_DOCX, ".epub": DAMAGED_EPUB}

_MHTML = re.compile(
    rb"\A\s*(?:(?:From|To|Subject|Date|MIME-Version|Content-[\w-]+|Snapshot-Content-Location|X-[\w-]+)\s*:[^\n]*\r?\n"
    rb"(?:[ \t][^\n]*\r?\n)*){2,}",
    re.IGNORECASE,
)
_OF_PART = re.compile(rb"^(?:content-type|snapshot-content-location):", re.IGNORECASE | re.MULTILINE)
_REFERENCES = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:TY  - [A-Z]{2,}|(?:%[^\n]*\n\s*)*@(?:article|book|inbook|incollection|inproceedings|misc|online"
    rb"|phdthesis|techreport|thesis|report|string|comment|preamble|electronic|webpage)\s*[{(])",
    re.IGNORECASE,
)
_REFERENCE_NAMES = (".bib", ".ris")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind_of(data: bytes, name: str) -> Kind:
    """Tell what kind of file this is; CannotImport for a kind that is known and cannot be read."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(data, name)
    if head.startswith(_OLE):
        if _ENCRYPTED in data[:1_000_000] or _ENCRYPTED in data[-1_000_000:]:
            raise CannotImport(name, LOCKED_OFFICE)
        raise CannotImport(name, OLD_OFFICE, kind="DOC, WPS, XLS, PPT")
    if head.startswith(b"{\\rtf"):
        raise CannotImport(name, OLD_OFFICE, kind="RTF")
    if (found := _MHTML.match(data[:20_000])) and re.search(
        rb"^content-type:|^snapshot-content-location:", found[0], re.I | re.M
    ):
        return "mhtml"
    if name.lower().endswith(_REFERENCE_NAMES) or _REFERENCES.match(head):
        return "references"
    return "text"


def _packed(data: bytes, name: str) -> Kind:
    """Tell apart the kinds that are zip files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            declared = (
                archive.read("mimetype")[:80] if "mimetype" in names and archive.getinfo("mimetype").file_size < 200 else b""
            )
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError):
        return _by_name(name)
    if declared == b"application/epub+zip" or "META-INF/container.xml" in names:
        return "epub"
    if b"opendocument" in declared:
        raise CannotImport(name, OLD_OFFICE, kind="ODT, ODS, ODP")
    if "[Content_Types].xml" in names and "_rels/.rels" in names:
        if any(part.startswith("xl/") for part in names):
            raise CannotImport(name, NO_DOCUMENT, kind="XLSX")
        if any(part.startswith("ppt/") for part in names):
            raise CannotImport(name, NO_DOCUMENT, kind="PPTX")
        return "docx"
    return _by_name(name)


def _by_name(name: str) -> Kind:
    """Tell what a zip file is meant to be, where what is in it does not say so."""
    return "docx" if name.lower().endswith((".docx", ".docm")) else "epub" if name.lower().endswith(".epub") else "zip"
