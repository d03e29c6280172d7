"""All states of a linear recurrence at once: the scan of :mod:`rnncourse.recurrences`, with its backward pass."""

import torch
from torch import nn

from ..base.checks import check_tensor


def linear_scan(factors, drives, h0=None):
    """The states h_t = λ_t ⊙ h_{t-1} + u_t for all t, in ⌊log2 T⌋ rounds of joining and as many of filling in.

    Each round halves the number of steps, so the work is that of about three loops over time, whatever T is. The
    backward pass is a scan from the end.

    Args:
        factors: λ, (B, T, H), or any shape that broadcasts to it, such as (H,) for factors that never change.
        drives: u, (B, T, H), real or complex, with T at least 1.
        h0: (B, H), the state before the first step; default zero.

    Returns:
        h_1 … h_T, (B, T, H).

    Raises:
        ValueError: the shapes don't fit, or there is no time step.
    """
    check_tensor("drives", drives, "(B, T, H)")
    check_tensor("factors", factors, "that broadcasts to drives")
    if drives.ndim != 3 or drives.shape[1] == 0:
        raise ValueError(f"drives must have the shape (B, T, H) with T >= 1, got {tuple(drives.shape)}")
    shape = drives.shape
    if factors.ndim > 3 or any(a not in (1, b) for a, b in zip(factors.shape[::-1], shape[::-1], strict=False)):
        raise ValueError(f"factors must broadcast to the shape of drives, {tuple(shape)}, got {tuple(factors.shape)}")
    kind = torch.promote_types(factors.dtype, drives.dtype)
    factors, drives = factors.to(kind), drives.to(kind)
    factors = factors.expand(*factors.shape[:-2], *shape[1:])  # what is common to the batch stays small
    if h0 is not None:
        check_tensor("h0", h0, "(B, H)")
        if h0.shape != (shape[0], shape[2]):
            raise ValueError(f"h0 must have the shape (B, H) = {(shape[0], shape[2])}, got {tuple(h0.shape)}")
        first = drives[:, :1] + factors[..., :1, :] * h0[:, None]
        drives = torch.cat([first, drives[:, 1:]], dim=1)
    return _Scan.apply(factors, drives)


class _Scan(torch.autograd.Function):
    """The scan from the state zero, with its backward pass."""

    @staticmethod
    def forward(ctx, factors, drives):
        h = _joined(factors, drives)
        ctx.save_for_backward(factors, h)
        return h

    @staticmethod
    def backward(ctx, h_grad):
        factors, h = ctx.saved_tensors
        # δ_t = h_grad_t + λ_{t+1}* δ_{t+1}: the same recurrence from the end (* is the complex conjugate)
        later = factors.flip(-2).roll(1, -2).conj()
        delta = _Scan.apply(later, h_grad.flip(-2)).flip(-2)
        before = nn.functional.pad(h[:, :-1], (0, 0, 1, 0))  # h_{t-1}
        return (delta * before.conj()).sum_to_size(factors.shape), delta


def _joined(factors, drives):
    """h_1 … h_T from the state zero: (…, T, H), (B, T, H) → (B, T, H)."""
    steps = drives.shape[1]
    if steps == 1:
        return drives.clone()
    # the two steps of each pair as one; the scan of the pairs has the states after the second step of each
    first, u_first = factors[..., : steps - 1 : 2, :], drives[:, : steps - 1 : 2]
    second, u_second = factors[..., 1::2, :], drives[:, 1::2]
    pairs = _joined(second * first, torch.addcmul(u_second, second, u_first))
    h = torch.empty_like(drives)
    h[:, 0], h[:, 1::2] = drives[:, 0], pairs
    torch.addcmul(drives[:, 2::2], factors[..., 2::2, :], pairs[:, : (steps - 1) // 2], out=h[:, 2::2])
    return h
