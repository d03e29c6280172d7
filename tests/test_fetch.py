"""The full data sets' files: checked before use, fetched whole or not at all, by one process or two.

Nothing here uses a network or the real files: two small data sets in the same format stand in for MNIST and
Fashion-MNIST, and a server on 127.0.0.1 for torchvision's mirrors.
"""

import contextlib
import errno
import gzip
import hashlib
import io
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from support import HANGING

from rnncourse import DataError, datasets
from rnncourse.__main__ import main
from rnncourse.datasets import raw

TORCHVISION = raw.torchvision_datasets()
TRAIN, TEST = 20, 10
FETCH = "python -m rnncourse data fashion-mnist"
NO_DOWNLOAD = 'scale="sample"'


def idx(array):
    """An array of bytes in the IDX format."""
    return struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()


def small_set(seed):
    random = np.random.default_rng(seed)
    files = {}
    parts = ((raw.TRAIN_IMAGES, raw.TRAIN_LABELS, TRAIN), (raw.TEST_IMAGES, raw.TEST_LABELS, TEST))
    for images, labels, n in parts:
        files[images] = idx(random.integers(0, 256, (n, 28, 28), dtype=np.uint8))
        files[labels] = idx(random.permutation(n).astype(np.uint8) % 10)
    return files


SETS = {"MNIST": small_set(1), "FashionMNIST": small_set(2)}
PACKED = {
    f"/{name}/{file}.gz": gzip.compress(content, mtime=0)
    for name, files in SETS.items()
    for file, content in files.items()
}
FILES = list(raw.FORMATS)


def stand_in(setattr, mirror):
    """Make rnncourse and torchvision believe in the small sets, to be found at the URL ``mirror``."""
    sizes = {file: len(content) for file, content in SETS["MNIST"].items()}
    setattr(raw, "FORMATS", {f: (sizes[f], magic) for f, (_, magic) in raw.FORMATS.items()})
    digests = {
        name: {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
        for name, files in SETS.items()
    }
    setattr(raw, "SHA256", digests)
    for name, files in SETS.items():
        packed = [(f"{f}.gz", hashlib.md5(PACKED[f"/{name}/{f}.gz"]).hexdigest()) for f in files]
        setattr(getattr(TORCHVISION, name), "mirrors", [f"{mirror}/{name}/"])
        setattr(getattr(TORCHVISION, name), "resources", packed)


@pytest.fixture
def home(monkeypatch, tmp_path):
    """The folder of the full data sets, empty; nothing can be downloaded."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        stand_in(monkeypatch.setattr, f"http://127.0.0.1:{closed.getsockname()[1]}")
    monkeypatch.setenv("RNNCOURSE_DATA", str(tmp_path))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    return tmp_path


@pytest.fixture
def stored(home):
    """The folder of Fashion-MNIST's files, which are there."""
    return store(home)


def store(home, name="FashionMNIST"):
    folder = home / name / "raw"
    folder.mkdir(parents=True)
    for file, content in SETS[name].items():
        (folder / file).write_bytes(content)
    return folder


class Mirror(ThreadingHTTPServer):
    """Serves PACKED; ``answer(handler, path, content)`` writes each answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.requested, self.release = [], threading.Event()
        self.answer = lambda handler, path, content: handler.send(content)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = True
        self.server.requested.append(self.path)
        with contextlib.suppress(ConnectionError):  # torchvision asks twice and reads once
            self.server.answer(self, self.path, PACKED[self.path])

    def send(self, content):
        self.head(len(content))
        self.wfile.write(content)

    def head(self, length):
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def mirror(home, monkeypatch):
    """A mirror that torchvision uses in this process; it is up until the test ends."""
    with Mirror() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        stand_in(monkeypatch.setattr, server.url)
        yield server
        server.release.set()
        server.shutdown()
        thread.join()


def halting(handler, path, content):
    """Half of the file; the other half when the test allows it."""
    handler.head(len(content))
    handler.wfile.write(content[: len(content) // 2])
    handler.wfile.flush()
    handler.server.release.wait(60)
    handler.wfile.write(content[len(content) // 2 :])


@contextlib.contextmanager
def process(mirror, *arguments):
    """``python -m rnncourse`` in a process of its own that uses the small sets and this mirror."""
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"import test_fetch; test_fetch.stand_in(setattr, {mirror.url!r})\n"
        "sys.exit(test_fetch.main(sys.argv[1:]))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def wait_until(condition):
    deadline = time.monotonic() + HANGING
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


def error_of(function, *arguments, **keywords):
    """The message of the DataError that the call must raise; every one offers the way without a download."""
    with pytest.raises(DataError) as caught:
        function(*arguments, **keywords)
    message = str(caught.value)
    assert NO_DOWNLOAD in message
    return message


def everything_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def assert_whole(folder):
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == SETS["FashionMNIST"]


def assert_nothing_left(home):
    assert everything_in(home) == []
    assert list(home.rglob(".partial-*")) == []


# --- verify ---


def test_the_published_digests_are_those_of_the_full_sets():
    data = os.environ.get("RNNCOURSE_DATA")
    if not data:
        pytest.skip("RNNCOURSE_DATA names no folder with the full data sets")
    for name in SETS:
        assert raw.verify(name) == Path(data) / name / "raw"


def test_whole_files_pass(stored):
    assert raw.verify("FashionMNIST") == stored


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kept", [0, 3, -1])
def test_a_short_file_is_named_with_both_sizes(stored, file, kept):
    content = SETS["FashionMNIST"][file]
    (stored / file).write_bytes(content[:kept])
    message = error_of(raw.verify, "FashionMNIST")
    assert f"{file} in {stored} is {len(content[:kept]):,} bytes" in message
    assert f"expected {len(content):,} (an interrupted download?)" in message
    assert FETCH in message


def test_a_long_file_is_not_called_interrupted(stored):
    path = stored / raw.TEST_LABELS
    path.write_bytes(path.read_bytes() + b"\0")
    message = error_of(raw.verify, "FashionMNIST")
    assert f"{raw.TEST_LABELS} in {stored} is {TEST + 9} bytes, expected {TEST + 8}.\n" in message
    assert "interrupted" not in message


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("place", [7, 12, -1])
def test_one_flipped_bit_is_found(stored, file, place):
    content = bytearray(SETS["FashionMNIST"][file])
    content[place] ^= 0b0001_0000
    (stored / file).write_bytes(content)
    message = error_of(raw.verify, "FashionMNIST")
    assert f"{file} in {stored} has the SHA-256" in message
    assert "at least one bit differs" in message
    assert FETCH in message


def test_another_format_is_named_by_its_magic_number(stored):
    path = stored / raw.TRAIN_IMAGES
    path.write_bytes(b"\x1f\x8b\x08\x00" + path.read_bytes()[4:])  # a packed file begins so
    message = error_of(raw.verify, "FashionMNIST")
    assert f"{raw.TRAIN_IMAGES} in {stored} starts with the magic number 0x1f8b0800" in message
    assert "expected 0x00000803" in message
    assert FETCH in message


def test_the_labels_of_the_other_set_are_recognised(stored):
    (stored / raw.TRAIN_LABELS).write_bytes(SETS["MNIST"][raw.TRAIN_LABELS])
    message = error_of(raw.verify, "FashionMNIST")
    assert f"{raw.TRAIN_LABELS} in {stored} is {raw.TRAIN_LABELS} of MNIST" in message
    assert "expected that of FashionMNIST: the files were mixed up" in message
    assert FETCH in message


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named_with_three_remedies(stored, file):
    (stored / file).unlink()
    message = error_of(raw.verify, "FashionMNIST")
    assert f"{file} in {stored} is missing" in message
    assert FETCH in message
    assert "RNNCOURSE_DATA" in message


def test_errors_about_mnist_point_to_the_digits(home):
    with pytest.raises(DataError, match=r"use rnncourse\.datasets\.digits\(\), which needs no") as caught:
        raw.verify("MNIST")
    assert "python -m rnncourse data mnist" in str(caught.value)


def test_a_load_verifies_every_time(stored):
    datasets.fashion_mnist(scale="full", validation=0)
    (stored / raw.TEST_IMAGES).write_bytes(SETS["MNIST"][raw.TEST_IMAGES])
    assert "mixed up" in error_of(datasets.fashion_mnist, scale="full", validation=0)


def test_a_load_with_one_file_missing_names_it(stored):
    (stored / raw.TEST_LABELS).unlink()
    message = error_of(datasets.fashion_mnist, scale="full", validation=0)
    assert f"{raw.TEST_LABELS} in {stored} is missing" in message


# --- rights ---


@pytest.fixture
def open_home(monkeypatch, home):
    """A folder of the full data sets below folders that every user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        monkeypatch.setenv("RNNCOURSE_DATA", name)
        yield Path(name)
        for path in (Path(name), *Path(name).rglob("*")):
            path.chmod(0o755)


@contextlib.contextmanager
def ordinary_user():
    """Rights hold nobody back who is root, so go on as somebody else."""
    if os.name != "posix":
        pytest.skip("rights are kept otherwise on this system")
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError as error:
        pytest.skip(f"root can't become another user here: {error.strerror}")
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("closed", [raw.TRAIN_IMAGES, ".", "..", "../.."])
def test_what_may_not_be_read_is_said_so(open_home, closed):
    folder = store(open_home)
    os.chmod(folder / closed, 0)
    with ordinary_user():
        message = error_of(datasets.fashion_mnist, scale="full")
        assert message == error_of(raw.verify, "FashionMNIST")
    assert f"{raw.TRAIN_IMAGES} in {folder} can't be read: Permission denied" in message
    assert "Give yourself the right to read it" in message
    assert "RNNCOURSE_DATA" in message


def test_a_read_that_fails_is_said_so_on_every_system(stored, monkeypatch):
    def denied(path, mode):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)
    message = error_of(raw.verify, "FashionMNIST")
    assert f"{raw.TRAIN_IMAGES} in {stored} can't be read: Permission denied" in message


def test_the_command_reports_a_folder_that_may_not_be_read(open_home, capsys):
    os.chmod(store(open_home), 0)
    with ordinary_user():
        assert main(["data"]) == 1
    assert "can't be read: Permission denied" in capsys.readouterr().out


@pytest.mark.parametrize("closed", [".", "FashionMNIST"])
def test_a_folder_that_may_not_be_written_is_said_so(open_home, closed):
    (open_home / "FashionMNIST").mkdir()
    os.chmod(open_home, 0o777)
    os.chmod(open_home / closed, 0o555)
    if closed == ".":
        (open_home / "FashionMNIST").rmdir()
    with ordinary_user():
        message = error_of(raw.fetch, "FashionMNIST")
    folder = open_home / "FashionMNIST" / "raw"
    assert f"FashionMNIST can't be stored in {folder}: Permission denied" in message
    assert "Set RNNCOURSE_DATA to a folder that you may write to" in message


def test_a_file_in_the_place_of_the_folder_is_said_so(home):
    (home / "FashionMNIST").write_text("")
    message = error_of(datasets.fashion_mnist, scale="full")
    assert f"can't be stored in {home / 'FashionMNIST' / 'raw'}" in message
    assert "RNNCOURSE_DATA" in message


# --- fetch ---


def test_fetch_leaves_the_four_files_and_nothing_else(home, mirror):
    folder = raw.fetch("FashionMNIST")
    assert folder == home / "FashionMNIST" / "raw"
    assert_whole(folder)
    assert len(everything_in(home)) == 4
    assert os.stat(folder).st_mode & 0o777 == 0o777 & ~umask()  # other users may read it as usual


def umask():
    value = os.umask(0)
    os.umask(value)
    return value


def test_the_first_fetch_lets_all_four_files_appear_at_once(home, mirror, monkeypatch):
    folder, appeared = home / "FashionMNIST" / "raw", []

    def watched(move):
        def moved(source, target):
            move(source, target)
            if folder.exists():
                assert_whole(folder)
                appeared.append(target)

        return moved

    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    raw.fetch("FashionMNIST")
    assert len(appeared) == 1


def test_the_full_set_is_fetched_once_and_read_from_the_disk(home, mirror):
    data = datasets.fashion_mnist(scale="full", validation=0, value_range=(0, 255))
    asked = len(mirror.requested)
    assert asked > 0
    again = datasets.fashion_mnist(scale="full", validation=0, value_range=(0, 255))
    assert len(mirror.requested) == asked
    images = np.frombuffer(SETS["FashionMNIST"][raw.TRAIN_IMAGES][16:], np.uint8)
    labels = np.frombuffer(SETS["FashionMNIST"][raw.TEST_LABELS][8:], np.uint8)
    for got in (data, again):
        assert np.array_equal(got.train.x.numpy().round().ravel(), images)
        assert torch.equal(got.test.y, torch.from_numpy(labels.astype(np.int64)))


def test_a_whole_set_is_not_fetched_again(stored, mirror):
    assert raw.fetch("FashionMNIST") == stored
    assert mirror.requested == []


@pytest.mark.parametrize("damage", ["missing", "short", "empty folder"])
def test_fetch_mends_what_is_there(stored, mirror, capsys, damage):
    path = stored / raw.TEST_IMAGES
    match damage:
        case "missing":
            path.unlink()
        case "short":
            path.write_bytes(path.read_bytes()[:100])
        case "empty folder":
            for file in FILES:
                (stored / file).unlink()
    assert raw.fetch("FashionMNIST") == stored
    assert_whole(stored)
    if damage != "empty folder":
        assert f"Fetching again: {raw.TEST_IMAGES} in {stored} is" in capsys.readouterr().out


def test_fetch_keeps_a_neighbour_of_the_files(stored, mirror):
    (stored / raw.TEST_IMAGES).unlink()
    (stored / "notes.txt").write_text("mine")
    raw.fetch("FashionMNIST")
    assert (stored / "notes.txt").read_text() == "mine"
    (stored / "notes.txt").unlink()
    assert_whole(stored)


def put(folder, name="FashionMNIST", files=None, change=lambda packed: packed):
    """The packed files of a set in a folder, as somebody who fetched them by hand leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files or FILES:
        (folder / f"{file}.gz").write_bytes(change(PACKED[f"/{name}/{file}.gz"]))


@pytest.mark.parametrize("place", ["raw", "."])
def test_files_that_were_fetched_by_hand_are_unpacked(home, place, capsys):
    put(home / "FashionMNIST" / place)
    data = datasets.fashion_mnist(scale="full", validation=0)
    assert (data.train.size, data.test.size) == (TRAIN, TEST)
    folder = home / "FashionMNIST" / "raw"
    assert {file: (folder / file).read_bytes() for file in FILES} == SETS["FashionMNIST"]
    assert not list(home.rglob(".partial-*"))
    assert main(["data"]) == 0
    assert f"fashion-mnist: whole, in {folder}" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["data"], ["data", "fashion-mnist"]])
def test_the_command_unpacks_them_too(home, command, capsys):
    put(home / "FashionMNIST" / "raw")
    assert main(command) == 0
    assert "fashion-mnist: whole" in capsys.readouterr().out


def test_files_unpacked_by_hand_in_the_folder_above_are_taken(home):
    folder = store(home)
    for file in FILES:
        (folder / file).rename(folder.parent / file)
    folder.rmdir()
    assert raw.is_present("FashionMNIST")
    assert raw.prepare("FashionMNIST") == folder
    assert_whole(folder)


def test_a_file_that_is_there_is_not_unpacked_again(stored):
    put(stored, change=lambda packed: b"other")
    assert raw.prepare("FashionMNIST") == stored


def test_of_two_packed_files_the_missing_ones_are_named(home):
    put(home / "FashionMNIST" / "raw", files=FILES[:2])
    message = error_of(raw.prepare, "FashionMNIST")
    assert f"{FILES[2]} in {home / 'FashionMNIST' / 'raw'} is missing" in message
    assert f"put {FILES[2]}.gz there" in message


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda packed: packed[:-30], "ends too early, at"),
        (lambda packed: packed[:8], "ends too early, at 8 bytes"),
        (lambda packed: b"", "unpacked, is 0 bytes, expected"),
        (lambda packed: packed[:15] + bytes([packed[15] ^ 255]) + packed[16:], None),  # whatever zlib makes of it
        (lambda packed: packed[:-5] + b"\0" + packed[-4:], "is damaged (CRC check failed"),
        (lambda packed: gzip.decompress(packed), "isn't packed, in spite of its name.\n  Rename it to"),
        (lambda packed: b"<html>not found</html>", "isn't a gzip file: it starts with b'<htm'"),
        (lambda packed: gzip.compress(gzip.decompress(packed) + b"more"), "bytes, expected"),
        (lambda packed: gzip.compress(b"\1" + gzip.decompress(packed)[1:]), "starts with the magic number 0x01"),
        (
            lambda packed: gzip.compress(gzip.decompress(packed)[:-1] + bytes([gzip.decompress(packed)[-1] ^ 1])),
            "which is not the published one: at least one bit differs",
        ),
    ],
)
def test_a_packed_file_that_is_unsound_is_named_and_nothing_appears(home, file, change, expected):
    folder = home / "FashionMNIST" / "raw"
    put(folder, files=[name for name in FILES if name != file])
    put(folder, files=[file], change=change)
    message = error_of(raw.prepare, "FashionMNIST")
    assert message.startswith(f"{file}.gz in {folder}")
    assert expected is None or expected in message
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.gz" for name in FILES)
    assert not list(home.rglob(".partial-*"))
    assert "\n  " in message, "a remedy on a line of its own"


def test_the_packed_files_of_the_other_set_are_recognised(home):
    put(home / "FashionMNIST" / "raw", "MNIST")
    assert "is train-images-idx3-ubyte of MNIST, expected that of FashionMNIST: the files were mixed up" in error_of(
        raw.prepare, "FashionMNIST"
    )


def test_damaged_packed_files_are_fetched_again(home, mirror, capsys):
    put(home / "FashionMNIST" / "raw", change=lambda packed: packed[:-30])
    folder = raw.fetch("FashionMNIST")
    assert {file: (folder / file).read_bytes() for file in FILES} == SETS["FashionMNIST"]
    assert "Fetching again: " in capsys.readouterr().out


def test_no_room_to_unpack_is_said_so(home, monkeypatch):
    put(home / "FashionMNIST" / "raw")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    message = error_of(raw.prepare, "FashionMNIST")
    assert f"can't be unpacked into {home / 'FashionMNIST' / 'raw'}: No space left on device" in message
    assert not list(home.rglob(".partial-*"))


def test_a_damaged_set_stays_when_it_can_not_be_fetched(stored):
    (stored / raw.TEST_IMAGES).unlink()
    assert "could not be downloaded" in error_of(raw.fetch, "FashionMNIST")
    assert len(list(stored.iterdir())) == 3


@pytest.mark.parametrize("load", [raw.fetch, lambda name: datasets.fashion_mnist(scale="full")])
def test_without_a_network_the_error_names_the_ways_out(home, load):
    message = error_of(load, "FashionMNIST")
    assert "FashionMNIST could not be downloaded" in message
    assert "Connection refused" in message
    assert "set RNNCOURSE_DATA to a folder that holds FashionMNIST/raw" in message
    assert_nothing_left(home)


def cut(handler, path, content):
    handler.head(len(content))
    handler.wfile.write(content[: len(content) // 2])


def cut_chunk(handler, path, content):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n" % len(content) + content[: len(content) // 2])


def reset(handler, path, content):
    cut(handler, path, content)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def hang_up(handler, path, content):
    handler.connection.close()


def no_http(handler, path, content):
    handler.wfile.write(b"this is not HTTP\r\n\r\n")


def not_found(handler, path, content):
    handler.send_error(404)


def other_content(handler, path, content):
    handler.send(content[:-1] + b"\xff")  # the last byte of the packed size, which is small


@pytest.mark.parametrize(
    "fault", [cut, cut_chunk, reset, hang_up, no_http, not_found, other_content], ids=lambda f: f.__name__
)
def test_a_download_that_fails_on_the_way_leaves_nothing(home, mirror, fault):
    def faulty(handler, path, content):
        if raw.TEST_IMAGES in path:  # the third file: two have come by then
            fault(handler, path, content)
        else:
            handler.send(content)

    mirror.answer = faulty
    message = error_of(raw.fetch, "FashionMNIST")
    assert "FashionMNIST could not be downloaded: " in message
    assert "Check the network" in message
    assert f"/FashionMNIST/{raw.TRAIN_LABELS}.gz" in mirror.requested
    assert_nothing_left(home)


def test_an_interrupted_download_leaves_nothing(home, mirror):
    mirror.answer = halting
    with process(mirror, "data", "fashion-mnist") as child:
        wait_until(lambda: list(home.rglob("*.gz")))
        child.send_signal(signal.SIGINT)
        _, error = child.communicate(timeout=HANGING)
    assert child.returncode == 130, error
    assert "run the same command again" in error
    assert_nothing_left(home)


def test_two_processes_at_once_both_get_the_whole_set(home, mirror):
    mirror.answer = halting
    folder = home / "FashionMNIST" / "raw"
    with (
        process(mirror, "data", "fashion-mnist") as one,
        process(mirror, "data", "fashion-mnist") as two,
    ):
        # a process asks twice for its first file and then waits, so the third is from the other
        wait_until(lambda: len(mirror.requested) >= 3 and len(list(home.rglob("*.gz"))) == 2)
        assert not folder.exists()
        mirror.release.set()
        while one.poll() is None or two.poll() is None:
            if folder.exists():
                assert_whole(folder)  # at any moment, what is to be seen is whole
            time.sleep(0.001)
        for child in (one, two):
            output, error = child.communicate(timeout=HANGING)
            assert (child.returncode, output) == (0, f"fashion-mnist: whole, in {folder}\n"), error
    assert_whole(folder)
    assert len(everything_in(home)) == 4
    assert list(home.rglob(".partial-*")) == []


# --- a full disk ---


def fill_up(monkeypatch, after):
    """Let every file that torchvision writes fail after so many bytes, as on a full disk."""

    class Full(io.FileIO):
        def write(self, content):
            room = after - self.tell()
            if len(content) > room:
                super().write(content[:room])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(content)

    def opened(path, mode):
        return Full(path, "w") if mode == "wb" else open(path, mode)

    monkeypatch.setattr(TORCHVISION.utils, "open", opened, raising=False)


@pytest.mark.parametrize("room", [0, 5000])
def test_a_full_disk_is_said_so_and_leaves_nothing(home, mirror, monkeypatch, room):
    fill_up(monkeypatch, room)
    message = error_of(raw.fetch, "FashionMNIST")
    assert f"the disk of {home / 'FashionMNIST' / 'raw'} is full" in message
    assert "about 90 MB" in message
    assert "RNNCOURSE_DATA" in message
    assert_nothing_left(home)


def test_a_disk_that_is_really_full(home, mirror):
    mount = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'
    size = str(2 * os.sysconf("SC_PAGE_SIZE"))
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, size, str(home)]
    if shutil.which("unshare") is None or subprocess.run([*inside, "true"], capture_output=True).returncode:
        pytest.skip("a small file system can't be mounted here (it takes unshare and user namespaces)")
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"import test_fetch, pathlib; test_fetch.stand_in(setattr, {mirror.url!r})\n"
        "status = test_fetch.main(['data', 'fashion-mnist'])\n"
        f"print(status, test_fetch.everything_in(pathlib.Path({str(home)!r})))"
    )
    result = subprocess.run([*inside, sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert result.stdout == "1 []\n", result.stderr
    assert f"the disk of {home / 'FashionMNIST' / 'raw'} is full" in result.stderr


# --- where ---


def test_the_folder_is_the_one_that_the_environment_names(monkeypatch, tmp_path):
    monkeypatch.setenv("RNNCOURSE_DATA", str(tmp_path / "here"))
    assert raw.raw_folder("MNIST") == tmp_path / "here" / "MNIST" / "raw"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("RNNCOURSE_DATA", "~/there")
    assert raw.data_folder() == tmp_path / "there"


@pytest.mark.parametrize("value", [None, ""])
def test_without_one_it_is_the_cache_folder_of_the_user(monkeypatch, tmp_path, value):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    if value is None:
        monkeypatch.delenv("RNNCOURSE_DATA", raising=False)
    else:
        monkeypatch.setenv("RNNCOURSE_DATA", value)
    folder = raw.data_folder()
    assert "rnncourse" in folder.parts
    if sys.platform != "win32":
        assert tmp_path in folder.parents


# --- the command ---


def test_the_command_lists_what_is_there(home, capsys):
    store(home, "MNIST")
    assert main(["data"]) == 0
    output = capsys.readouterr().out
    assert "fashion-mnist (sample): comes with the course" in output
    assert f"full data sets, in {home}:" in output
    assert f"  mnist: whole, in {home / 'MNIST' / 'raw'}\n" in output
    assert f"  fashion-mnist: not there; `{FETCH}` fetches it" in output


def test_the_command_fails_on_a_damaged_set(stored, capsys):
    (stored / raw.TEST_LABELS).write_bytes(b"")
    assert main(["data"]) == 1
    output = capsys.readouterr().out
    assert f"  fashion-mnist: {raw.TEST_LABELS} in {stored} is 0 bytes" in output
    assert FETCH in output
    assert "  mnist: not there" in output


def test_the_command_fetches_what_is_named(home, mirror, capsys):
    assert main(["data", "fashion-mnist", "mnist"]) == 0
    folders = {name: home / name / "raw" for name in ("FashionMNIST", "MNIST")}
    assert capsys.readouterr().out.splitlines() == [
        f"fashion-mnist: whole, in {folders['FashionMNIST']}",
        f"mnist: whole, in {folders['MNIST']}",
    ]
    assert raw.verify("MNIST") == folders["MNIST"]
    assert main(["data"]) == 0
    assert capsys.readouterr().out.count("whole") == 2


def test_the_command_fails_without_a_network(home, capsys):
    assert main(["data", "fashion-mnist"]) == 1
    assert capsys.readouterr().err.startswith("error: FashionMNIST could not be downloaded: ")


def test_the_command_names_the_sets_that_it_knows(home, capsys):
    assert main(["data", "cifar"]) == 1
    assert capsys.readouterr().err == "error: NAME must be one of mnist, fashion-mnist, got 'cifar'\n"
