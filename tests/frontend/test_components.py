"""Every component renders, and ties its parts together for assistive technology."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages import ERROR, SUCCESS
from django.contrib.messages.storage.base import Message
from django.template.loader import get_template, render_to_string
from django.utils import translation

from tests.frontend.conftest import NOW

COMPONENTS = sorted((Path(settings.BASE_DIR) / "templates" / "components").glob("_*.html"))
PARTS = {"_avatar.html", "_logo.html", "_field_optional.html", "_field_error.html"}


def field(form, name: str, **context: object) -> str:
    return render_to_string("components/_field.html", {"field": form[name], **context})


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_every_component_compiles(component):
    assert get_template(f"components/{component.name}").template.nodelist


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_styleguide_shows_every_component_once_loaded(styleguide, language):
    page = styleguide(language)

    for name in ("btn", "badge", "chip", "switch", "kpi", "verbatim", "stepper", "banner", "empty"):
        assert re.search(rf'class="[^"]*\b{name}\b', page), name
    assert f'<html lang="{language}" data-theme="light">' in page


def test_identifiers_on_a_page_are_unique(styleguide):
    identifiers = re.findall(r'\sid="([^"]+)"', styleguide())

    assert sorted(identifiers) == sorted(set(identifiers))


def test_every_description_and_label_points_at_something(styleguide):
    page = styleguide()
    identifiers = set(re.findall(r'\sid="([^"]+)"', page))
    references = re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page)

    assert references
    assert {word for names in references for word in names.split()} - identifiers == set()


def test_a_field_without_error_is_described_by_its_hint(sample_form):
    html = field(sample_form(), "name")

    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext">Customers do not see it.' in html
    assert "aria-invalid" not in html


def test_a_field_in_error_is_described_by_hint_then_error(sample_form):
    html = field(sample_form({"name": ""}), "name")

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.index("id_name_helptext") < html.index('id="id_name_error"') < html.index("<input")


def test_a_field_keeps_what_was_typed(sample_form):
    assert 'value="claire"' in field(sample_form({"email": "claire"}), "email")


def test_only_fields_that_may_stay_empty_say_so(sample_form):
    form = sample_form()

    assert "(optional)" in field(form, "note")
    assert "(optional)" not in field(form, "name")


def test_a_group_of_choices_is_described_as_a_whole(sample_form):
    html = field(sample_form({}), "channel")

    assert re.search(r'<fieldset[^>]*aria-describedby="id_channel_error"', html)
    assert html.count("aria-describedby") == 1
    assert "<legend" in html


def test_the_summary_links_to_every_field_in_error(sample_form):
    form = sample_form({"name": ""})
    html = render_to_string("components/_error_summary.html", {"form": form})
    inputs = str(form)

    links = re.findall(r'href="#([^"]+)"', html)

    assert links == ["id_name", "id_channel_0"]
    assert all(f'id="{link}"' in inputs for link in links)


def test_the_summary_is_absent_without_errors(sample_form):
    html = render_to_string("components/_error_summary.html", {"form": sample_form()})

    assert html.strip() == ""


def test_texts_are_escaped_everywhere(render):
    hostile = "<script>x</script>"
    source = (
        "{% badge text %}{% card title=text %}{{ text }}{% endcard %}"
        "{% include 'components/_verbatim.html' with text=text contact=text %}"
        "{% include 'components/_empty.html' with title=text text=text %}"
        "{% include 'components/_chip.html' with label=text remove_url='#' %}"
        "{% banner title=text %}{{ text }}{% endbanner %}{% icon 'x' label=text %}"
    )

    assert "<script" not in render(source, text=hostile)


def test_an_error_stays_on_the_page_and_only_good_news_is_a_toast(render):
    news = [Message(ERROR, "Not sent."), Message(SUCCESS, "Sent.")]

    page = render('{% include "components/_errors.html" %}', messages=news)
    toasts = render('{% include "components/_toast.html" %}', messages=news)

    assert ("Not sent." in page, "Sent." in page) == (True, False)
    assert 'role="alert"' in page
    assert ("Not sent." in toasts, "Sent." in toasts) == (False, True)


def test_an_icon_is_hidden_unless_it_stands_alone(render):
    assert 'aria-hidden="true"' in render("{% icon 'x' %}")
    assert 'role="img"' in render("{% icon 'x' label='Close' %}")
    assert 'stroke-width="1.75"' in render("{% icon 'x' %}")


def test_states_agree_with_their_noun_in_french(render):
    with translation.override("fr"):
        assert "Close<" in render("{% state_badge 'closed' %}")
        assert "Clos<" in render("{% state_badge 'closed' 'case' %}")  # codespell:ignore


def test_a_group_is_never_told_by_colour_alone(render):
    html = render("{% group_badge 'detractor' 3 %}")

    assert "badge-det" in html
    assert "▼" in html
    assert "3 · Detractor" in html


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=-2), "in 2 h"),
        (timedelta(hours=24), "13 March 2026"),
        (timedelta(days=400), "7 February 2025"),
    ],
)
def test_times_are_relative_for_a_day(render, age, text):
    html = render("{% relative_time moment now %}", moment=NOW - age, now=NOW)

    assert html.endswith(f">{text}</time>")
    assert f'datetime="{(NOW - age).isoformat()}"' in html


def test_no_time_is_a_dash(render):
    assert render("{% relative_time moment %}", moment=None) == "–"


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "429", "500", "503"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_error_pages_stand_without_a_request(code, language):
    with translation.override(language):
        page = render_to_string(f"{code}.html")

    assert page.count("<h1") == 1
    assert 'href="/"' in page
    assert f'<html lang="{language}"' in page


def test_the_title_says_when_there_is_an_error(sample_form, request_inside):
    form = sample_form({})
    html = render_to_string("layouts/auth.html", {"form": form}, request_inside("/"))

    assert "<title>Error:" in re.sub(r"\s+", " ", html).replace("<title> ", "<title>")


def test_a_placeholder_is_never_shown(sample_form):
    form = sample_form()
    form.fields["name"].widget.attrs["placeholder"] = "Survey name"

    assert "placeholder" not in field(form, "name")


def test_a_page_may_say_it_better_than_the_form(sample_form, render):
    source = (
        "{% include 'components/_field.html' with field=form.name|without_help"
        " field_label='Title' hint='Short.' %}"
    )

    html = render(source, form=sample_form())

    assert "Title</label>" in re.sub(r"\s+", "", html)
    assert "Short.</p>" in html
    assert "Customers do not see it." not in html
