"""Whose a file is, said by its name: the forms that learning platforms give to names, and where in them the student is.

One rule for all: an id, or another key of the class list, must stand there exactly, and of a person's name the letters.
What may mean two students means none of them. What a student writes into the end of a name can't move the file to
another student: of the forms that fit, the one counts whose part of the name ends first.
"""

import datetime
import re

from .identity import letters

SUFFIX = re.compile(
    r"(\.(ipynb|json|py|txt|zip|7z|rar|tar|t?gz|pdf|html?|md|docx?|odt|rtf|png|jpe?g|csv|xlsx?))+", re.IGNORECASE
)
COPY = re.compile(r"(Copy of )*(?P<stem>.+?)( ?\(\d+\)| - Copy)*")  # what browsers, Windows and Colab add
MOODLE = re.compile(r"(?P<person>.+?)_\d+_assignsubmission_(file|onlinetext)(_.*)?")
CANVAS = re.compile(r"(?P<person>[^_]+)(_LATE)?_\d+_\d+_.+")
BLACKBOARD = re.compile(r"(?P<title>.+?)_attempt_(?P<when>\d{4}(-\d\d){5})(_.*)?")
BRIGHTSPACE = re.compile(r"\d+-\d+ ?- (?P<fields>.+)")
BRIGHTSPACE_WHEN = re.compile(
    r"(?P<month>[A-Z][a-z]{2}) (?P<day>\d\d?), (?P<year>\d{4}) (?P<hour>\d\d?)(?P<minute>\d\d) (?P<half>[AP])M"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
YEAR = re.compile(r"\b(19|20)\d\d\b")
SAKAI = re.compile(r"(?P<person>.+?)\((?P<key>[^()]+)\)(?P<file>_Submission attachment\(s\)_.*)?")


def owners(name, is_folder, assignment, roster):
    """(the student whose it is or None, all whom the name may mean) of a file or folder.

    Args:
        name: without the folders above.
        is_folder: True of a folder, whose whole name is then the platform's.
        assignment: its name.
        roster: a :class:`~rnncourse.grading.roster.Roster`.
    """
    stem = name if is_folder else COPY.fullmatch(SUFFIX.sub("", name) or name)["stem"]
    forms = sorted(_forms(stem, is_folder, roster), key=lambda form: form[0])
    said = [students for _, students in forms[:1]]
    own = re.fullmatch(rf"{re.escape(assignment)}[-_ ](.+)", stem, re.IGNORECASE)
    if own and is_folder:  # GitHub Classroom's: students choose these names, so the list's column says whose it is
        said.append(roster.called(own[1], ("github",) if roster.has("github") else ("student",)))
    elif own:
        stem = own[1]
    beginning = _beginning(stem, is_folder, roster)
    if beginning or not said:
        said.append(beginning)
    maybe = frozenset().union(*said)
    sure = len(maybe) == 1 and all(said)
    return (next(iter(maybe)) if sure else None), maybe


def resembling(name, is_folder, roster):
    """The students whose id is like the beginning or the end of a name, but for signs: a hint, not a match."""
    parts = re.split(r"[-_ ]", name if is_folder else SUFFIX.sub("", name))
    joined = ("-".join(parts[a:b]) for a, b in _ends(len(parts)))
    return frozenset().union(*map(roster.resembling, joined))


def _ends(count):
    yield from ((0, n) for n in range(1, count + 1))
    yield from ((n, count) for n in range(1, count))


def when(name):
    """The time that Blackboard or Brightspace put into a name, in seconds, or None. Times of unpacked files are new."""
    if form := BLACKBOARD.fullmatch(name):
        numbers = map(int, form["when"].split("-"))
    elif BRIGHTSPACE.fullmatch(name) and (form := BRIGHTSPACE_WHEN.search(name)) and form["month"] in MONTHS:
        hour = int(form["hour"]) % 12 + 12 * (form["half"] == "P")
        numbers = int(form["year"]), MONTHS.index(form["month"]) + 1, int(form["day"]), hour, int(form["minute"])
    else:
        return None
    try:
        return datetime.datetime(*numbers).timestamp()
    except (ValueError, OverflowError, OSError):  # no such day
        return None


def _forms(stem, is_folder, roster):
    """For each platform whose form fits: where its part of the name ends, and the students who stand in its place."""
    if form := MOODLE.fullmatch(stem):
        parts = form["person"].split("-")  # before the name may stand that of a group
        names = ("-".join(parts[n:]) for n in range(len(parts)))
        yield form.end("person"), next((found for found in map(roster.any, names) if found), frozenset())
    if form := CANVAS.fullmatch(stem):
        yield form.end("person"), roster.any(form["person"])
    if form := BLACKBOARD.fullmatch(stem):
        parts = form["title"].split("_")
        keys = ("_".join(parts[n:]) for n in range(len(parts)))
        yield form.end("title"), frozenset().union(*map(roster.called, keys))
    if form := BRIGHTSPACE.fullmatch(stem):
        yield form.start("fields"), frozenset().union(*map(roster.any, _before_date(form["fields"])))
    if (form := SAKAI.fullmatch(stem)) and (is_folder or form["file"]):
        yield form.end("person"), roster.called(form["key"]) or roster.persons(form["person"])


def _before_date(fields):
    """The fields of a Brightspace name before its date: the name, and before it an id where the school shows one."""
    places = []
    for place in re.split(r" ?- ", fields):
        if YEAR.search(place):
            return places
        places.append(place)
    return []


def _beginning(stem, is_folder, roster):
    """The students whom the whole name may mean, or what stands before one of its ``_``, or before `` - ``.

    The end of a file's name may be of the student's own making, so ``ann_lee.ipynb`` may be of ann or of ann_lee.
    """
    if is_folder and (known := roster.called(stem, ("student",)) or roster.any(stem)):
        return known  # nbgrader's and release's, and those of a person's name
    found, before = set(), ""
    for cut in (*(sign.start() for sign in re.finditer("_| - ", stem)), len(stem)):
        text = stem[:cut].rstrip()
        if letters(text) != before or roster.called(text):  # else only signs were added
            found |= roster.any(text)
        before = letters(text)
    return frozenset(found)
