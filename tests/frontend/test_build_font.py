"""The interface's font is built from its package, light and with the letters of both languages."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from fontTools.ttLib import TTFont

from accounts.management.commands.build_font import LARGEST


def test_the_font_is_light_and_has_every_sign(settings):
    """The one that the pages link: it was cut before the tests began."""
    file = Path(settings.STATE_DIR) / "static" / "fonts" / "inter.woff2"
    before = file.stat()
    out = StringIO()

    call_command("build_font", stdout=out)

    letters = TTFont(file).getBestCmap()
    assert before.st_size <= LARGEST
    assert all(ord(sign) in letters for sign in "aéÀœŒ−±▲●▼\u202f\u00a0’«»")
    assert 'url("inter.woff2")' in (file.parent / "inter.css").read_text(encoding="utf-8")
    assert out.getvalue() == "The font is already built.\n"
    assert file.stat().st_mtime_ns == before.st_mtime_ns
