"""Reads tables from files as people have them, and writes tables that any spreadsheet opens.

What a file was taken for (encoding, separator) comes back with the table, so that it can be shown. Nothing is
guessed past a doubt: a file that cannot be read whole is refused with a code and a place.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200

Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "windows-1252"]
Separator = Literal[",", ";", "\t"]
Code = Literal[
    "empty",
    "too_large",
    "too_many_rows",
    "too_many_columns",
    "not_text",
    "encoding",
    "no_header",
    "duplicate_column",
    "ragged_row",
    "unclosed_quote",
]

_SEPARATORS: tuple[Separator, ...] = (",", ";", "\t")
_BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Windows-1252 reads almost anything, so it comes last.
_UNMARKED: tuple[tuple[bytes, Encoding], ...] = ((b"", "utf-8"), (b"", "windows-1252"))
_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
# Excel writes this line in front of the header to name the separator.
_SEP_LINE = re.compile(r"sep=([,;\t])\r?\n?", re.IGNORECASE)
_CONTROL = re.compile("[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f]")
_CONTROL_SHARE = 100
_SAMPLE_ROWS = 50


class UnreadableFile(ValueError):
    """A file that was not taken; `row` (line of the file) and `column` count from 1, None where unknown.

    Codes: empty; too_large (bytes); too_many_rows; too_many_columns; not_text (a workbook, a picture, NUL); encoding
    (neither UTF-8, UTF-16 nor Windows-1252); no_header (a nameless column, or no name with a letter); duplicate_column
    (its name in `name`); ragged_row (more cells than columns); unclosed_quote (or text after a closing one).
    """

    def __init__(self, code: Code, row: int | None = None, column: int | None = None, name: str = "") -> None:
        super().__init__(f"{code}: row {row}, column {column}")
        self.code = code
        self.row = row
        self.column = column
        self.name = name


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line of the file where it starts (from 1); its cells by column, "" where none was."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was read, and what it was taken for."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: Encoding
    separator: Separator
    kind: Literal["csv"] = "csv"


def read_table(data: bytes, filename: str, *, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> Table:
    """The table in a CSV file: a header line, then records; lines without any content are left out.

    Column names are stripped, cells are not. A cell that write_csv guarded comes back as it was.
    Raises UnreadableFile.
    """
    if len(data) > max_bytes:
        raise UnreadableFile("too_large")
    if filename.lower().endswith(_WORKBOOKS):
        raise UnreadableFile("not_text")
    text, encoding = _decoded(data)
    if not text.strip():
        raise UnreadableFile("empty")
    if named := _SEP_LINE.match(text):
        # An empty line takes its place, so that the line numbers hold.
        text = "\n" + text[named.end() :]
    separator = _named(named[1]) if named else _recognised_separator(text)
    records = _records(text, separator)
    columns = _columns(*next(records, (1, [])))
    rows: list[Row] = []
    for number, cells in records:
        if len(cells) > len(columns):
            raise UnreadableFile("ragged_row", number, len(columns) + 1)
        if len(rows) >= max_rows:
            raise UnreadableFile("too_many_rows", number)
        whole = map(_unguarded, cells + [""] * (len(columns) - len(cells)))
        rows.append(Row(number, dict(zip(columns, whole, strict=True))))
    return Table(columns, tuple(rows), encoding, separator)


# --- reading ------------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> tuple[str, Encoding]:
    marked = [(bom, encoding) for bom, encoding in _BOMS if data.startswith(bom)]
    if not marked and b"\0" in data:
        raise UnreadableFile("not_text")
    for bom, encoding in marked or _UNMARKED:
        try:
            text = data[len(bom) :].decode("utf-8" if bom == codecs.BOM_UTF8 else encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or len(_CONTROL.findall(text)) * _CONTROL_SHARE > len(text):
            raise UnreadableFile("not_text")
        return text, encoding
    raise UnreadableFile("encoding")


def _records(text: str, separator: str, *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Records that hold anything, each with the line where it starts."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator, strict=strict)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableFile("unclosed_quote", start) from None
        if any(cell.strip() for cell in cells):
            yield start, cells


def _named(sign: str) -> Separator:
    return next(separator for separator in _SEPARATORS if separator == sign)


def _recognised_separator(text: str) -> Separator:
    """The sign that parts the header into several columns and the first records into as many.

    Where no sign parts the header, the file has one column, and the comma is as good as any.
    """

    def merit(separator: Separator) -> tuple[bool, float, int, int]:
        widths: list[int] = []
        spaced = 0
        try:
            for _, cells in _records(text, separator, strict=False):
                widths.append(len(cells))
                # A sign with a space behind it is more likely part of a sentence.
                spaced += sum(cell.startswith(" ") for cell in cells)
                if len(widths) > _SAMPLE_ROWS:
                    break
        except UnreadableFile:
            pass
        if not widths:
            return False, 0.0, 0, 0
        return widths[0] > 1, widths.count(widths[0]) / len(widths), widths[0], -spaced

    return max(_SEPARATORS, key=merit)


def _columns(line: int, header: list[str]) -> tuple[str, ...]:
    if len(header) > MAX_COLUMNS:
        raise UnreadableFile("too_many_columns", line, MAX_COLUMNS + 1)
    names = tuple(_unguarded(name.strip()) for name in header)
    seen: set[str] = set()
    for place, name in enumerate(names, start=1):
        if not name:
            raise UnreadableFile("no_header", line, place)
        if name.casefold() in seen:
            raise UnreadableFile("duplicate_column", line, place, name)
        seen.add(name.casefold())
    if not any(sign.isalpha() for name in names for sign in name):
        raise UnreadableFile("no_header", line)
    return names


# --- columns by their meaning -------------------------------------------------------------------------------

_BETWEEN_LETTERS = re.compile(r"[\s_.\-]+")


def recognise_columns(columns: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The columns of a file whose meaning is known, each with its known name, in the order of the file.

    `known` gives the other names that each known name goes by; case, spaces and the signs _ . - do not count.
    Where several columns fit one known name, the one that stands first in its list counts; no column is taken
    twice.
    """
    by_key = {_column_key(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for name, others in known.items():
        fitting = (by_key.get(_column_key(other)) for other in (name, *others))
        column = next((column for column in fitting if column and column not in found), None)
        if column:
            found[column] = name
    return {column: found[column] for column in columns if column in found}


def _column_key(name: str) -> str:
    return _BETWEEN_LETTERS.sub("", name).casefold()


def known_columns(kind: Literal["companies", "contacts"]) -> dict[str, list[str]]:
    """The names that lists of companies or contacts give their columns (column_names.json)."""
    names = json.loads(Path(__file__).with_name("column_names.json").read_text(encoding="utf-8"))
    return {name: list(others) for name, others in names[kind].items()}


# --- writing ------------------------------------------------------------------------------------------------

# A spreadsheet takes a cell that begins with one of these signs for a formula. One apostrophe in front makes it
# text; where apostrophes stand there already it gets one more, so that reading takes off exactly one.
#
# A cell begins elsewhere too. A Norwegian Excel splits every file at semicolons: then our quotation marks stand
# in the middle of its cells, where they mean nothing, and a semicolon, a tab or a line break inside one of our
# cells begins a new cell or row; a doubled quotation mark behind it opens and closes a quoted one. A line "sep=,"
# would stop that, but makes Excel forget that the file is UTF-8. So the guard stands at all these places.
# A list in Markdown ("- word") stays as it is: a formula without a call, a link or another sheet does nothing.
_LIST_ITEM = r"[+-] [^(!|\r\n]*(?:[\r\n]|\Z)"
_INSIDE = rf"([;\t\r\n](?:(?<=[;\t])[ \"]*|[ \"]*(?!{_LIST_ITEM})))"
# The full-width forms of the four signs are taken for them where a keyboard of that width is usual.
_AHEAD = r"(?='*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])"
# The first of the two is matched at the beginning alone; as one they would be several times as slow.
_FORMULAS = (re.compile(f"( *){_AHEAD}"), re.compile(_INSIDE + _AHEAD))
_GUARDED = (re.compile(f"( *)'{_AHEAD}"), re.compile(f"{_INSIDE}'{_AHEAD}"))
_CHUNK = 64 * 1024


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A CSV file in pieces: UTF-8 with its mark, commas, CRLF, formulas guarded; read_table gives it back.

    Raises ValueError when a row has not one cell for each column.
    """
    buffer = io.StringIO(newline="")
    # A header in quotation marks leaves no doubt about the separator, whatever signs the names hold.
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow(map(_guarded, columns))
    writer = csv.writer(buffer)
    yield codecs.BOM_UTF8
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{len(row)} cells for {len(columns)} columns")
        writer.writerow(map(_guarded, row))
        if buffer.tell() >= _CHUNK:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece


def _guarded(cell: str) -> str:
    first, inside = _FORMULAS
    if begun := first.match(cell):
        cell = f"{begun[1]}'{cell[begun.end() :]}"
    return inside.sub(r"\1'", cell)


def _unguarded(cell: str) -> str:
    first, inside = _GUARDED
    if begun := first.match(cell):
        cell = begun[1] + cell[begun.end() :]
    return inside.sub(r"\1", cell)
