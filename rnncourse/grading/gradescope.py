"""Whose a folder of Gradescope's export is: the file ``submission_metadata.yml`` beside the folders says it."""

import re

METADATA = "submission_metadata.yml"
LARGEST = 200 * 2**20  # bytes
ENTRY = re.compile(r"(?P<name>\S[^:]*):\s*")
PERSON = re.compile(r"(?:  - |    ):(?P<key>name|sid|email): (?P<value>.*)")


def submitters(folder):
    """Name of a folder → the names, ids and e-mail addresses of each who handed it in; empty where there is no file.

    The file is always written by one program, so its lines are read as they are: those of an entry's ``:submitters:``
    have a depth that no text of a student's reaches.
    """
    try:
        with open(folder / METADATA, encoding="utf-8", errors="replace") as stream:
            lines = stream.read(LARGEST).splitlines()
    except OSError:
        return {}
    found, entry, inside = {}, None, False
    for line in lines:
        if line[:1] not in ("", " ", "-", "#") and (start := ENTRY.fullmatch(line)):
            entry, inside = found.setdefault(start["name"].strip("'\""), []), False
        elif line[:2] == "  " and line[2:3] not in (" ", "-"):
            inside = line.rstrip() == "  :submitters:"
        elif inside and entry is not None and (part := PERSON.fullmatch(line)):
            if line.startswith("  - "):
                entry.append([])
            if entry and (value := part["value"].strip().strip("'\"")):
                entry[-1].append(value)
    return found


def owners(persons, roster):
    """All students of the class who are among the persons of one entry."""
    found = set()
    for texts in persons:
        exact = frozenset().union(*(roster.called(text) for text in texts))
        found |= exact or frozenset().union(*(roster.persons(text) for text in texts))
    return frozenset(found)
