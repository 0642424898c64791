"""The style sheets keep to the tokens, and the tokens keep their contrast."""

import gzip
import re
from pathlib import Path

import django_htmx
import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
LAYERS = ("tokens", "base", "layout", "components", "charts", "pages")
SHEETS = sorted((STATIC / "css").glob("*.css"))
AUTHORED = [sheet for sheet in SHEETS if sheet.stem != "tokens"]

PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|(?:left|right|top|bottom)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    r"|border-(?:top|bottom)-(?:left|right)-radius)"
)


def code_of(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):([^;}]+)", block))


def blocks() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    code = code_of(STATIC / "css" / "tokens.css")
    light = re.search(r":root\{\s*color-scheme:light;(.*?)\}", code, re.DOTALL)
    chosen = re.search(r"\n\[data-theme=dark\]\{(.*?)\n\}", code, re.DOTALL)
    system = re.search(r"\[data-theme=system\]\{(.*?)\n\}", code, re.DOTALL)
    assert light
    assert chosen
    assert system
    return tokens(light[1]), tokens(chosen[1]), tokens(system[1])


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sheet", AUTHORED, ids=lambda sheet: sheet.name)
def test_only_tokens_hold_colours_and_pixels(sheet):
    code = code_of(sheet)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*\})", code) == []
    assert re.findall(r"\b\d*\.?\d+px\b", code) == []
    assert re.findall(r"\b(?:rgba?|hsla?|oklch)\(", code) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_properties_are_logical(sheet):
    assert PHYSICAL.findall(code_of(sheet)) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_each_sheet_is_one_layer(sheet):
    opened = re.findall(r"@layer (\w+)\s*\{", code_of(sheet))

    assert opened == [sheet.stem if sheet.stem in LAYERS else "pages"]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_variable_exists(sheet):
    code = code_of(sheet)
    known = tokens(code_of(STATIC / "css" / "tokens.css")).keys() | tokens(code).keys()

    assert set(re.findall(r"var\((--[\w-]+)\)", code)) - known == set()


def test_dark_is_the_same_chosen_or_by_the_system():
    _, chosen, system = blocks()

    assert chosen == system


def test_dark_names_every_colour_of_light():
    light, dark, _ = blocks()

    assert light.keys() == dark.keys()


TEXTS = [
    *(
        (ink, ground)
        for ink in ("--text", "--text-2", "--muted")
        for ground in ("--bg", "--surface")
    ),
    *((f"--{tone}-text", f"--{tone}-sub") for tone in ("pro", "pas", "det", "danger", "warn")),
    *((f"--{tone}-text", f"--{tone}-sub") for tone in ("info", "ok", "brand")),
    *((f"--on-{tone}", f"--{tone}") for tone in ("brand", "pro", "pas", "det", "danger")),
    ("--text-2", "--sunken"),
    ("--muted", "--sunken"),
    ("--surface", "--text"),
    ("--on-brand", "--brand-hover"),
    ("--on-danger", "--danger-text"),
    ("--on-v", "--v2"),
    ("--on-v", "--v4"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_is_readable(theme, ink, ground):
    palette = blocks()[theme]

    assert contrast(palette[ink], palette[ground]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("edge", ["--border-strong", "--focus", "--brand"])
def test_controls_stand_out(theme, edge):
    palette = blocks()[theme]

    assert contrast(palette[edge], palette["--surface"]) >= 3
    assert contrast(palette[edge], palette["--bg"]) >= 3


def weight(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_styles_weigh_at_most_30_kilobytes():
    assert weight(*SHEETS) <= 30_000


def test_scripts_weigh_at_most_45_kilobytes():
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"

    assert weight(htmx, *(STATIC / "js").glob("*.js")) <= 45_000
