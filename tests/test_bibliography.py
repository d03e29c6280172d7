"""The list of references: each entry is cited and complete, and each citation has an entry.

Each check is a function that returns complaints, and each is shown to fail on a bibliography or a text
that is broken on purpose.
"""

import pathlib
import re
import unicodedata

import nbformat
import pytest
from pybtex.database import parse_file, parse_string

BOOK = pathlib.Path(__file__).resolve().parents[1] / "book"
CITATION = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
REQUIRED = {
    "article": {"author", "title", "journal", "volume", "pages", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "incollection": {"author", "title", "booktitle", "editor", "publisher", "pages", "year"},
    "book": {"author", "title", "publisher", "year"},
    "techreport": {"author", "title", "institution", "number", "year"},
    "misc": {"title"},
}
WHERE = {"eprint", "howpublished", "note"}  # what says where a misc is to be found
EPRINT = re.compile(r"(0[7-9]|[1-9]\d)(0[1-9]|1[0-2])\.\d{4,5}")
DOI = re.compile(r"10\.\d{4,9}/[^\s{}]*[^\s{}.,;]")
FORMS = {
    "year": re.compile(r"1[89]\d\d|20\d\d"),
    "pages": re.compile(r"[\w.]+(--[\w.]+)?( and \d+--\d+)?"),
    "volume": re.compile(r"\d+"),
    "doi": DOI,
    "eprint": EPRINT,
}


def texts(folder):
    """The markdown of each page, by name."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    for path in sorted(folder.glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        pages[path.name] = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return pages


def keys(text):
    return {key.strip() for match in CITATION.finditer(text) for key in match[1].split(",")}


def given(entry):
    """Names of the fields that have a value, authors and editors among them."""
    return {name.lower() for name, value in entry.fields.items() if value.strip()} | {
        role for role, people in entry.persons.items() if people
    }


def plain(name):
    """The letters of a name, without accents."""
    name = re.sub(r"\\\W|[{}]", "", name)
    return "".join(c for c in unicodedata.normalize("NFKD", name).lower() if c.isascii() and c.isalnum())


# --- checks: (entries, pages) → complaints --------------------------------------------------------


def every_entry_is_cited(entries, pages):
    cited = set().union(*map(keys, pages.values()))
    return [f"nobody cites {key}" for key in entries if key not in cited]


def every_citation_exists(entries, pages):
    return [f"{name} cites {key}" for name, text in pages.items() for key in sorted(keys(text)) if key not in entries]


def chapters_list_what_they_cite(entries, pages):
    complaints = []
    for name, text in pages.items():
        body, heading, listed = text.rpartition("\n## References")
        if heading:
            complaints += [f"{name} doesn't list {key}" for key in sorted(keys(body) - keys(listed))]
    return complaints


def required_fields_are_there(entries, pages):
    complaints = []
    for key, entry in entries.items():
        fields = given(entry)
        complaints += [f"{key}: no {name}" for name in sorted(REQUIRED[entry.type] - fields)]
        if entry.type == "misc" and not fields & WHERE:
            complaints.append(f"{key}: none of {sorted(WHERE)}")
        if entry.type == "misc" and "note" not in fields and not {"author", "year"} <= fields:
            complaints.append(f"{key}: no author or year, and no note that says why")
    return complaints


def fields_are_well_formed(entries, pages):
    complaints = []
    for key, entry in entries.items():
        complaints += [
            f"{key}: {name} = {entry.fields[name]!r}"
            for name, form in FORMS.items()
            if name in entry.fields and not form.fullmatch(entry.fields[name])
        ]
        if ("eprint" in entry.fields) != (entry.fields.get("archiveprefix") == "arXiv"):
            complaints.append(f"{key}: eprint and archiveprefix = {{arXiv}} belong together")
        complaints += [
            f"{key}: the field eprint is the place of an arXiv number, not {name}"
            for name, value in entry.fields.items()
            if re.search(r"arXiv:\s*\d", value)
        ]
    return complaints


def pages_rise(entries, pages):
    complaints = []
    for key, entry in entries.items():
        for first, last in re.findall(r"(\d+)--(\d+)", entry.fields.get("pages", "")):
            if int(first) > int(last):
                complaints.append(f"{key}: pages {first} to {last}")
    return complaints


def keys_are_name_and_year(entries, pages):
    """The reports, which have notes, may lack a year or an author."""
    complaints = []
    for key, entry in entries.items():
        name = plain(" ".join(entry.persons["author"][0].last_names)) if entry.persons.get("author") else ""
        expected = name + entry.fields.get("year", "")
        if entry.type != "misc" or "note" not in entry.fields:
            complaints += [] if key.startswith(expected) else [f"{key}: expected {expected}…"]
    return complaints


def no_work_stands_twice(entries, pages):
    complaints, seen = [], {}
    for key, entry in entries.items():
        work = plain(entry.fields.get("title", "")), plain(str(entry.persons.get("author", "")))
        if work in seen:
            complaints.append(f"{key} and {seen[work]} are one work")
        seen[work] = key
    return complaints


CHECKS = [
    every_entry_is_cited,
    every_citation_exists,
    chapters_list_what_they_cite,
    required_fields_are_there,
    fields_are_well_formed,
    pages_rise,
    keys_are_name_and_year,
    no_work_stands_twice,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_bibliography(check):
    assert check(parse_file(str(BOOK / "references.bib"), encoding="utf-8").entries, texts(BOOK)) == []


# --- each check can fail --------------------------------------------------------------------------

GOOD = """
@article{muller1999,
  author = {M{\\"u}ller, Ada}, title = {On gates}, journal = {Gates},
  volume = {3}, pages = {10--19}, doi = {10.1000/182}, year = {1999}
}
@inproceedings{lee2020, author = {Lee, Bo}, title = {More gates}, booktitle = {Gate Conference}, year = {2020}}
@misc{wu2021,
  author = {Wu, Cai}, title = {No gates}, eprint = {2101.00001}, archiveprefix = {arXiv}, year = {2021}
}
@misc{post, key = {Post}, title = {A post}, note = {No author is given; not dated}}
"""
PAGES = {
    "page.md": "See {cite}`lee2020`.",
    "01.ipynb": "{cite:t}`muller1999` says {cite:p}`post, wu2021`.\n\n## References\n\n{cite}`muller1999,post,wu2021`",
}
ADDED = "@book{zhou2001, author = {Zhou, Di}, title = {Gates}, publisher = {Press}, year = {2001}}"
BROKEN = [
    (every_entry_is_cited, lambda bib, pages: (bib + ADDED, pages)),
    (every_citation_exists, lambda bib, pages: (bib, pages | {"new.md": "{cite:p}`lee2020,lee2021`"})),
    (chapters_list_what_they_cite, lambda bib, pages: (bib, pages | {"02.ipynb": "{cite}`lee2020`\n## References\n"})),
    *(
        (required_fields_are_there, lambda bib, pages, old=old: (bib.replace(old, ""), pages))
        for old in (
            "journal = {Gates},",
            "volume = {3},",
            "pages = {10--19},",
            "booktitle = {Gate Conference},",
            "author = {Wu, Cai},",
            "eprint = {2101.00001},",
            ", note = {No author is given; not dated}",
        )
    ),
    *(
        (fields_are_well_formed, lambda bib, pages, old=old, new=new: (bib.replace(old, new), pages))
        for old, new in (
            ("10.1000/182", "https://doi.org/10.1000/182"),
            ("10.1000/182", "10.1000/182."),
            ("2101.00001", "2113.00001"),
            ("2101.00001", "arXiv:2101.00001"),
            ("archiveprefix = {arXiv},", ""),
            ("year = {1999}", "year = {99}"),
            ("10--19", "10-19"),
            ("No author is given", "arXiv:2101.00002"),
        )
    ),
    (pages_rise, lambda bib, pages: (bib.replace("10--19", "19--10"), pages)),
    (keys_are_name_and_year, lambda bib, pages: (bib.replace("year = {2020}", "year = {2021}"), pages)),
    (keys_are_name_and_year, lambda bib, pages: (bib.replace("Lee, Bo", "Bo, Lee"), pages)),
    (no_work_stands_twice, lambda bib, pages: (bib + ADDED + ADDED.replace("zhou2001", "zhou2001b"), pages)),
]


def broken(damage):
    bib, pages = damage(GOOD, PAGES)
    return parse_string(bib, "bibtex").entries, pages


def test_good_bibliography_has_no_complaint():
    entries, pages = broken(lambda bib, pages: (bib, pages))
    assert [complaint for check in CHECKS for complaint in check(entries, pages)] == []


@pytest.mark.parametrize(("check", "damage"), BROKEN, ids=lambda x: getattr(x, "__name__", "damage"))
def test_check_sees_the_damage(check, damage):
    assert check(*broken(damage))


def test_every_check_is_shown_to_fail():
    assert {check for check, _ in BROKEN} == set(CHECKS)
