"""The full MNIST and Fashion-MNIST files: where they lie, whether they are whole, how to fetch them."""

import errno
import hashlib
import os
import shutil
import sys
import tempfile
from http.client import HTTPException
from pathlib import Path

import platformdirs

from ..base.console import printable
from ..base.files import expanded
from ._torchvision import torchvision_datasets
from .core import DataError
from .packed import is_packed, unpack

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

# file name → (bytes, magic number of the IDX format: 0x803 a byte array of 3 dimensions, 0x801 of 1)
FORMATS = {
    TRAIN_IMAGES: (47_040_016, 0x803),
    TRAIN_LABELS: (60_008, 0x801),
    TEST_IMAGES: (7_840_016, 0x803),
    TEST_LABELS: (10_008, 0x801),
}

# torchvision's class name, which is also the folder's → file name → SHA-256 of the unpacked file
SHA256 = {
    "MNIST": {
        TRAIN_IMAGES: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        TRAIN_LABELS: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        TEST_IMAGES: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        TEST_LABELS: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    "FashionMNIST": {
        TRAIN_IMAGES: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        TRAIN_LABELS: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        TEST_IMAGES: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        TEST_LABELS: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
}

COMMAND_NAMES = {"MNIST": "mnist", "FashionMNIST": "fashion-mnist"}
_NO_DOWNLOAD = {
    "MNIST": "use rnncourse.datasets.digits(), which needs no download",
    "FashionMNIST": 'use scale="sample", which needs no download',
}


def data_folder():
    """The folder of the full data sets: ``RNNCOURSE_DATA``, else the user's cache folder."""
    given = os.environ.get("RNNCOURSE_DATA")
    return expanded(given) if given else Path(platformdirs.user_cache_dir("rnncourse"))


def raw_folder(name):
    """Where the raw files of ``"MNIST"`` or ``"FashionMNIST"`` lie, in torchvision's own layout."""
    return data_folder() / name / "raw"


def verify(name, folder=None):
    """Check every raw file of a data set: size, magic number, SHA-256.

    Args:
        name: ``"MNIST"`` or ``"FashionMNIST"``.
        folder: the folder of the files; default :func:`raw_folder`.

    Returns:
        The folder.

    Raises:
        DataError: a file is missing, unreadable, short, of another format, of another data set, or altered.
    """
    folder = raw_folder(name) if folder is None else Path(folder)
    for file in FORMATS:
        _verify_file(name, folder / file)
    return folder


def prepare(name):
    """Unpack the raw files that were fetched by hand, then :func:`verify` all of them; the folder.

    They are found as ``FILE.gz`` in the folder or in the one above, and as ``FILE`` in the one above; see
    :func:`rnncourse.datasets.packed.unpack`.
    """
    unpack(
        name, raw_folder(name), FORMATS, lambda path, where: _verify_file(name, path, where), _NO_DOWNLOAD[name]
    )  # fmt: skip
    return verify(name)


def is_present(name):
    """True if any raw file is there, packed or not, whole or not, or if the folder of the data set can't be searched.
    """
    if is_packed(raw_folder(name), FORMATS):
        return True
    for file in FORMATS:
        try:
            (raw_folder(name) / file).stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            pass  # it may be there: verify() says what is wrong
        return True
    return False


def fetch(name):
    """Download a data set with torchvision, verify it, and only then let its files appear.

    The files are fetched into a folder of this process's own beside the target, which is then renamed; where a
    target is there already, its files are replaced one by one. So a reader never sees half a file, nor a part of
    the first download, and two processes that fetch at once don't disturb each other. A data set that is
    already there and whole isn't fetched again.

    Returns:
        The folder of the raw files.

    Raises:
        DataError: no network, no room on the disk, a folder that can't be written, or files that fail
            :func:`verify`.
    """
    target = raw_folder(name)
    if is_present(name):
        try:
            return prepare(name)
        except DataError as damage:
            print(printable(f"Fetching again: {damage}", sys.stdout))
    partial = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
        getattr(torchvision_datasets(), name)(partial, train=True, download=True)
        _publish(verify(name, partial / name / "raw"), target)
    except DataError:
        raise
    except (OSError, HTTPException, RuntimeError) as error:  # URLError is an OSError; RuntimeError is torchvision's
        raise DataError(_fetch_message(name, target, error)) from error
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
    return target


def _publish(fetched, target):
    for path in fetched.iterdir():
        if path.name not in FORMATS:
            path.unlink()  # the packed files
    try:
        fetched.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        for file in FORMATS:
            os.replace(fetched / file, target / file)


def _verify_file(name, path, where=None):
    size, magic = FORMATS[path.name]
    remedy = f"Run `python -m rnncourse data {COMMAND_NAMES[name]}` to fetch it again, or {_NO_DOWNLOAD[name]}."
    where = where or f"{path.name} in {path.parent}"
    try:
        with path.open("rb") as stream:
            found_size = os.fstat(stream.fileno()).st_size
            head = stream.read(4)
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        raise DataError(
            f"{where} is missing.\n  Run `python -m rnncourse data {COMMAND_NAMES[name]}` to fetch it, put "
            f"{path.name}.gz there, set RNNCOURSE_DATA to a folder that holds {name}/raw, or {_NO_DOWNLOAD[name]}."
        ) from None
    except OSError as error:
        raise DataError(
            f"{where} can't be read: {error.strerror}.\n  Give yourself the right to read it, set RNNCOURSE_DATA to "
            f"another folder, or {_NO_DOWNLOAD[name]}."
        ) from error
    if found_size != size:
        cause = " (an interrupted download?)" if found_size < size else ""
        raise DataError(f"{where} is {found_size:,} bytes, expected {size:,}{cause}.\n  {remedy}")
    if int.from_bytes(head, "big") != magic:
        raise DataError(
            f"{where} starts with the magic number 0x{head.hex()}, expected 0x{magic:08x}: "
            f"it isn't an IDX file of this kind.\n  {remedy}"
        )
    if digest != SHA256[name][path.name]:
        raise DataError(f"{where} {_what_it_is(digest, name)}.\n  {remedy}")


def _what_it_is(digest, name):
    for other, files in SHA256.items():
        for file, known in files.items():
            if digest == known:
                return f"is {file} of {other}, expected that of {name}: the files were mixed up"
    return f"has the SHA-256 {digest[:12]}…, which is not the published one: at least one bit differs"


def _fetch_message(name, target, error):
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{name} needs about 90 MB while it is fetched, and the disk of {target} is full.\n  Free some room, or "
            f"set RNNCOURSE_DATA to a folder on another disk, or {_NO_DOWNLOAD[name]}."
        )
    if number is not None and getattr(error, "filename", None) is not None:  # a connection has no file name
        return (
            f"{name} can't be stored in {target}: {error.strerror}.\n  Set RNNCOURSE_DATA to a folder that you may "
            f"write to, or {_NO_DOWNLOAD[name]}."
        )
    reason = str(getattr(error, "reason", error)).strip()
    return (
        f"{name} could not be downloaded: {reason}\n  Check the network, put the four .gz files into {target}, set "
        f"RNNCOURSE_DATA to a folder that holds {name}/raw, or {_NO_DOWNLOAD[name]}."
    )
