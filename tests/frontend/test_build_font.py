"""The interface's font is built from its package, light and with the letters of both languages."""

from io import StringIO

import pytest
from django.core.management import call_command
from fontTools.ttLib import TTFont

from accounts.management.commands.build_font import LARGEST


@pytest.mark.slow
def test_the_font_is_light_and_has_every_sign(settings, tmp_path):
    """Slow: cutting a variable font takes two seconds."""
    settings.STATE_DIR = tmp_path
    out = StringIO()

    call_command("build_font", stdout=out)
    call_command("build_font", stdout=out)

    file = tmp_path / "static" / "fonts" / "inter.woff2"
    letters = TTFont(file).getBestCmap()
    assert file.stat().st_size <= LARGEST
    assert all(ord(sign) in letters for sign in "aéÀœŒ−±▲●▼\u202f\u00a0’«»")
    assert 'url("inter.woff2")' in (file.parent / "inter.css").read_text(encoding="utf-8")
    assert out.getvalue().splitlines()[-1] == "The font is already built."
