"""Answers of two students that are nearly the same, for the instructor to judge. No mark depends on them.

An answer is cut into overlapping pieces of a few words each, without what is easily changed: names, numbers, texts,
comments, brackets and layout. Two answers are as much alike as the share of the pieces of both that are common.
"""

import hashlib
import io
import itertools
import keyword
import re
import tokenize
from typing import NamedTuple

from ..exercises import Choice, Open
from .assignment import answer_name
from .submission import GAP
from .table import _write

LENGTH = 6  # words of a piece
FEWEST = 20  # pieces of an answer; what is shorter is alike by chance
ALIKE = 0.8
LONGEST = 20_000  # characters of an answer that are looked at
PUNCTUATION = {"(", ")", ",", ";"}  # may often be there or not
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
TITLES = ("task", "student", "other", "alike", "by chance", "pieces", "verbatim")


class Pair(NamedTuple):
    """Two answers that are nearly the same.

    Attributes:
        alike: share of pieces that both have, from 0 to 1.
        chance: how much one of the two is like the instructor's solution, the larger one: as much may be chance.
        pieces: of the shorter answer.
        verbatim: True if they are the same to the letter.
    """

    task: str
    student: str
    other: str
    alike: float
    chance: float
    pieces: int
    verbatim: bool


def prints(assignment, exercises, submission):
    """What is kept of the answers of one submission to compare them: task → plain values, for long answers only.

    What stands in the handout already doesn't count.
    """
    found = {}
    for task in assignment.tasks:
        one = exercises[task.name]
        text, given, known = _answer(task, one, submission)
        cut = pieces_of_text if isinstance(one, Open) else pieces_of_code
        pieces = cut(text) - cut(given)
        if len(pieces) >= FEWEST:
            exact = hashlib.sha256(text.encode()).hexdigest()
            found[task.name] = dict(exact=exact, pieces=sorted(pieces), known=_alike(pieces, cut(known) - cut(given)))
    return found


def _answer(task, one, submission):
    """(text of an answer, what of it was given, the instructor's own)."""
    if isinstance(one, Choice):
        return "", "", ""
    if isinstance(one, Open):
        return submission.texts.get(task.name, "")[:LONGEST], GAP, ""
    name = answer_name(task, one)
    defined = re.compile(rf"^(?:(?:async )?def|class) {name}\b|^{name}\s*(?::[^=]+)?=", re.MULTILINE)
    cells = [cell for cell in submission.cells if defined.search(cell)]
    return (cells[-1][:LONGEST] if cells else ""), one.stub, one.solution


def pieces_of_code(code):
    """The pieces of code, each as a number."""
    words, before = [], tokenize.NEWLINE
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            starts = before in LAYOUT
            before = token.type
            if token.type in LAYOUT or (starts and token.type == tokenize.STRING):  # a text by itself is a comment
                continue
            if token.string not in PUNCTUATION:
                words.append(_plain(token, words))
    except (tokenize.TokenError, SyntaxError):  # what isn't Python any more is left out
        pass
    return _pieces(words)


def _plain(token, words):
    if token.type == tokenize.NUMBER:
        return "0"
    if token.type == tokenize.NAME:
        # the names of methods and functions in a package aren't the student's own
        return token.string if keyword.iskeyword(token.string) or words[-1:] == ["."] else "x"
    return token.string if token.type == tokenize.OP else "''"


def pieces_of_text(text):
    """The pieces of a text in words, each as a number."""
    return _pieces(re.findall(r"\w+", text.lower()))


def _pieces(words):
    cut = (" ".join(words[n : n + LENGTH]) for n in range(len(words) - LENGTH + 1))
    return {int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=6).digest()) for piece in cut}


def _alike(one, other):
    return len(one & other) / len(one | other) if one else 0.0


def pairs(graded):
    """The :class:`Pair` objects of a class, those that are most alike first.

    Args:
        graded: student → :class:`~rnncourse.grading.judge.Graded`.
    """
    found, tasks = [], {}
    for student, result in graded.items():
        for task, kept in result.prints.items():
            tasks.setdefault(task, []).append((student, kept["exact"], set(kept["pieces"]), kept["known"]))
    for task, answers in tasks.items():
        for (a, exact, pieces, known), (b, other_exact, other, other_known) in itertools.combinations(answers, 2):
            alike, chance, verbatim = _alike(pieces, other), max(known, other_known), exact == other_exact
            # who finds the instructor's own way is like everyone else who does
            if verbatim or (alike >= ALIKE and alike > chance):
                found.append(Pair(task, a, b, alike, chance, min(len(pieces), len(other)), verbatim))
    return sorted(found, key=lambda pair: (-pair.alike, pair))


def write_pairs(path, found):
    """Write a CSV file of pairs; how many they are."""
    rows = [[*one[:3], f"{one.alike:.2f}", f"{one.chance:.2f}", one.pieces, "yes" * one.verbatim] for one in found]
    _write(path, [TITLES, *rows])
    return len(found)
