"""QR codes: square modules, dark on light, with the quiet zone inside the picture."""

import io
from html import escape
from typing import Any, TypeAlias

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

QUIET_ZONE = 4  # modules; scanners fail when print or layout eats it
SMALLEST_PNG = 1200  # pixels, so that a poster prints sharp
Code: TypeAlias = "qrcode.QRCode[Any]"


def svg(text: str) -> str:
    """The code as a vector picture, titled with what it says: one path, sized in modules."""
    rows = _code(text).get_matrix()
    size = len(rows)
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'width="{size * 8}" height="{size * 8}" shape-rendering="crispEdges" role="img">'
        f"<title>{escape(text, quote=False)}</title>"
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" d="{path}"/></svg>'
    )


def png(text: str) -> bytes:
    """The code as a picture for printing, in whole pixels a module."""
    code = _code(text)
    modules = code.modules_count + 2 * QUIET_ZONE
    code.box_size = -(-SMALLEST_PNG // modules)
    picture = io.BytesIO()
    code.make_image(image_factory=PilImage).save(picture, "PNG")
    return picture.getvalue()


def _code(text: str) -> Code:
    code: Code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    return code


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules stand side by side: first column and length."""
    runs: list[tuple[int, int]] = []
    start = None
    for column, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = column
        elif not is_dark and start is not None:
            runs.append((start, column - start))
            start = None
    return runs
