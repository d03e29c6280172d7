"""Who is in the class, and whose a file is."""

import csv
import re
from dataclasses import dataclass, field

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")
ID_COLUMNS = ("student", "id", "student_id")  # ours, and nbgrader's for import and export
ALIASES = ("name", "email", "github", "canvas")  # columns with other names that files may bear


@dataclass(frozen=True)
class Roster:
    """The students of a class.

    Attributes:
        students: their ids, in the order of the file.
        columns: id → all columns of the student's row.
    """

    students: tuple[str, ...]
    columns: dict[str, dict[str, str]]
    _owners: dict[str, set[str]] = field(repr=False)

    def owners(self, name):
        """The students who are called so: by id, or by name, email, github or canvas; case and signs don't count."""
        return frozenset(self._owners.get(_plain(name), ()))


def read_roster(path):
    """Read a CSV file with a column ``student``; columns name, email, github and canvas help to match files.

    Raises:
        OSError: the file can't be read.
        ValueError: there is no such column, or an id is unsound or stands twice.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            titles = [title.strip().lower() for title in reader.fieldnames or []]
            rows = [dict(zip(titles, map(str.strip, _values(row)), strict=False)) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"students must be a CSV file in UTF-8, and {path} isn't: {error}") from None
    column = next((title for title in ID_COLUMNS if title in titles), None)
    if column is None:
        raise ValueError(f"students must have a column student, got {', '.join(titles) or 'none'} in {path}")
    columns, owners, taken = {}, {}, {}
    for row in rows:
        student = row[column]
        if not ID.fullmatch(student):
            raise ValueError(
                f"a student's id must be letters, digits and . _ @ + -, since it names files; got {student!r} in {path}"
            )
        if _plain(student) in taken:
            other = taken[_plain(student)]
            raise ValueError(f"{path} has the students {other} and {student}, whose files can't be told apart")
        taken[_plain(student)] = student
        columns[student] = row
        for name in (student, *(row[title] for title in ALIASES if row.get(title))):
            owners.setdefault(_plain(name), set()).add(student)
    if not columns:
        raise ValueError(f"students must hold at least one, got none in {path}")
    return Roster(tuple(columns), columns, owners)


def _values(row):
    return ["" if value is None else str(value) for title, value in row.items() if title is not None]


def _plain(name):
    return "".join(letter for letter in name.casefold() if letter.isalnum())
