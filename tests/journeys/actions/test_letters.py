"""What the invitation by mail shows for each kind of first question."""

import re
import struct
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from accounts.models import Organisation
from journeys.actions.letters import mail_body
from surveys.definition import new_document, parse

WORDS = {
    "fr": [
        "très insatisfaisant",
        "insatisfaisant",
        "ni l’un ni l’autre",
        "satisfaisant",
        "très satisfaisant",
    ],
    "en": ["very dissatisfied", "dissatisfied", "neither", "satisfied", "very satisfied"],
}
RATING = re.compile(r'<a href="{link}\?score=(\d+)"(.*?)</a>', re.DOTALL)
HEAVIEST = 40 * 1024


def mail(template, language):
    definition = parse(new_document(template, ["fr", "en"], "Lune"))
    return mail_body(Organisation(name="Lune"), definition, "Lune", language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_satisfaction_mail_shows_faces_that_nothing_depends_on(settings, language):
    settings.SITE_URL = "https://feedback.example"
    body = mail("csat", language)
    cells = dict(RATING.findall(body.html))

    for number, word in enumerate(WORDS[language], start=1):
        cell = cells[str(number)]
        read = " ".join(re.sub(r"<[^>]*>", " ", f"<{cell}").replace("\u00ad", "").split())
        face = f"/static/faces/{number}.png"
        assert read == f"{number} {word}"
        assert f'<img src="https://feedback.example{face}" width="36" height="36" alt=""' in cell
        assert re.search(
            rf"^{number} \({word}\).?: {{link}}\?score={number}$", body.text, re.MULTILINE
        )
        assert _size(face.removeprefix("/static/")) == (72, 72)
    assert len(cells) == 5
    assert len(body.html.encode()) < HEAVIEST
    assert "<style" not in body.html


@pytest.mark.parametrize(("template", "scores"), [("nps", 11), ("ces", 7)])
def test_other_scales_show_their_numbers_and_the_words_of_both_ends(template, scores):
    body = mail(template, "en")

    assert len(RATING.findall(body.html)) == scores
    assert "<img" not in body.html
    assert body.text.count(" (") == 2


def _size(path):
    """Width and height of a PNG, from its header."""
    image = Path(finders.find(path)).read_bytes()
    assert image.startswith(b"\x89PNG")
    return struct.unpack(">II", image[16:24])
