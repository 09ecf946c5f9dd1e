"""vCards: what is written can be read back, whatever stands in it; no line is too long."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from mono_web.companies import vcard
from mono_web.companies.models import Company, Contact

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    """The lines of a card as a reader puts them together again."""
    return re.sub("\r\n[ \t]", "", text).removesuffix("\r\n").split("\r\n")


def unescaped(value: str) -> str:
    """A value as a reader takes it."""
    return re.sub(r"\\(.)", lambda met: "\n" if met[1] in "nN" else met[1], value)


def contact(**given: str) -> Contact:
    facts = {"name": "Kari Testnes", "role": "", "email": "", "phone": "", **given}
    company = Company(name="Nordlys; Testbetong, AS")
    return Contact(id=UUID(int=7), company=company, **facts)


@given(TEXT)
def test_escaped_text_reads_back(text: str) -> None:
    written = vcard.escaped(text)
    assert unescaped(written) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", written)


@given(st.text(st.sampled_from("a;,\\\nøé🌊 "), max_size=200))
def test_marks_of_the_format_read_back(text: str) -> None:
    written = vcard.escaped(text)
    assert "\n" not in written
    assert unescaped(written) == text


@given(st.one_of(TEXT, st.text(st.sampled_from("aø€🌊"), max_size=400)))
def test_folded_line_is_short_and_whole(text: str) -> None:
    folded = vcard.folded(f"FN:{text}")
    assert all(len(line.encode("utf-8")) <= 75 for line in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == f"FN:{text}"


@given(TEXT.filter(lambda text: text.strip()), TEXT)
def test_card_holds_what_the_contact_holds(name: str, role: str) -> None:
    lines = unfolded(vcard.written(contact(name=name, role=role), AT))
    fields = dict(line.split(":", 1) for line in lines)
    assert unescaped(fields["FN"]) == name
    assert unescaped(fields.get("TITLE", "")) == role
    assert len(re.split(r"(?<!\\)(?:\\\\)*;", fields["N"])) == 5


def test_card_is_version_three_with_all_fields() -> None:
    card = vcard.written(contact(role="Daglig leder", email="kari@example.no", phone="900 00 111"), AT)
    assert card.endswith("END:VCARD\r\n")
    assert unfolded(card) == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//MoNo//MoNo//EN",
        "UID:urn:uuid:00000000-0000-0000-0000-000000000007",
        "FN:Kari Testnes",
        "N:Testnes;Kari;;;",
        "ORG:Nordlys\\; Testbetong\\, AS",
        "TITLE:Daglig leder",
        "TEL;TYPE=WORK,VOICE:900 00 111",
        "EMAIL;TYPE=INTERNET:kari@example.no",
        "REV:2026-03-01T09:30:00Z",
        "END:VCARD",
    ]


def test_empty_fields_are_left_out_and_one_name_is_a_given_name() -> None:
    lines = unfolded(vcard.written(contact(name="Kari"), AT))
    assert "N:;Kari;;;" in lines
    assert not [line for line in lines if line.startswith(("TITLE", "TEL", "EMAIL"))]
