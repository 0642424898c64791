"""Build the interface's font: Inter, latin letters only, light enough for every page."""

from argparse import ArgumentParser
from importlib.resources import as_file, files
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

SOURCE = files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"
LARGEST = 60 * 1024

# Letters of French and English with their neighbours, then the signs that the screens use.
LATIN = (*range(0x20, 0x7F), *range(0xA0, 0x180))
SIGNS = tuple(map(ord, "–—‘’‚“”„†•…‹›€™←↑→↓↗↘−≈≠≤≥●▲▼★✓\u2009\u202f\u200b"))

# One optical size and the weights of the type scale: what is cut away is never drawn.
AXES = {"opsz": 14, "wght": (400, 700)}

# Fixed-width digits for columns, and what every text needs.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "liga", "tnum"]

STYLESHEET = """@font-face{font-family:"Inter";src:url("inter.woff2") format("woff2");
font-weight:400 700;font-style:normal;font-display:swap}
"""


def subset_font(source: Path) -> TTFont:
    """Keep the letters, weights and features of the interface."""
    font = TTFont(source)
    options = Options(layout_features=FEATURES, hinting=False)
    options.name_IDs = [0, 1, 2, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[*LATIN, *SIGNS])
    subsetter.subset(font)
    # Subset first: cutting axes costs time for every letter that is left.
    return instancer.instantiateVariableFont(font, AXES)


class Command(BaseCommand):
    """Write fonts/inter.woff2 and its style sheet into the state directory."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="build it even if it is there")

    def handle(self, *args: object, **options: object) -> None:
        folder = Path(settings.STATE_DIR) / "static" / "fonts"
        target = folder / "inter.woff2"
        if target.exists() and not options["force"]:
            self.stdout.write("The font is already built.")
            return
        folder.mkdir(parents=True, exist_ok=True)
        with as_file(SOURCE) as source:
            font = subset_font(source)
        font.flavor = "woff2"
        font.save(target)
        size = target.stat().st_size
        if size > LARGEST:
            raise CommandError(f"The font weighs {size} bytes; {LARGEST} is the most.")
        # Written last: pages link the style sheet, so a broken build links nothing.
        (folder / "inter.css").write_text(STYLESHEET, encoding="utf-8")
        self.stdout.write(f"Built the font: {size} bytes.")
