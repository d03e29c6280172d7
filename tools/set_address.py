"""Set the web address of this repository everywhere: in one command, and nothing else changes.

    python tools/set_address.py https://github.com/you/your-fork

The address is decided in pyproject.toml ([project.urls], Repository). This command sets a new one
there and in every other text file: the badges, the Colab links, the cells that install the
package, the configuration of the book, the citation file. It needs only Python's own packages.
"""

import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"https://github\.com/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]+)")


class AddressError(ValueError):
    """The address is not one of a GitHub repository."""


def parse(url):
    """Return (owner, name) of a GitHub repository."""
    match = ADDRESS.fullmatch(url.removesuffix("/").removesuffix(".git"))
    if not match:
        raise AddressError(
            f"URL must be the address of a GitHub repository, https://github.com/<owner>/<name>, "
            f"got {url!r}. Example: make address URL=https://github.com/you/your-fork"
        )
    return match.groups()


def decided_address(root=ROOT):
    """Return the address that pyproject.toml gives."""
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]["urls"]["Repository"]


def forms(owner, name):
    """Return the forms in which an address stands in the files: on GitHub, in Colab, on Pages."""
    return (
        f"https://github.com/{owner}/{name}",
        f"https://colab.research.google.com/github/{owner}/{name}",
        f"https://{owner.lower()}.github.io/{name}",
    )


def text_files(root=ROOT):
    """Yield the project's text files: not what was built or installed, and not git's own folder."""
    for path in sorted(root.iterdir()):
        if path.is_dir():
            built = path.name in {".git", "_build", "build", "dist", "vendor", "__pycache__"}
            cache = path.name.startswith(".") and path.name.endswith(("_cache", "_checkpoints"))
            if not (built or cache or (path / "pyvenv.cfg").exists() or path.is_symlink()):
                yield from text_files(path)
        elif path.is_file() and b"\0" not in path.read_bytes():
            yield path


def replaced(content, old, new):
    """Return the content (bytes) with every form of the old address turned into the new one."""
    for before, after in zip(forms(*old), forms(*new), strict=True):
        longer_name = rb"(?![A-Za-z0-9_-]|\.(?!git\b)[A-Za-z0-9])"  # rnn is not rnn-course
        content = re.sub(re.escape(before.encode()) + longer_name, after.encode(), content)
    return content


def main(arguments):
    if len(arguments) != 1:
        sys.exit("expected one address: python tools/set_address.py https://github.com/<owner>/<name>")
    try:
        new, old = parse(arguments[0]), parse(decided_address())
    except AddressError as error:
        sys.exit(str(error))
    changed = 0
    for path in text_files():
        before = path.read_bytes()  # bytes, so that a notebook stays identical in everything else
        after = replaced(before, old, new)
        if after != before:
            path.write_bytes(after)
            changed += 1
            print(path.relative_to(ROOT).as_posix())
    print(f"{changed} files now give https://github.com/{'/'.join(new)}")


if __name__ == "__main__":
    main(sys.argv[1:])
