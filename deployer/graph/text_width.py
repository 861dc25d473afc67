"""
How wide a text is at most, without a font to measure it by; pure.

The picture is drawn with whatever sans-serif font its viewer has. The widths are those of the widest
usual ones (Verdana, DejaVu Sans), rounded up, so that text never leaves its box.
"""

_NARROW = frozenset("iljI.,:;'|! ")
_SLIM = frozenset('ftr()[]{}-/"`*°·')
_BROAD = frozenset("mwMW@%–—→")
_BOLD = 1.12
_SQUARE_SCRIPTS = 0x2E80  # from here on, signs are as wide as they are high


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return an upper bound of the width of `text` in the unit of `size`, the font's size."""
    ems = sum(_ems(sign) for sign in text)
    return ems * size * (_BOLD if bold else 1)


def _ems(sign: str) -> float:
    if sign in _NARROW:
        return 0.4
    if sign in _SLIM:
        return 0.48
    if sign in _BROAD or ord(sign) >= _SQUARE_SCRIPTS:
        return 1.02
    return 0.79 if sign.isupper() else 0.65
