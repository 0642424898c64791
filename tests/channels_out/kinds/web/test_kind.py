"""The pasted line fetches our script late, and can carry no other."""

import pytest

from cxhub.lib.artefacts import Artefact, artefact


@pytest.mark.parametrize(
    ("link", "line"),
    [
        (
            "https://x.example/widget/ab3k.js",
            b'<script src="https://x.example/widget/ab3k.js" defer></script>',
        ),
        (
            'https://x.example/"><b>',
            b'<script src="https://x.example/&quot;&gt;&lt;b&gt;" defer></script>',
        ),
    ],
)
def test_the_line_is_one_script_of_the_link(link: str, line: bytes) -> None:
    assert artefact("web", link) == Artefact("text/html", line)
