"""The frame of the pages: sections, the current one, and links inside the organisation."""

import re
from functools import reduce
from types import SimpleNamespace

import pytest
from django.urls import NoReverseMatch
from django.utils import translation

from accounts.templatetags import shell


def sections(request):
    return shell.navigation({"request": request})


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/o/maison-lune/", "dashboards:home"),
        ("/o/maison-lune/surveys/", "surveys:survey-list"),
        ("/o/maison-lune/surveys/0190/results/", "surveys:survey-list"),
    ],
)
def test_the_longest_address_is_the_current_section(request_inside, path, route):
    current = [item.route for item in sections(request_inside(path)) if item.is_current]

    assert current == [route]


def test_home_is_current_on_its_own_page_only(request_inside):
    assert not [
        item.route for item in sections(request_inside("/o/maison-lune/none/")) if item.is_current
    ]


def test_a_route_that_is_not_there_fails(render, request_inside):
    with pytest.raises(NoReverseMatch):
        render("{% nav_url 'nowhere:at-all' %}", request_inside())


def test_a_row_that_is_not_there_has_no_address(render, request_inside):
    assert render("[{% nav_url 'surveys:survey-list' pk=nobody.pk %}]", request_inside()) == "[]"


def test_outside_an_organisation_there_are_no_sections(rf):
    assert sections(rf.get("/")) == []


def test_rail_and_bottom_bar_mark_the_same_section(styleguide):
    page = styleguide()
    marked = re.findall(r'<a class="(rail|bottombar)-link"[^>]*aria-current="page"', page)

    assert marked == ["rail", "bottombar"]


def test_the_page_title_and_the_heading_agree(styleguide):
    page = styleguide()
    title = re.search(r"<title>\s*(.*?) · CXHub\s*</title>", page, re.DOTALL)
    heading = re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", page, re.DOTALL)

    assert title
    assert heading
    assert title[1].strip() == heading[1].strip() == "Components"


def test_landmarks_and_the_way_past_them(styleguide):
    page = styleguide()

    assert page.count("<main") == 1
    assert page.index('href="#main"') < page.index("<header")
    assert re.findall(r'<nav[^>]*aria-label="([^"]+)"', page)[:1] == ["Main"]
    assert 'id="live" role="status"' in re.sub(r"\s+", " ", page)


PARTS = ("topbar_tools", "rail", "bottom_bar", "shortcuts", "finder", "session")


def test_what_is_rendered_once_holds_the_values_of_its_reader_only(render, rf):
    """Two who see the same frame; the second one's values would break out of an attribute."""
    source = "{% load frame %}" + "".join(
        f'{{% framed "components/_{part}.html" %}}' for part in PARTS
    )
    pages = []
    for n, name, slug in ((1, "zoe", "maison-lune"), (2, '"<eve>', "northwind")):
        request = rf.get(f"/o/{slug}/surveys/?page={n}")
        request.organisation = SimpleNamespace(slug=slug)
        request.user = SimpleNamespace(
            pk=f"pk-of-{name}",
            email=f"{name}@example.org",
            get_full_name=lambda: "",
            is_authenticated=False,
        )
        pages.append(render(source, request, csrf_token=f"token-of-{name}"))

    first, second = pages
    own = {
        "zoe": "&quot;&lt;eve&gt;",
        "maison-lune": "northwind",
        "page=1": "page=2",
        ">ZE<": ">E<",
    }
    assert second == reduce(lambda page, pair: page.replace(*pair), own.items(), first)
    assert "mark--" not in second


def test_the_frame_follows_section_language_theme_and_rail(render, request_inside):
    def frame(path="/o/maison-lune/surveys/", language="en", **context):
        request = request_inside(path)
        request.membership = SimpleNamespace(role="viewer")
        parts = '{% framed "components/_topbar_tools.html" %}{% framed "components/_rail.html" %}'
        with translation.override(language):
            return render("{% load frame %}" + parts, request, csrf_token="t", **context)

    first = frame()
    others = [
        frame("/o/maison-lune/cases/"),
        frame(language="fr"),
        frame(theme="dark"),
        frame(rail="folded"),
    ]

    assert len({first, *others}) == 5
    assert frame() == first
