"""A contact as a vCard 3.0 (RFC 2426), the version that every address book reads."""

from __future__ import annotations

from datetime import UTC, datetime

from mono_web.companies.models import Contact

LONGEST = 75  # octets of a line, without its end


def written(contact: Contact, changed_at: datetime) -> str:
    """The card: lines end in CRLF and are folded."""
    first, last = _parts(contact.name)
    fields = [
        ("BEGIN", "VCARD"),
        ("VERSION", "3.0"),
        ("PRODID", "-//MoNo//MoNo//EN"),
        ("UID", f"urn:uuid:{contact.id}"),
        ("FN", escaped(contact.name)),
        ("N", f"{escaped(last)};{escaped(first)};;;"),
        ("ORG", escaped(contact.company.name)),
        ("TITLE", escaped(contact.role)),
        ("TEL;TYPE=WORK,VOICE", escaped(contact.phone)),
        ("EMAIL;TYPE=INTERNET", escaped(contact.email)),
        ("REV", f"{changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
        ("END", "VCARD"),
    ]
    return "".join(f"{folded(f'{name}:{value}')}\r\n" for name, value in fields if value)


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line end must not be taken for marks of the format."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, each but the first begun with a space; no letter is cut in two."""
    pieces, piece, room = [], "", LONGEST
    for sign in line:
        size = len(sign.encode("utf-8"))
        if size > room:
            pieces.append(piece)
            piece, room = "", LONGEST - 1
        piece, room = piece + sign, room - size
    return "\r\n ".join([*pieces, piece])


def _parts(name: str) -> tuple[str, str]:
    """Given names and family name: the last word. One word is a given name."""
    first, _space, last = name.rpartition(" ")
    return (first, last) if first else (last, "")
