"""
Cron expressions and time zones.

Source: Nomad 1.11.3, ``nomad/structs/structs.go``, PeriodicConfig.Validate, which reads expressions with the
Go package hashicorp/cronexpr: five fields, a sixth for the year, a seventh in front for the seconds.
"""

import re
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly", "@midnight")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS = (
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 0, 7),
    ("year", 1970, 2099),
)
_FIVE, _SIX, _SEVEN = 5, 6, 7
_PART = re.compile(r"(\*|\?|\w+)(?:-(\w+))?(?:/(\d+))?")
_SPECIAL = re.compile(r"(l|\d+w|lw|wl|\w+l|\w+#[1-5])")


def cron_complaint(text: str) -> str:
    """Return what is wrong with a cron expression, or an empty string."""
    if text.startswith("@"):
        return "" if text.lower() in _MACROS else f"{text!r} is no cron expression; there are {', '.join(_MACROS)}"
    fields = text.lower().split()
    if len(fields) not in (_FIVE, _SIX, _SEVEN):
        return f"a cron expression has 5, 6 or 7 fields, {text!r} has {len(fields)}"
    first = 0 if len(fields) == _SEVEN else 1
    for field, (name, least, most) in zip(fields, _FIELDS[first:], strict=False):
        if not all(_holds(part, name, (least, most)) for part in field.split(",")):
            return f"{field!r} is not possible as the {name} of a cron expression ({least}-{most})"
    return ""


def _holds(part: str, name: str, bounds: tuple[int, int]) -> bool:
    if name.startswith("day") and _SPECIAL.fullmatch(part):
        return True
    found = _PART.fullmatch(part)
    if found is None:
        return False
    start, end, step = found.groups()
    if step is not None and int(step) < 1:
        return False
    if start in ("*", "?"):
        return end is None
    low = _number(start, name)
    high = low if end is None else _number(end, name)
    return low is not None and high is not None and bounds[0] <= low <= bounds[1] and high <= bounds[1]


def _number(text: str, name: str) -> int | None:
    if text.isdigit():
        return int(text)
    names = {"month": _MONTHS, "day of week": _DAYS}.get(name, [])
    matches = [index for index, word in enumerate(names) if text.startswith(word)]
    return matches[0] + (name == "month") if matches else None


@cache
def is_time_zone(name: str) -> bool:
    """Say whether there is such a time zone; true where this machine has no list of them."""
    if name in ("UTC", "Local"):
        return True
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        return True
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
