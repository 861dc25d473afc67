"""How things in a column keep their distance and stay near where they want to be; pure."""

from collections.abc import Sequence
from itertools import pairwise


def spaced(wanted: Sequence[float], sizes: Sequence[float], gap: float) -> list[float]:
    """
    Return middles in the given order, at least `gap` between neighbours, as near to `wanted` as can be.

    Nearest in the sense of least squares: what would be too near is pooled into blocks, each at the
    mean of what its members want (pool adjacent violators).
    """
    offsets = [0.0]
    for upper, lower in pairwise(sizes):
        offsets.append(offsets[-1] + upper / 2 + gap + lower / 2)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            upper_mean, upper_count = blocks.pop()
            mean = (upper_mean * upper_count + mean * count) / (upper_count + count)
            count += upper_count
        blocks.append((mean, count))
    starts = [mean for mean, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=False)]
