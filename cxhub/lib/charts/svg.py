"""Shapes and the drawing that holds them, and their one way into escaped SVG text.

Shapes carry classes and never colours: the style sheet of the charts owns every colour, and a page
with a strict content security policy shows them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

FULL, WIDE, MEDIUM, NARROW = 1080, 720, 500, 300
TEXT, SMALL_TEXT = 13, 12
HATCH = "hatch"  # a fill that only printers and forced colours show, so that grey is not alone


@dataclass(frozen=True, slots=True)
class Shape:
    """One SVG element; `content` is plain text, `hint` becomes the native tooltip."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    content: str = ""
    hint: str = ""

    def __getitem__(self, name: str) -> str:
        return dict(self.attributes)[name]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a canvas; the name tells the style sheet at which width to show it."""

    name: str
    width: float
    height: float
    shapes: tuple[Shape, ...]

    def of_class(self, css: str) -> list[Shape]:
        return [shape for shape in self.shapes if css in dict(shape.attributes)["class"].split()]


def number(value: float) -> str:
    """A coordinate: at most two decimals, always with a point, never `-0`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def rect(
    css: str, x: float, y: float, width: float, height: float, *, radius: float = 0, hint: str = ""
) -> Shape:
    attributes = [("class", css), ("x", number(x)), ("y", number(y))]
    attributes += [("width", number(max(0.0, width))), ("height", number(max(0.0, height)))]
    if radius:
        attributes.append(("rx", number(radius)))
    return Shape("rect", tuple(attributes), hint=hint)


def line(css: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    ends = (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))
    return Shape("line", (("class", css), *((name, number(value)) for name, value in ends)))


def path(css: str, points: Sequence[tuple[float, float]], *, closed: bool = False) -> Shape:
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return Shape("path", (("class", css), ("d", f"M{steps}{'Z' if closed else ''}")))


def circle(css: str, x: float, y: float, radius: float, *, hint: str = "") -> Shape:
    attributes = (("class", css), ("cx", number(x)), ("cy", number(y)), ("r", number(radius)))
    return Shape("circle", attributes, hint=hint)


def text(
    css: str,
    x: float,
    y: float,
    content: str,
    *,
    anchor: str = "start",
    size: float = TEXT,
    hint: str = "",
) -> Shape:
    attributes = (
        ("class", css),
        ("x", number(x)),
        ("y", number(y)),
        ("font-size", number(size)),
        ("text-anchor", anchor),
    )
    return Shape("text", attributes, content, hint)


def text_width(content: str, size: float = TEXT) -> float:
    """An upper estimate: no font is measured on a server."""
    narrow = sum(character in " .,:;!|'’il()·\u00a0\u202f" for character in content)
    wide = sum(character in "mwMW%@—…▲▼●+−±" for character in content)
    return size * (0.62 * (len(content) - narrow - wide) + 0.36 * narrow + 0.95 * wide)


def shortened(content: str, room: float, size: float = TEXT) -> str:
    if text_width(content, size) <= room:
        return content
    kept = content
    while kept and text_width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def spread(
    wanted: Sequence[tuple[float, float]], low: float, high: float, gap: float = 6
) -> list[float]:
    """Centres for labels given as (centre, width): near what they ask for, never overlapping."""
    centres: list[float] = []
    edge = low
    for centre, width in wanted:
        centres.append(max(centre, edge + width / 2))
        edge = centres[-1] + width / 2 + gap
    edge = high
    for index in reversed(range(len(wanted))):
        half = wanted[index][1] / 2
        centres[index] = min(centres[index], edge - half)
        edge = centres[index] - half - gap
    return centres


def markup(drawing: Drawing, key: str, title: str, summary: str) -> SafeString:
    """The drawing as an accessible image; `key` makes its ids unique in the page."""
    own = f"{key}-{drawing.name}"
    body = "".join(_element(shape, own) for shape in drawing.shapes)
    size = f"{number(drawing.width)} {number(drawing.height)}"
    return mark_safe(  # every value went through escape() or number()
        f'<svg class="chart-{drawing.name}" viewBox="0 0 {size}" role="img" '
        f'aria-labelledby="{escape(own)}-t {escape(own)}-d" focusable="false">'
        f'<title id="{escape(own)}-t">{escape(title)}</title>'
        f'<desc id="{escape(own)}-d">{escape(summary)}</desc>'
        f"{_hatch(own) if drawing.of_class('chart-hatch') else ''}{body}</svg>"
    )


def _hatch(own: str) -> str:
    return (
        f'<defs><pattern id="{escape(own)}-{HATCH}" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="chart-hatch-line" d="M0 0V6"/></pattern></defs>'
    )


def _element(shape: Shape, own: str) -> str:
    attributes = list(shape.attributes)
    if "chart-hatch" in shape["class"].split():
        attributes.append(("fill", f"url(#{own}-{HATCH})"))
    opening = " ".join((shape.tag, *(f'{name}="{escape(value)}"' for name, value in attributes)))
    hint = f"<title>{escape(shape.hint)}</title>" if shape.hint else ""
    content = f"{hint}{escape(shape.content)}"
    return f"<{opening}>{content}</{shape.tag}>" if content else f"<{opening}/>"
