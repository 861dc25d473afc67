"""
Durations as Go writes them; pure.

Source: Go ``time.ParseDuration``, which Nomad 1.11 calls in ``jobspec2/hcl_conversions.go``.
"""

import re

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+")


def nanoseconds(text: str) -> int | None:
    """Return a duration such as ``1h30m`` in nanoseconds, or None where Go would refuse it."""
    if text in {"0", "+0", "-0"}:
        return 0
    if _WHOLE.fullmatch(text) is None:
        return None
    total = sum(round(float(number) * _UNITS[unit]) for number, unit in _PART.findall(text))
    return -total if text.startswith("-") else total


def spoken(amount: int) -> str:
    """Return nanoseconds as a person would write them, in the largest unit that divides them."""
    for unit, size in (("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1_000_000)):
        if amount and amount % size == 0:
            return f"{amount // size}{unit}"
    return f"{amount}ns" if amount else "0s"
