"""A printed code has the size, the margin and the few modules that let a phone read it."""

import io
import re

import pytest
from PIL import Image

from cxhub.lib.artefacts import artefact

LINK = "HTTPS://CXH.EXAMPLE/Q/AB3KX7"


def publish(link: str = LINK) -> bytes:
    return artefact("qr", link).content


def svg_modules(svg: bytes) -> list[list[bool]]:
    """Draw the path again, module by module."""
    size = int(re.findall(rb'viewBox="0 0 (\d+) ', svg)[0])
    modules = [[False] * size for _ in range(size)]
    for x, y, width in re.findall(rb"M(\d+) (\d+)h(\d+)v1", svg):
        for column in range(int(x), int(x) + int(width)):
            modules[int(y)][column] = True
    return modules


@pytest.mark.parametrize(("link", "modules"), [(LINK, 25), (LINK.lower(), 29)])
def test_a_link_in_capitals_takes_fewer_modules(link: str, modules: int) -> None:
    assert len(svg_modules(publish(link))) == modules + 8


def test_the_picture_says_where_it_leads() -> None:
    assert b"<title>https://x.example/?a=1&amp;b=&lt;2&gt;</title>" in publish(
        "https://x.example/?a=1&b=<2>"
    )


def test_the_quiet_zone_is_four_modules_and_light() -> None:
    modules = svg_modules(publish())

    edge = [*modules[:4], *modules[-4:]]
    sides = [row[:4] + row[-4:] for row in modules]
    assert not any(any(row) for row in edge + sides)
    assert modules[4][4:11] == [True] * 7
    assert b'fill="#fff"' in publish()


def test_png_is_large_sharp_and_the_same_code() -> None:
    published = artefact("qr", LINK, format="png")

    picture = Image.open(io.BytesIO(published.content)).convert("L")
    modules = svg_modules(publish())
    box = picture.width // len(modules)
    assert published.media_type == "image/png"
    assert picture.width == picture.height >= 1200
    assert picture.width % len(modules) == 0
    assert [
        [
            picture.getpixel((x * box + box // 2, y * box + box // 2)) == 0
            for x in range(len(modules))
        ]
        for y in range(len(modules))
    ] == modules
