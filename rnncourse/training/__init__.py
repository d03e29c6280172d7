"""Training: the loop, losses, schedules, augmentation, the history, and how a run goes on after a stop."""

from .loop import default_device, epoch_batches, epoch_order, fit

__all__ = ["default_device", "epoch_batches", "epoch_order", "fit"]
