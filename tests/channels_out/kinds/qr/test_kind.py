"""A printed code has the size, the margin and the few modules that let a phone read it."""

import io
import re

import pytest
from PIL import Image

from channels_out.kinds import KINDS
from channels_out.kinds.base import Config
from channels_out.kinds.qr.kind import printed_link

LINK = "https://cxh.example/q/AB3KX7"


def publish(**options: str) -> bytes:
    return KINDS["qr"].publish(LINK, Config("qr", options=options)).content


def svg_modules(svg: bytes) -> list[list[bool]]:
    """Draw the path again, module by module."""
    size = int(re.findall(rb'viewBox="0 0 (\d+) ', svg)[0])
    modules = [[False] * size for _ in range(size)]
    for x, y, width in re.findall(rb"M(\d+) (\d+)h(\d+)v1", svg):
        for column in range(int(x), int(x) + int(width)):
            modules[int(y)][column] = True
    return modules


@pytest.mark.parametrize(
    ("link", "printed"),
    [
        ("https://cxh.example/q/ab3kx7", "HTTPS://CXH.EXAMPLE/Q/AB3KX7"),
        ("http://127.0.0.1:8000/q/ab3k/", "HTTP://127.0.0.1:8000/Q/AB3K/"),
        ("https://cxh.example/r/aB_3", "https://cxh.example/r/aB_3"),
        ("https://cxh.example/q/ab_3", "https://cxh.example/q/ab_3"),
        ("https://cxh.example/q/ab?x=1", "https://cxh.example/q/ab?x=1"),
    ],
)
def test_only_placements_are_printed_in_capitals(link: str, printed: str) -> None:
    assert printed_link(link) == printed


@pytest.mark.parametrize(("level", "modules"), [("M", 25), ("Q", 25), ("H", 29), ("nonsense", 25)])
def test_size_follows_the_level(level: str, modules: int) -> None:
    assert len(svg_modules(publish(level=level))) == modules + 8


def test_the_quiet_zone_is_four_modules_and_light() -> None:
    modules = svg_modules(publish())

    edge = [*modules[:4], *modules[-4:]]
    sides = [row[:4] + row[-4:] for row in modules]
    assert not any(any(row) for row in edge + sides)
    assert modules[4][4:11] == [True] * 7
    assert b'fill="#fff"' in publish()


def test_png_is_large_sharp_and_the_same_code() -> None:
    artefact = KINDS["qr"].publish(LINK, Config("qr", options={"format": "png"}))

    picture = Image.open(io.BytesIO(artefact.content)).convert("L")
    modules = svg_modules(publish())
    box = picture.width // len(modules)
    assert artefact.media_type == "image/png"
    assert picture.width == picture.height >= 1200
    assert picture.width % len(modules) == 0
    assert [
        [
            picture.getpixel((x * box + box // 2, y * box + box // 2)) == 0
            for x in range(len(modules))
        ]
        for y in range(len(modules))
    ] == modules
