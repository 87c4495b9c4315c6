"""The one-cycle rate: up in a short part of the training, down in the rest, never negative."""

import pytest
import torch

from export.training.schedule import moving_average, one_cycle


@pytest.mark.parametrize("rising", [0.1, 0.25, 0.5])
def test_rises_and_falls(rising: float) -> None:
    rates = [one_cycle(i / 1000, rising) for i in range(1001)]
    top = rates.index(max(rates))

    assert top == 1000 * rising
    assert rates[top] == pytest.approx(1, abs=1e-3)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < rates[0] < 1e-3
    assert 0 < rates[-1] < 1e-3


def test_is_half_a_cosine_on_each_side() -> None:
    assert one_cycle(0.05) == pytest.approx(0.5, abs=1e-3)
    assert one_cycle(0.55) == pytest.approx(0.5, abs=1e-3)
    assert one_cycle(0.1 + 0.3) == pytest.approx(0.75, abs=1e-3)  # cos 60 degrees


def test_stays_small_after_the_end() -> None:
    assert one_cycle(1.2) == one_cycle(1.0) == pytest.approx(1e-4)


def test_average_follows_slowly_and_counts_are_taken_as_they_are() -> None:
    average = moving_average(0.99)
    mean, new = torch.tensor([0.0, 2.0]), torch.tensor([1.0, 2.0])
    torch.testing.assert_close(average(mean, new, 0), torch.tensor([0.9, 2.0]))
    torch.testing.assert_close(average(mean, new, torch.tensor(100_000)), torch.tensor([0.01, 2.0]))
    assert average(torch.tensor(3), torch.tensor(7), 5).item() == 7
