"""Icons are drawn as their package draws them."""

import xml.etree.ElementTree as ET

import lucide.templatetags.lucide
import pytest

from cxhub.lib.icons import drawing


def parts(svg: str) -> list[tuple[str, dict[str, str]]]:
    return [(node.tag, node.attrib) for node in ET.fromstring(svg).iter()]


@pytest.mark.parametrize("name", ["gauge", "circle-alert", "arrow-left", "mail", "square", "users"])
def test_a_drawing_is_the_packages(name):
    theirs = lucide.templatetags.lucide.lucide(
        name, size=16, **{"class": "icon", "stroke-width": "1.75"}
    )

    ours = drawing(name, width="16", height="16", **{"class": "icon", "stroke-width": "1.75"})

    assert parts(ours) == parts(theirs)


def test_what_is_no_icon_is_an_error():
    with pytest.raises(KeyError):
        drawing("no-such-icon")


def test_an_attribute_is_escaped():
    assert 'aria-label="&quot;&lt;b&gt;"' in drawing("gauge", **{"aria-label": '"<b>'})
