"""Checkpoint files: damage is noticed, the one before is kept, nothing in a file is executed."""

import errno
import io
import os
import pickle
import random
import zipfile

import pytest
import torch

from rnncourse.base.files import write_atomically
from rnncourse.training.checkpoint import Checkpoint, CheckpointError

STATE = {"weights": torch.arange(500.0), "epoch": 3, "history": [{"loss": 0.5}], "name": "run"}


def equal(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) if k == "weights" else a[k] == b[k] for k in a)


def test_nothing_saved_is_nothing_loaded(tmp_path):
    assert Checkpoint(tmp_path / "c").load() is None


def test_what_is_saved_is_loaded_and_the_one_before_is_kept(tmp_path):
    checkpoint = Checkpoint(tmp_path / "folder" / "c")
    checkpoint.save({**STATE, "epoch": 2})
    checkpoint.save(STATE)
    assert equal(checkpoint.load(), STATE)
    assert torch.load(checkpoint.previous, weights_only=True)["epoch"] == 2
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["c", "c.previous"]


def test_between_the_renames_the_one_before_is_used(tmp_path):
    checkpoint = Checkpoint(tmp_path / "c")
    checkpoint.save(STATE)
    os.replace(checkpoint.path, checkpoint.previous)
    assert equal(checkpoint.load(), STATE)


def test_a_flipped_bit_never_loads_as_something_else(tmp_path):
    checkpoint = Checkpoint(tmp_path / "c")
    checkpoint.save(STATE)
    whole = checkpoint.path.read_bytes()
    rng, noticed = random.Random(0), 0
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        checkpoint.path.write_bytes(damaged)
        try:
            assert equal(checkpoint.load(), STATE)  # a bit that carries nothing, in the padding of the archive
        except CheckpointError:
            noticed += 1
    assert noticed > 200


@pytest.mark.parametrize("length", [0, 1, 100, 2000, -1])
def test_a_short_file_falls_back_with_a_warning(tmp_path, length):
    checkpoint = Checkpoint(tmp_path / "c")
    checkpoint.save({**STATE, "epoch": 2})
    checkpoint.save(STATE)
    checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:length])
    with pytest.warns(RuntimeWarning, match=r"checkpoint damaged, going on from the one before it\. .*c: "):
        assert checkpoint.load()["epoch"] == 2


def test_two_damaged_files_are_an_error_with_the_remedy(tmp_path):
    checkpoint = Checkpoint(tmp_path / "c")
    checkpoint.save(STATE)
    checkpoint.save(STATE)
    for path in (checkpoint.path, checkpoint.previous):
        path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match=r"(?s)no checkpoint.*c: .*c\.previous: .*Delete the files to start from"):
        checkpoint.load()


class Malicious:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return open, (str(self.target), "w")


def test_a_malicious_pickle_is_refused_and_not_executed(tmp_path):
    executed = tmp_path / "executed"
    pickle.loads(pickle.dumps(Malicious(executed))).close()
    assert executed.exists(), "the attack itself must work for this test to mean anything"
    executed.unlink()
    checkpoint = Checkpoint(tmp_path / "c")
    for save in (torch.save, lambda payload, path: path.write_bytes(pickle.dumps(payload))):
        save({**STATE, "name": Malicious(executed)}, checkpoint.path)
        with pytest.raises(CheckpointError, match="c isn't a checkpoint of this version of rnncourse: "):
            checkpoint.load()
        assert not executed.exists()


def test_a_changed_record_with_a_right_sum_is_read_as_data_only(tmp_path):
    buffer = io.BytesIO()
    torch.save(STATE, buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(tmp_path / "c", "w") as target:
        for name in source.namelist():
            content = (
                pickle.dumps(Malicious(tmp_path / "executed"), 2) if name.endswith("data.pkl") else source.read(name)
            )
            target.writestr(name, content)
    with pytest.raises(CheckpointError):
        Checkpoint(tmp_path / "c").load()
    assert not (tmp_path / "executed").exists()


def archive(path):
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("word/document.xml", "a letter")


FOREIGN = {
    "text": (lambda path: path.write_text("notes", encoding="utf-8"), "it is no archive of torch.save"),
    "weights": (lambda path: torch.save({"weight": torch.ones(3)}, path), "it holds something else"),
    "tensor": (lambda path: torch.save(torch.ones(3), path), "it holds something else"),
    "model": (lambda path: torch.save(torch.nn.Linear(2, 2), path), "UnpicklingError"),
    "old torch": (
        lambda path: torch.save({}, path, _use_new_zipfile_serialization=False), "it is no archive of torch.save",
    ),
    "other archive": (archive, "RuntimeError"),
    "before": (lambda path: torch.save({"run": {}, "position": {}, "random": {}}, path), "another version wrote it"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_an_error_and_is_left_as_it_is(tmp_path, kind):
    write, reason = FOREIGN[kind]
    checkpoint = Checkpoint(tmp_path / "c")
    checkpoint.save(STATE)
    checkpoint.save(STATE)  # the one before is whole, but the save after it would replace the file
    write(checkpoint.path)
    before = checkpoint.path.read_bytes()
    with pytest.raises(CheckpointError, match=f"c isn't a checkpoint of this .*{reason}.*left as it is") as caught:
        checkpoint.load()
    assert "Use another path" in str(caught.value)
    assert checkpoint.path.read_bytes() == before


def test_a_folder_is_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"checkpoint must be a file, and .* is a folder"):
        Checkpoint(tmp_path).load()


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "c")
    checkpoint.save(STATE)
    checkpoint.save(STATE)

    def refuse(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(type(checkpoint.path), "read_bytes", refuse)
    with pytest.raises(CheckpointError, match="c can't be read: Permission denied"):
        checkpoint.load()


def test_the_home_folder_is_meant_by_its_sign(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # Windows
    Checkpoint("~/runs/c").save(STATE)
    assert (tmp_path / "runs" / "c").exists()
    assert equal(Checkpoint("~/runs/c").load(), STATE)


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "c")
    checkpoint.save(STATE)

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save({**STATE, "epoch": 4})
    assert equal(checkpoint.load(), STATE)
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_write_atomically_replaces_or_keeps_the_old_file(tmp_path):
    path = tmp_path / "file"
    for number in range(3):
        write_atomically(path, str(number).encode(), keep=tmp_path / "old" if number == 2 else None)
    assert path.read_text() == "2"
    assert (tmp_path / "old").read_text() == "1"
