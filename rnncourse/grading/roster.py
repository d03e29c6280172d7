"""Who is in the class, and whom a name means."""

from dataclasses import dataclass, field

from .identity import check_id, letters, normal
from .spreadsheet import read_rows

ID_COLUMNS = ("student", "id", "student_id")  # ours, and nbgrader's for import and export
NAMES = ("name", "canvas")  # columns with names of persons
KEYS = ("email", "username", "github")  # columns with names that a machine gave, each sign of which counts
PARTS = ("first_name", "last_name")  # nbgrader's
OWN = ("student", *NAMES, *KEYS, *PARTS)  # what tells persons apart


@dataclass(frozen=True)
class Roster:
    """The students of a class.

    Attributes:
        students: their ids, in the order of the file.
        columns: id → all columns of the student's row.
    """

    students: tuple[str, ...]
    columns: dict[str, dict[str, str]]
    _keys: dict[str, dict[str, set[str]]] = field(repr=False)  # column → normal form → students
    _names: dict[str, set[str]] = field(repr=False)  # normal form → students
    _letters: dict[str, set[str]] = field(repr=False)

    def called(self, text, columns=("student", *KEYS)):
        """The students who are called exactly so, in normal form, in one of these columns."""
        return frozenset().union(*(self._keys[column].get(normal(text), ()) for column in columns))

    def persons(self, text):
        """The students whose person's name is so; where none is, those whose name has the same letters."""
        return frozenset(self._names.get(normal(text)) or self._letters.get(letters(text)) or ())

    def any(self, text):
        """The students whom a text may mean: by id or name, exactly; where none is, by the letters of a name."""
        exact = self.called(text) | frozenset(self._names.get(normal(text), ()))
        return exact or self.persons(text)

    def has(self, column):
        """True if the list has a column of keys."""
        return bool(self._keys[column])

    def resembling(self, text):
        """The students whose id or other key is so but for signs and leading zeros: none of them is meant surely."""
        wanted = letters(text).lstrip("0")
        every = ((key, students) for keys in self._keys.values() for key, students in keys.items())
        return frozenset().union(*(owners for key, owners in every if wanted and letters(key).lstrip("0") == wanted))


def read_roster(path):
    """Read a CSV file with a column ``student``; the columns of ``NAMES``, ``KEYS`` and ``PARTS`` help to match files.

    A student may have several rows, such as one for each section, if they agree on who it is.

    Raises:
        OSError: the file can't be read.
        ValueError: there is no such column, an id is unsound, or two students have ids that are the same.
    """
    titles, lines = read_rows(path)
    titles = [title.lower() for title in titles]
    column = next((title for title in ID_COLUMNS if title in titles), None)
    if column is None:
        raise ValueError(f"students must have a column student, got {', '.join(titles) or 'none'} in {path}")
    if twice := [title for title in (column, *OWN) if titles.count(title) > 1]:
        raise ValueError(f"{path} has the column {twice[0]} twice; rename one")
    columns, rows = {}, {}  # normal form → (row's number, student)
    for number, cells in lines:
        person = dict(zip(titles, cells, strict=True))
        student = check_id(person[column], f"row {number} of {path}")
        person["student"] = student
        if normal(student) not in rows:
            rows[normal(student)] = number, student
            columns[student] = person
            continue
        before, other = rows[normal(student)]
        if differing := _differing(columns[other], person):
            raise ValueError(
                f"rows {before} and {number} of {path} have the same id, {other} and {student}, but differ in "
                f"{differing}; correct one of them"
            )
        columns[other] = {**person, **{title: text for title, text in columns[other].items() if text}}
    if not columns:
        raise ValueError(f"students must hold at least one, got none in {path}")
    return Roster(tuple(columns), columns, *_names(columns))


def _differing(one, other):
    """The first column that tells two rows of one id apart, or None; the spelling of the id itself counts, too."""
    if one["student"] != other["student"]:
        return "its spelling"
    both = (title for title in OWN if one.get(title) and other.get(title))
    return next((title for title in both if normal(one[title]) != normal(other[title])), None)


def _names(columns):
    """The three ways from a name to its students."""
    keys = {column: {} for column in ("student", *KEYS)}
    names, plain = {}, {}
    for student, person in columns.items():
        for column, known in keys.items():
            if text := person.get(column):
                known.setdefault(normal(text), set()).add(student)
        for text in _forms(person):
            names.setdefault(normal(text), set()).add(student)
            if letters(text):
                plain.setdefault(letters(text), set()).add(student)
    return keys, names, plain


def _forms(person):
    """The names of a person: *Lee, Ann* is also *Ann Lee*."""
    texts = [person[title] for title in NAMES if person.get(title)]
    parts = [person[title] for title in PARTS if person.get(title)]
    if len(parts) == 2:
        texts += [" ".join(parts), ", ".join(reversed(parts))]
    for text in texts:
        last, comma, first = text.partition(",")
        yield text
        if comma:
            yield f"{first} {last}"
