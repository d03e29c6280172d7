"""Train once without interruption, then again and again with SIGKILL until it is done; compare to the bit.

Run by test_resume.py in a process of its own. torch is imported once; each attempt is a forked child, a real
process that is really killed, at a moment drawn at random: any moment (``moment``), or one of the operations of
saving a checkpoint (``save``): while the bytes are written, and before or after each rename.

Usage: resume_driver.py FOLDER CASE KIND SEED
"""

import functools
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch
from support import same_weights, toy_data, toy_model, without_times

from rnncourse import fit

CASES = {
    "dropout": (dict(layers=2, dropout=0.4), dict(schedule="one_cycle", clip_norm=0.5, weight_decay=0.01)),
    "early-stopping": (dict(cell="lstm", hidden_size=20, dropout=0.1), dict(optimizer="adamw", patience=2)),
    "augmented": (dict(dropout=0.1), dict(augment="shift")),
    "sgd": (dict(cell="rnn_tanh", bidirectional=True, readout="final"), dict(optimizer="sgd", schedule="cosine")),
}


def train(case, checkpoint, result):
    model_options, train_options = CASES[case]
    model = toy_model(**model_options)
    history = fit(
        model, toy_data(train=120), epochs=5, batch_size=16, lr=0.05, seed=3, device="cpu", progress=False,
        checkpoint=checkpoint, checkpoint_steps=3, checkpoint_seconds=0.1, **train_options,
    )  # fmt: skip
    partial = result.with_suffix(".partial")  # a kill here too must not leave half a result
    torch.save({"weights": model.state_dict(), "history": without_times(history)}, partial)
    partial.rename(result)


def attempt(case, checkpoint, result, before=lambda: None):
    """Fork a child that trains; return its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        before()
        train(case, checkpoint, result)
        code = 0
    finally:
        os._exit(code)


def die_during_a_save(rng):
    """Make this process kill itself in one of the operations of one of its next saves."""
    operation, countdown = rng.choice(["write", "fsync", "replace"]), rng.randint(1, 8)
    real = {"fsync": os.fsync, "replace": os.replace}

    def count(*operations):
        nonlocal countdown
        countdown -= operation in operations
        return countdown == 0

    def fsync(descriptor):
        if count("write", "fsync"):
            if operation == "write":  # the file is still short when the process dies
                os.ftruncate(descriptor, rng.randrange(os.fstat(descriptor).st_size))
            os.kill(os.getpid(), signal.SIGKILL)
        real["fsync"](descriptor)

    def replace(source, target):
        if count("replace"):
            os.kill(os.getpid(), signal.SIGKILL)
        real["replace"](source, target)

    os.fsync, os.replace = fsync, replace


def main(folder, case, kind, seed):
    torch.set_num_threads(1)
    rng = random.Random(int(seed))
    folder = Path(folder)
    train(case, None, folder / "whole")  # here also to import what torch imports late, before the forks
    kills = resumed = 0
    seconds = 0.01  # grows with every kill: however slow the machine is, an attempt saves something in the end
    while not resumed or not (folder / "result").exists():
        if (folder / "result").exists():  # it was done before any attempt had to go on from a checkpoint
            for name in ("checkpoint", "result"):
                (folder / name).unlink(missing_ok=True)
            seconds /= 2
        resumed += (folder / "checkpoint").exists()
        child_rng = random.Random(rng.random())
        before = functools.partial(die_during_a_save, child_rng) if kind == "save" else (lambda: None)
        child = attempt(case, folder / "checkpoint", folder / "result", before)
        if kind == "moment":
            time.sleep(rng.uniform(0, seconds))
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            kills += 1
            seconds *= 1.2
    whole, result = (torch.load(folder / name) for name in ("whole", "result"))
    same = same_weights(whole["weights"], result["weights"]) and whole["history"] == result["history"]
    print(json.dumps({"same": same, "kills": kills, "resumed": resumed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
