"""Read a table as spreadsheets save it: comma, semicolon or tab, UTF-8 or UTF-16, with blank rows, and no guesses."""

import codecs
import csv
import io
from pathlib import Path

SEPARATORS = ",;\t"


def read_rows(path):
    """(titles, rows) of a file: the stripped cells of its first row, and (number, cells) of each row below it.

    Rows without any text are left out; the numbers are those that a spreadsheet shows.

    Raises:
        OSError: the file can't be read.
        ValueError: it is no such file, or a row isn't as long as the titles; the message gives the row's number.
    """
    lines = _decoded(Path(path).read_bytes(), path).splitlines(keepends=True)
    separator, skipped = None, 0
    if lines and lines[0].strip().lower() in {f"sep={sign.strip()}" for sign in SEPARATORS}:
        separator, skipped = lines[0].strip("\r\n")[-1], 1  # what Excel reads and some programs write
    first = next((line for line in lines[skipped:] if line.strip(SEPARATORS + '" \r\n')), "")
    separator = separator or _separator(first)
    titles, rows = None, []
    try:
        reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=separator, strict=True)
        for number, cells in enumerate(reader, start=1 + skipped):
            cells = [" ".join(cell.split()) for cell in cells]
            if not any(cells):
                continue
            if titles is None:
                titles = _without_blank_end(cells)
                continue
            cells = cells[: len(titles)] + _without_blank_end(cells[len(titles) :])
            if len(cells) != len(titles):
                raise ValueError(
                    f"row {number} of {path} has {len(cells)} cells and the first row {len(titles)}; is a separator "
                    f"({_name(separator)}) missing, or one in a text that isn't in quotes?"
                )
            rows.append((number, cells))
    except csv.Error as error:
        raise ValueError(f"row {len(rows) + 2} or a later one of {path} isn't as in a CSV file: {error}") from None
    return titles or [], rows


def _decoded(content, path):
    """The text of a file. UTF-16 is known by its first bytes; another encoding is refused, never guessed."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
        if "\0" not in text:
            return text
        row = text[: text.index("\0")].count("\n") + 1
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
    hint = "is it a workbook? " if content.startswith(b"PK") else ""
    raise ValueError(
        f"{path} must be a CSV file in UTF-8, and row {row} isn't; {hint}Save it again as «CSV UTF-8» "
        "(in Excel under Save as, in LibreOffice in the dialogue that follows)"
    )


def _separator(line):
    """The one that stands most often in a line outside quotes; a comma where there is none."""
    outside = "".join(line.split('"')[::2])
    return max(SEPARATORS, key=lambda sign: (outside.count(sign), -SEPARATORS.index(sign)))


def _without_blank_end(cells):
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _name(separator):
    return {",": "a comma", ";": "a semicolon", "\t": "a tab"}[separator]
