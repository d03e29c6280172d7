"""Operations are counted, forward and backward, however long they take."""

import torch
from torch import nn

from rnncourse import cells, count_operations


def test_each_call_of_the_library_counts_once():
    a = torch.ones(3, 3)
    assert count_operations(lambda: None) == 0
    assert count_operations(lambda: a @ a) == 1
    assert count_operations(lambda: (a @ a + a).tanh()) == 3


def test_the_way_back_counts():
    w = torch.ones(3, requires_grad=True)
    forward = count_operations(lambda: (w * w).sum())
    assert count_operations(lambda: (w * w).sum().backward()) > forward + 2


def test_a_loop_over_time_counts_in_proportion_to_its_steps_and_not_to_the_batch():
    cell = cells.RNNCell(2, 3)

    def count(batch, steps):
        return count_operations(lambda: cells.unroll(cell, torch.zeros(batch, steps, 2)))

    assert count(5, 8) == count(50, 8)
    assert count(5, 12) - count(5, 8) == count(5, 8) - count(5, 4) > 0


def test_the_count_is_over_when_the_work_is():
    model = nn.Linear(2, 2)
    first = count_operations(lambda: model(torch.ones(1, 2)))
    model(torch.ones(1, 2))
    assert count_operations(lambda: model(torch.ones(1, 2))) == first
