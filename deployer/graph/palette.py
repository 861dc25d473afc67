"""The colours and fonts of the picture, for light and for dark pages; every pair has a contrast of 4.5 or more."""

_FONT = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, "DejaVu Sans", sans-serif'

# look: (fill, border, badge, badge's text) on a light and on a dark page
_LOOKS = {
    "outside": (("#f8fafc", "#94a3b8", "#e2e8f0", "#334155"), ("#1e293b", "#64748b", "#334155", "#e2e8f0")),
    "ingress": (("#fffbeb", "#d97706", "#fde68a", "#78350f"), ("#2a2111", "#d97706", "#78350f", "#fde68a")),
    "public": (("#eff6ff", "#2563eb", "#bfdbfe", "#1e3a8a"), ("#172440", "#3b82f6", "#1e40af", "#dbeafe")),
    "private": (("#f8fafc", "#64748b", "#e2e8f0", "#334155"), ("#1b2433", "#64748b", "#334155", "#e2e8f0")),
    "batch": (("#faf5ff", "#9333ea", "#e9d5ff", "#581c87"), ("#251a38", "#a855f7", "#581c87", "#f3e8ff")),
}
# page, its border, heading, text, stack's fill, stack's border, address, call, after
_LIGHT = ("#ffffff", "#e2e8f0", "#0f172a", "#475569", "#f1f5f9", "#cbd5e1", "#1d4ed8", "#334155", "#7e22ce")
_DARK = ("#0f172a", "#334155", "#f1f5f9", "#b6c2d4", "#152033", "#334155", "#93c5fd", "#cbd5e1", "#d8b4fe")

_SHAPES = f"""
text {{ font-family: {_FONT}; }}
.heading {{ font-size: 20px; font-weight: 700; }}
.summary, .key {{ font-size: 13px; }}
.stack-name {{ font-size: 12.5px; font-weight: 600; letter-spacing: 0.3px; }}
.title {{ font-weight: 700; }}
.badge-text {{ font-weight: 600; text-anchor: middle; }}
.box {{ stroke-width: 1.5; }}
.batch .box {{ stroke-dasharray: 5 3; }}
.icon {{ fill: none; stroke-width: 1.3; stroke-linejoin: round; stroke-linecap: round; }}
.edge {{ fill: none; stroke-width: 1.8; }}
.after {{ stroke-dasharray: 5 4; }}
"""


def _colours(page: tuple[str, ...], night: int) -> str:
    paper, rim, heading, text, stack, stack_rim, url, call, after = page
    rules = [
        f".page {{ fill: {paper}; stroke: {rim}; }}",
        f".heading, .title {{ fill: {heading}; }}",
        f".summary, .key, .line, .stack-name {{ fill: {text}; }}",
        f".url {{ fill: {url}; }}",
        f".stack {{ fill: {stack}; stroke: {stack_rim}; }}",
        f".edge.call {{ stroke: {call}; }} .head-call {{ fill: {call}; }}",
        f".edge.after {{ stroke: {after}; }} .head-after {{ fill: {after}; }}",
    ]
    for look, shades in _LOOKS.items():
        fill, border, badge, word = shades[night]
        rules.append(f".{look} .box {{ fill: {fill}; stroke: {border}; }}")
        rules.append(f".{look} .badge {{ fill: {badge}; }} .{look} .badge-text {{ fill: {word}; }}")
        rules.append(f".{look} .icon {{ stroke: {word}; }}")
    return "\n".join(rules)


STYLE = f"{_SHAPES}{_colours(_LIGHT, 0)}\n@media (prefers-color-scheme: dark) {{\n{_colours(_DARK, 1)}\n}}\n"
"""The picture's style sheet."""
