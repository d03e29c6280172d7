"""Random tensors that nobody can foresee, or go on with, who doesn't know their key.

Torch's generators can be rebuilt from what they have drawn: 624 of their numbers give away all that follow. So what
must stay hidden is drawn here, from the bytes of SHAKE-256 of a key.
"""

import hashlib
import json
import math

import numpy as np
import torch

BITS = 53  # of a number drawn uniformly, all that a float64 between 0 and 1 can hold


class Draws:
    """A stream of random numbers; the same for the same key, on every machine.

    Args:
        secret: text that only the instructor has.
        names: what the stream is for; other names give a stream that shares nothing with this one.
    """

    def __init__(self, secret, *names):
        key = hashlib.sha256(secret.encode()).digest()
        self._key = hashlib.blake2b(json.dumps(names).encode(), key=key).digest()
        self._count = 0

    def rand(self, *shape):
        """Numbers drawn uniformly from 0 (included) to 1 (excluded), float32 (*shape)."""
        return self._uniform(shape).float().clamp(max=1 - 2**-24)

    def randn(self, *shape):
        """Standard normal numbers, float32 (*shape)."""
        one, other = self._uniform((2, *shape))
        # 1 - one is never 0 (Box & Muller 1958)
        return ((-2 * (1 - one).log()).sqrt() * (2 * math.pi * other).cos()).float()

    def randint(self, high, *shape):
        """Whole numbers drawn uniformly from 0 to high - 1, int64 (*shape)."""
        return (self._uniform(shape) * high).long()

    def _uniform(self, shape):
        self._count += 1
        count = math.prod(shape)
        stream = hashlib.shake_256(self._key + self._count.to_bytes(8, "big")).digest(8 * count)
        words = np.frombuffer(stream, "<u8") >> np.uint64(64 - BITS)
        return torch.from_numpy(words * 2.0**-BITS).reshape(shape)
