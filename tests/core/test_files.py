import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mono_web.core.files import (
    MAX_BYTES,
    Row,
    Table,
    UnreadableFile,
    known_columns,
    read_table,
    recognise_columns,
    write_csv,
)

DATA = Path(__file__).parent / "data"


def sample(name: str) -> Table:
    return read_table((DATA / name).read_bytes(), name)


def refused(data: bytes, filename: str = "liste.csv", **limits: int) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as error:
        read_table(data, filename, **limits)
    return error.value


def filled(row: Row) -> dict[str, str]:
    return {column: cell for column, cell in row.cells.items() if cell}


# --- files as they come from other systems ------------------------------------------------------------------


def test_norwegian_excel_list() -> None:
    table = sample("bedriftsliste_norsk_excel_cp1252.csv")
    assert (table.kind, table.encoding, table.separator) == ("csv", "windows-1252", ";")
    assert table.columns == ("Org.nr", "Navn", "Kommune", "Ansatte", "Kontakt", "E-post", "Merknad")
    assert [row.number for row in table.rows] == [2, 3, 4]
    assert [list(row.cells.values()) for row in table.rows] == [
        [
            "310 279 323",
            "KOMPLETT MOTIVERT TIGER AS",
            "Bodø",
            "18",
            "Kari Testnes",
            "kari@example.org",
            "Ø-avdeling",
        ],
        [
            "NO 974 760 673 MVA",
            "REGISTERENHETEN I BRØNNØYSUND",
            "Brønnøy",
            "487",
            "",
            "firmapost@brreg.no",
            "",
        ],
        ["923609015", "FEIL KONTROLLSIFFER AS", "Rana", "3,5", "", "", "desimalkomma og ugyldig orgnr"],
    ]
    assert recognise_columns(table.columns, known_columns("companies")) == {
        "Org.nr": "orgnr",
        "Navn": "name",
        "Kommune": "municipality",
        "Ansatte": "employees",
        "Kontakt": "contact",
        "E-post": "email",
        "Merknad": "note",
    }


def test_hubspot_companies() -> None:
    table = sample("hubspot_companies.csv")
    assert (table.encoding, table.separator, len(table.columns)) == ("utf-8", ",", 10)
    assert table.columns[:3] == ("Record ID", "Company name", "Company Domain Name")
    assert [row.number for row in table.rows] == [2, 3]
    assert list(table.rows[0].cells.values()) == [
        "1001",
        "Nordlys Testbetong AS",
        "example.org",
        "Megler Meglersen",
        "2026-01-05 09:12",
        "+47 40000001",
        "Narvik",
        "Norway",
        "BUILDING_MATERIALS",
        "12",
    ]
    assert filled(table.rows[1]) == {
        "Record ID": "1002",
        "Company name": "Fjordalge Test AS",
        "Create Date": "2026-02-01 13:00",
        "City": "Gildeskål",
        "Country/Region": "Norway",
    }
    assert recognise_columns(table.columns, known_columns("companies")) == {
        "Record ID": "record",
        "Company name": "name",
        "Company Domain Name": "website",
        "Phone Number": "phone",
        "City": "city",
        "Industry": "industry",
        "Number of Employees": "employees",
    }


def test_outlook_contacts_with_a_note_over_two_lines() -> None:
    table = sample("outlook_kontakter_en_utf8bom.csv")
    assert (table.encoding, table.separator, len(table.columns)) == ("utf-8-sig", ",", 47)
    assert (table.columns[0], table.columns[-1]) == ("Title", "Web Page")
    assert [row.number for row in table.rows] == [2, 4]
    assert filled(table.rows[0]) == {
        "First Name": "Kari",
        "Last Name": "Testnes",
        "Company": "Nordlys Testbetong AS",
        "Job Title": "Daglig leder",
        "Business City": "Narvik",
        "Business Postal Code": "8514",
        "Business Phone": "+47 40 00 00 01",
        "E-mail Address": "kari@example.org",
        "Notes": 'Møttes på Betongdagen,\nvil ringe "i uke 12"',
    }
    assert filled(table.rows[1]) == {
        "First Name": "Åse",
        "Last Name": "Sørfjell",
        "Company": "Fjordalge Test AS",
        "Mobile Phone": "40000002",
        "E-mail Address": "aase@example.org",
    }
    assert recognise_columns(table.columns, known_columns("contacts")) == {
        "First Name": "first_name",
        "Middle Name": "middle_name",
        "Last Name": "last_name",
        "Company": "company",
        "Department": "department",
        "Job Title": "job_title",
        "Business Phone": "phone",
        "Mobile Phone": "mobile",
        "E-mail Address": "email",
        "Notes": "note",
    }


def test_superoffice_companies() -> None:
    table = sample("superoffice_company.csv")
    assert (table.encoding, table.separator) == ("utf-8", ",")
    assert [(row.number, filled(row)) for row in table.rows] == [
        (
            2,
            {
                "Company ID": "55",
                "Name": "Nordlys Testbetong AS",
                "Code": "NTB",
                "Number": "310000078",
                "VAT No": "NO310000078MVA",
                "Email": "post@example.org",
                "Phone": "+4740000001",
                "Website": "www.example.org",
                "Category": "Kunde",
                "Business": "Bygg",
                "Our contact": "MM",
                "Street address line 1": "Eksempelgata 2",
            },
        )
    ]
    recognised = recognise_columns(table.columns, known_columns("companies"))
    assert recognised["VAT No"] == "orgnr"
    assert "Number" not in recognised


# --- encodings and separators -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("navn;sted\nØrret;Bodø\n".encode(), "utf-8"),
        ("navn;sted\nØrret;Bodø\n".encode("utf-8-sig"), "utf-8-sig"),
        (b"\xff\xfe" + "navn;sted\nØrret;Bodø\n".encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + "navn;sted\nØrret;Bodø\n".encode("utf-16-be"), "utf-16-be"),
        ("navn;sted\nØrret;Bodø\n".encode("cp1252"), "windows-1252"),
    ],
)
def test_encoding_is_recognised(data: bytes, encoding: str) -> None:
    table = read_table(data, "liste.csv")
    assert table == Table(("navn", "sted"), (Row(2, {"navn": "Ørret", "sted": "Bodø"}),), encoding, ";")  # type: ignore[arg-type] # a plain str in the parameters


@pytest.mark.parametrize(
    ("text", "separator", "columns"),
    [
        ("a,b,c\n1,2,3\n", ",", ("a", "b", "c")),
        ("a;b;c\n1,5;2,5;3,5\n", ";", ("a", "b", "c")),
        ("a\tb\n1,2;3\t4\n", "\t", ("a", "b")),
        ("sted, land;navn\nBodø, Norge;x\n", ";", ("sted, land", "navn")),
        ("navn, sted;orgnr;timer\nx;1;2,5\n", ";", ("navn, sted", "orgnr", "timer")),
        ('"a;b",c\n1,2\n', ",", ("a;b", "c")),
        ("navn\nKari; Ola\n", ",", ("navn",)),
        ("sep=;\r\na;b\r\n1;2\r\n", ";", ("a", "b")),
        ("\r\n\r\n a ; B \r\n1;2\r\n", ";", ("a", "B")),
    ],
)
def test_separator_is_recognised_by_the_header(text: str, separator: str, columns: tuple[str, ...]) -> None:
    table = read_table(text.encode(), "liste.csv")
    assert (table.separator, table.columns) == (separator, columns)


def test_lines_are_numbered_as_in_the_file() -> None:
    text = 'sep=,\r\na,b\r\n\r\n1,"x\r\ny"\r\n,\r\n2\r\n'
    table = read_table(text.encode(), "liste.csv")
    assert table.rows == (Row(4, {"a": "1", "b": "x\r\ny"}), Row(7, {"a": "2", "b": ""}))


def test_header_without_rows_is_an_empty_table() -> None:
    assert read_table(b"a,b\r\n", "liste.csv").rows == ()


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code", "row", "column"),
    [
        (b"", "empty", None, None),
        (b" \r\n\n", "empty", None, None),
        (b"\xef\xbb\xbf", "empty", None, None),
        (b"a;b\n1\x002;3\n", "not_text", None, None),
        (b"PK\x03\x04\x14\x00\x06\x00", "not_text", None, None),
        (b"%PDF-1.7 \x01\x02\x03\x04\x05", "not_text", None, None),
        ("a;b\n".encode("utf-16-le"), "not_text", None, None),
        (b"a;b\nBod\xf8;\x81\n", "encoding", None, None),
        (b"\xef\xbb\xbfa;b\nBod\xf8\n", "encoding", None, None),
        (b"\xff\xfea\x00\n", "encoding", None, None),
        (b"a;;c\n1;2;3\n", "no_header", 1, 2),
        (b"1;2;3\n4;5;6\n", "no_header", 1, None),
        (b"sep=;\n", "no_header", 1, None),
        (b"a" + b";b" * 200 + b"\n", "too_many_columns", 1, 201),
        (b"\nNavn;orgnr; navn\n1;2;3\n", "duplicate_column", 2, 3),
        (b"a;b\n1;2\n1;2;3\n", "ragged_row", 3, 3),
        (b'a;b\n1;2\n"x;3\n4;5\n', "unclosed_quote", 3, None),
        (b'a;b\n1;"x"y\n', "unclosed_quote", 2, None),
    ],
)
def test_unreadable_file_is_refused_with_its_place(data: bytes, code: str, row: int | None, column: int | None) -> None:
    error = refused(data)
    assert (error.code, error.row, error.column) == (code, row, column)


def test_column_that_stands_twice_is_named() -> None:
    assert refused(b"Navn;orgnr;navn\n").name == "navn"


def test_workbook_is_refused_by_its_name() -> None:
    assert refused(b"a,b\n1,2\n", "Liste.XLSX").code == "not_text"


def test_limits_hold_to_the_byte_and_the_row() -> None:
    data = b"a,b\n1,2\n3,4\n"
    assert len(read_table(data, "liste.csv", max_bytes=len(data), max_rows=2).rows) == 2
    assert refused(data, max_bytes=len(data) - 1).code == "too_large"
    assert (refused(data, max_rows=1).code, refused(data, max_rows=1).row) == ("too_many_rows", 3)
    assert refused(b"a" * (MAX_BYTES + 1)).code == "too_large"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        table = read_table(data, "liste.csv")
    except UnreadableFile:
        return
    assert all(tuple(row.cells) == table.columns for row in table.rows)


# --- columns by their meaning -------------------------------------------------------------------------------


def test_columns_are_recognised_whatever_their_spelling() -> None:
    known = {"orgnr": ["organisasjonsnummer", "Number"], "name": ["navn"], "next_step_date": []}
    columns = ("Number", "ORG. NR.", "Navn", "navn på eier", "Next step-date", "Organisasjonsnummer")
    assert recognise_columns(columns, known) == {
        "ORG. NR.": "orgnr",
        "Navn": "name",
        "Next step-date": "next_step_date",
    }
    assert recognise_columns(("Number",), known) == {"Number": "orgnr"}
    assert recognise_columns(("x", ""), known) == {}


# --- writing ------------------------------------------------------------------------------------------------


def test_written_file_is_what_a_spreadsheet_expects() -> None:
    data = b"".join(write_csv(("navn", "merknad"), [("Bodø, AS", "=1+1"), ("-1.5", 'si "ja"\nnå'), ("", "'=x")]))
    assert data.decode("utf-8") == (
        '\ufeff"navn","merknad"\r\n"Bodø, AS",\'=1+1\r\n\'-1.5,"si ""ja""\nnå"\r\n,\'\'=x\r\n'
    )


@pytest.mark.parametrize(
    "cell",
    ["=1", "+47 40000001", "-1.5", "@x", "\tx", "\rx", "'=1", "''=1", "'x", "'", "''", "=", " =1", "a;=1", "a\n=1"],
)
def test_guarded_cell_comes_back(cell: str) -> None:
    data = b"".join(write_csv(("a", "b"), [(cell, "x")]))
    assert not any(sign in data for sign in (b"\n=", b"\n+", b"\n-", b"\n@", b"\n\t", b'\n"\r', b'\n"\t'))
    assert read_table(data, "ut.csv").rows[0].cells["a"] == cell


def as_split_at(sign: str, data: bytes) -> list[str]:
    """The cells of a spreadsheet that splits at this sign: a quotation mark counts only where a cell begins."""
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=sign)
    return [cell for row in rows for cell in row]


@pytest.mark.parametrize(
    "cell",
    [
        "Hei;=HYPERLINK(A1)", "Hei; =1+1", "Hei;'=1", ";@SUM(A1)", "a;+1", "a;-1", "a;\t=1", 'a;"=1+1&"', "a\t=1",
        "a\n=1+1", "a\n'=1", "a\r\n@x", "a\n-cmd|x!A0;b", "a\n- cmd|x!A0;b", "a\n- HYPERLINK(A1);b", 'a\n"=1&"', "\t=1",
    ],
)  # fmt: skip
def test_no_formula_begins_inside_a_cell_whatever_the_file_is_split_at(cell: str) -> None:
    data = b"".join(write_csv(("a", "b", "c"), [("x", cell, "y")]))
    for sign in (";", ",", "\t"):
        cells = as_split_at(sign, data)
        assert not [one for one in cells if one.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))], (sign, cells)
    assert read_table(data, "ut.csv").rows[0].cells["b"] == cell


def test_list_in_a_text_is_written_as_it_stands() -> None:
    text = "Vi så på:\n- slagg\n+ mangan\n- deponi"
    assert text.encode() in b"".join(write_csv(("a", "b"), [("x", text)]))


@settings(deadline=None)
@given(st.text("=+-@\t\r\n;\"' a(!|", max_size=12))
def test_formula_in_any_cell_is_guarded(cell: str) -> None:
    data = b"".join(write_csv(("a", "b", "c"), [("x", cell, "y")]))
    for one in as_split_at(";", data):
        begun = one.lstrip(" ")
        harmless = begun.startswith(("- ", "+ ")) and not any(sign in begun for sign in "(!|")
        assert harmless or not begun.startswith(("=", "+", "-", "@", "\t", "\r")), (cell, one)


def test_row_of_another_width_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        list(write_csv(("a", "b"), [("1",)]))


def test_large_table_is_written_in_pieces() -> None:
    rows = [(str(number), "x" * 100) for number in range(5000)]
    pieces = list(write_csv(("nr", "tekst"), rows))
    assert len(pieces) > 5
    assert [tuple(row.cells.values()) for row in read_table(b"".join(pieces), "ut.csv").rows] == rows


SIGNS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\r\n,;\"'=+-@")
CELLS = st.text(SIGNS, max_size=12)
NAMES = CELLS.map(str.strip).filter(lambda name: any(sign.isalpha() for sign in name))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    columns = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold))
    row = st.lists(CELLS, min_size=len(columns), max_size=len(columns))
    rows = draw(st.lists(row.filter(lambda cells: any(cell.strip() for cell in cells)), max_size=6))
    return columns, rows


@settings(deadline=None)
@given(tables())
def test_what_is_written_is_read_back_exactly(table: tuple[list[str], list[list[str]]]) -> None:
    columns, rows = table
    read = read_table(b"".join(write_csv(columns, rows)), "ut.csv")
    assert (list(read.columns), read.encoding, read.separator) == (columns, "utf-8-sig", ",")
    assert [list(row.cells.values()) for row in read.rows] == rows
