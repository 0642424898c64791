"""The pasted link works without a script and cannot carry one."""

from channels_out.kinds import KINDS
from channels_out.kinds.base import Artefact, Config


def test_the_snippet_is_a_plain_link() -> None:
    config = Config("web", options={"text": "Votre <avis>"})

    assert KINDS["web"].publish('https://x.example/s/a?b=1&c="', config) == Artefact(
        "text/html",
        b'<a href="https://x.example/s/a?b=1&amp;c=&quot;" rel="noopener">Votre &lt;avis&gt;</a>',
        "link.html",
    )


def test_the_snippet_has_words_of_its_own() -> None:
    snippet = KINDS["web"].publish("https://x.example/s/a", Config("web")).content

    assert snippet.startswith(b'<a href="https://x.example/s/a" rel="noopener">')
    assert len(snippet) > 60
