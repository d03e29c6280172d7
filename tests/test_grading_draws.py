"""What is hidden is drawn from streams that nobody can go on with: the right numbers, and no torch generator."""

import hashlib

import pytest
import torch

from rnncourse.grading.assignment import Variant
from rnncourse.grading.draws import Draws


def test_a_stream_is_that_of_its_key_on_every_machine():
    key = hashlib.blake2b(b'["a", 1]', key=hashlib.sha256(b"secret").digest()).digest()
    for count, drawn in enumerate([Draws("secret", "a", 1)] * 2, start=1):
        words = hashlib.shake_256(key + count.to_bytes(8, "big")).digest(24)
        wanted = [(int.from_bytes(words[n : n + 8], "little") >> 11) / 2**53 for n in (0, 8, 16)]
        assert drawn.rand(3).tolist() == pytest.approx(wanted, rel=1e-6)


def test_numbers_are_spread_as_they_should_be():
    draws = Draws("s")
    n = 200_000  # so that a mean is off by 5 of its standard errors once in a million
    uniform, normal, whole = draws.rand(n).double(), draws.randn(n).double(), draws.randint(5, n)
    assert uniform.min() >= 0 and uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 5 * (1 / 12 / n) ** 0.5
    assert abs(normal.mean()) < 5 * n**-0.5
    assert abs(normal.var() - 1) < 5 * (2 / n) ** 0.5
    assert abs((normal > 1.96).double().mean() - 0.025) < 5 * (0.025 / n) ** 0.5
    assert torch.isfinite(normal).all()
    counts = torch.bincount(whole, minlength=5)
    assert len(counts) == 5
    assert (counts - n / 5).abs().max() < 5 * (n * 0.16) ** 0.5


def test_shapes_and_kinds_are_those_of_torch():
    draws = Draws("s")
    assert draws.rand(2, 3).shape == draws.randn(2, 3).shape == draws.randint(4, 2, 3).shape == (2, 3)
    assert draws.rand().shape == ()
    kinds = [draws.rand(1).dtype, draws.randn(1).dtype, draws.randint(2, 1).dtype]
    assert kinds == [torch.float32, torch.float32, torch.int64]


def test_another_secret_another_name_and_another_draw_give_other_numbers():
    streams = [
        Draws("s", "a"), Draws("t", "a"), Draws("s", "b"), Draws("s", "a", 1), Draws("s", "a", "1"), Draws("s", "a1"),
        Variant("x", secret="s").hidden("a"), Variant("y", secret="s").hidden("a"), Variant("x").hidden("a"),
    ]  # fmt: skip
    drawn = {tuple(stream.rand(4).tolist()) for stream in streams for _ in range(3)}
    assert len(drawn) == 3 * len(streams)
    assert torch.equal(Variant("x", secret="s").hidden("a").rand(4), Variant("x", secret="s").hidden("a").rand(4))


def test_a_draw_says_nothing_to_torchs_generators():
    """Whatever torch has drawn or was seeded with, a hidden stream goes its own way."""
    torch.manual_seed(0)
    first = Draws("s").randn(5)
    torch.manual_seed(1)
    torch.randn(100)
    assert torch.equal(first, Draws("s").randn(5))
