"""What a computation costs, counted instead of timed: a count is the same on every machine, however busy it is."""

from torch.utils._python_dispatch import TorchDispatchMode


def count_operations(work):
    """The number of operations that PyTorch starts while a function runs, forward and backward.

    A product of two large matrices is one operation, as is the sum of two numbers: what is counted is how often
    the library is called, not the arithmetic. For that there is ``torch.utils.flop_counter.FlopCounterMode``.

    Args:
        work: a function without arguments; its result is dropped.
    """
    with _Counter() as counter:
        work()
    return counter.count


class _Counter(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.count += 1
        return function(*args, **(kwargs or {}))
