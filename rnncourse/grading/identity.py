"""Who a name means: one normal form, for whose a file is, for a student's numbers, and for rows of tables."""

import re
import unicodedata

LONGEST = 100  # bytes of an id in UTF-8, since it names files
SIGNS = "._@+-'"  # that an id may have beside letters and digits
ALIKE = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("’‘ʼ`´", "'")})
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# what a spreadsheet makes of an id: 1.23457E+11 of a long number, 12.0 of a whole one, 3-Mar of 3-3
CHANGED = re.compile(rf"\d(?:[.,]\d+)?E\+\d+|\d+[.,]0+|\d{{1,2}}-{MONTH}(?:-\d\d)?|{MONTH}-\d\d", re.IGNORECASE)


def normal(name):
    """The normal form of a name: two names are the same if and only if theirs are.

    Capitals, the two ways of writing an accent, and the kinds of blanks, hyphens and apostrophes don't count. All
    other signs do: ``ann-lee`` isn't ``annlee``.
    """
    text = name
    for _ in range(2):  # folding can undo the form, and the form can undo the folding
        text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")  # what nobody sees
    return unicodedata.normalize("NFKC", " ".join(text.translate(ALIKE).split()))


def letters(name):
    """The letters and digits of a name's normal form: of people's names many platforms keep no more."""
    return "".join(sign for sign in normal(name) if unicodedata.category(sign)[0] in "LNM")


def check_id(text, place):
    """The id as it is written into tables and into names of files.

    Args:
        text: a cell of a class list.
        place: its row and file, for the message.

    Raises:
        ValueError: it can't be an id; the message says why.
    """
    student = unicodedata.normalize("NFC", text)
    if changed_by_spreadsheet(student):
        raise ValueError(f"{place}: {changed_by_spreadsheet(student)}")
    forms = student, normal(student)  # both name files
    length = max(len(form.encode("utf-8", "replace")) for form in forms)
    if length > LONGEST:
        raise ValueError(
            f"{place}: a student's id names files, so it must be at most {LONGEST} bytes long, got {length}: "
            f"{student[:40]}..."
        )
    sound = all(sign in SIGNS or unicodedata.category(sign)[0] in "LNM" for form in forms for sign in form)
    if not sound or not student[:1].isalnum() or student.endswith("."):
        raise ValueError(
            f"{place}: a student's id must be letters, digits and {' '.join(SIGNS)}, begin with a letter or a digit "
            f"and not end with a point, since it names files; got {student!r}"
        )
    return student


def changed_by_spreadsheet(text):
    """Why a text is no id, but what a spreadsheet has made of one; None where it doesn't look so."""
    if not CHANGED.fullmatch(text):
        return None
    return (
        f"{text} is what a spreadsheet makes of an id; format the column of the ids there as text, and enter or import "
        "them again"
    )
