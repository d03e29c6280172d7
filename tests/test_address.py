"""The repository's address is decided in pyproject.toml and is the same everywhere."""

import pathlib
import re
import runpy
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
tool = runpy.run_path(str(ROOT / "tools" / "set_address.py"))
OWNER, NAME = tool["parse"](tool["decided_address"]())
FORMS = tool["forms"](OWNER, NAME)
HOST = "https://" + "github.com"  # in two parts, so that no other address stands in this file
OTHER = f"{HOST}/Some-One/a_fork.of-it"

REPOSITORY = r"[\w.-]+/[\w-]+(?:\.(?!git\b)[\w-]+)*"  # owner/name, without a full stop after it
# What can only be our own address, whatever it says: each pattern captures owner/name.
OURS = {
    "README.md": [
        rf"git clone https://github\.com/({REPOSITORY})",
        rf"https://github\.com/({REPOSITORY})/actions",
    ],
    "_config.yml": [rf"url: https://github\.com/({REPOSITORY})"],
    "CITATION.cff": [rf"repository-code: https://github\.com/({REPOSITORY})"],
}
ANYWHERE = [
    rf"git\+https://github\.com/({REPOSITORY})",
    rf"https://colab\.research\.google\.com/github/({REPOSITORY})",
    rf"https://github\.com/([\w.-]+/{re.escape(NAME)})(?![\w-])",
]


def listed_files(root):
    """The files that git knows or would add, where there is git; else the tool's own list."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists() and shutil.which("git"):
        output = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
        paths = [root / name.decode() for name in output.split(b"\0") if name]
        return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()]
    return list(tool["text_files"](root))


def disagreements(root):
    found = []
    for path in listed_files(root):
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        for pattern in ANYWHERE + OURS.get(name, []):
            for repository in re.findall(pattern, text):
                if repository != f"{OWNER}/{NAME}":
                    found.append(f"{name}: {repository}, but pyproject.toml says {OWNER}/{NAME}")
    return found


def copy_of_the_project(target):
    for path in listed_files(ROOT):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target


def set_address(root, *arguments):
    return subprocess.run(
        [sys.executable, "tools/set_address.py", *arguments],
        cwd=root, capture_output=True, encoding="utf-8",
    )  # fmt: skip


def contents(root):
    paths = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def mentions(content, forms):
    return sum(content.count(form.encode()) for form in forms)


def test_every_file_gives_the_address_of_pyproject():
    assert disagreements(ROOT) == [], "run `make address URL=…` with the right address"


@pytest.mark.parametrize("name", OURS)
def test_the_address_stands_where_it_is_expected(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [pattern for pattern in OURS[name] if not re.search(pattern, text)] == []


def test_every_chapter_installs_from_the_address():
    chapters = sorted((ROOT / "book").glob("*.ipynb"))
    install = f"%pip install -q git+https://github.com/{OWNER}/{NAME}"
    assert chapters
    assert [path.name for path in chapters if install not in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("CITATION.cff", f"repository-code: {HOST}/else/where"),
        ("book/new.md", f"See {HOST}/else/{NAME}."),
        ("book/new.ipynb", f'"%pip install -q git+{HOST}/else/where"'),
    ],
)
def test_another_address_is_seen(tmp_path, name, line):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(line + "\n", encoding="utf-8")
    assert len(disagreements(tmp_path)) >= 1


def test_one_command_changes_every_place_and_nothing_else(tmp_path):
    root = copy_of_the_project(tmp_path)
    before = contents(root)
    result = set_address(root, OTHER)
    assert result.returncode == 0, result.stderr
    after = contents(root)
    new_forms = tool["forms"](*tool["parse"](OTHER))

    assert tool["decided_address"](root) == OTHER
    for name, content in before.items():
        assert mentions(after[name], (f"{OWNER}/{NAME}", f"{OWNER.lower()}.github.io/{NAME}")) == 0, name
        assert mentions(after[name], new_forms) == mentions(content, FORMS), name
        for old, new in zip(FORMS, new_forms, strict=True):
            content = content.replace(old.encode(), new.encode())
        assert after[name] == content, name


def test_the_way_back_restores_every_byte(tmp_path):
    root = copy_of_the_project(tmp_path)
    before = contents(root)
    set_address(root, OTHER)
    set_address(root, f"https://github.com/{OWNER}/{NAME}.git/")
    after = contents(root)
    assert {name for name in before if after.get(name) != before[name]} == set()


def test_a_longer_name_is_another_repository():
    old, new = ("me", "rnn"), ("you", "fork")
    text = b"https://github.com/me/rnn-notes https://github.com/me/rnn.git https://github.com/me/rnn."
    expected = b"https://github.com/me/rnn-notes https://github.com/you/fork.git https://github.com/you/fork."
    assert tool["replaced"](text, old, new) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "you/fork",
        "http://github.com/you/fork",
        "https://github.com/you",
        "https://github.com/you/",
        "https://github.com/you/fork/tree/main",
        "https://gitlab.com/you/fork",
        "https://github.com/a b/c",
    ],
)
def test_a_wrong_url_changes_nothing_and_says_what_is_right(tmp_path, url):
    (tmp_path / "tools").mkdir()
    shutil.copyfile(ROOT / "tools" / "set_address.py", tmp_path / "tools" / "set_address.py")
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    result = set_address(tmp_path, url)
    assert result.returncode != 0
    assert "https://github.com/<owner>/<name>" in result.stderr
    assert repr(url) in result.stderr
    assert "Traceback" not in result.stderr
    assert tool["decided_address"](tmp_path) == f"https://github.com/{OWNER}/{NAME}"
