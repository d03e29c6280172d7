"""The schedules at points that can be computed by hand, and against torch's own."""

import math

import pytest
import torch

from rnncourse.schedules import SCHEDULES, Constant, Cosine, HoldThenDecay, OneCycle, named_schedule


def test_constant():
    assert [Constant()(position, 10) for position in (0, 3.5, 10)] == [1, 1, 1]


def test_cosine_equals_torch():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20)
    for step in range(20):
        assert Cosine()(step, 20) == pytest.approx(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()


def test_one_cycle_rises_to_the_full_rate_and_falls_to_almost_nothing():
    factors = [OneCycle()(position / 10, 10) for position in range(101)]
    assert factors[0] == pytest.approx(1 / 25)
    assert factors[15] == pytest.approx((1 + 1 / 25) / 2)
    assert factors[30] == pytest.approx(1)
    assert factors[65] == pytest.approx(0.5, abs=1e-5)
    assert factors[100] == pytest.approx(4e-6)
    assert factors[:31] == sorted(factors[:31])
    assert factors[30:] == sorted(factors[30:], reverse=True)


def test_hold_then_decay():
    schedule = HoldThenDecay(hold=8, rate=0.5)
    assert [schedule(position, 20) for position in (0, 8, 9, 10)] == [1, 1, 0.5, 0.25]


def test_hold_then_decay_as_it_is_by_name():
    schedule = named_schedule("hold_then_decay")
    for total in (10, 20):  # the length of the run has no part in it
        assert [schedule(position, total) for position in (0, 3.5, 8)] == [1, 1, 1]
        assert schedule(8.5, total) == pytest.approx(math.exp(-0.05))
        assert schedule(9, total) == pytest.approx(0.904837, abs=1e-6)
        assert schedule(18, total) == pytest.approx(0.367879, abs=1e-6)


def test_a_schedule_by_name():
    assert set(SCHEDULES) == {"constant", "cosine", "one_cycle", "hold_then_decay"}
    assert all(named_schedule(name) is schedule for name, schedule in SCHEDULES.items())
    assert named_schedule("one_cycle") == OneCycle()
    assert named_schedule(OneCycle(0.1)) == OneCycle(0.1)


@pytest.mark.parametrize("warmup", [0.0, 1.0, -0.1])
def test_a_cycle_needs_a_way_up_and_a_way_down(warmup):
    with pytest.raises(ValueError, match=f"warmup must be a fraction between 0 and 1, got {warmup}"):
        OneCycle(warmup)
