"""What the tests of the design system share: a form, a request, a renderer, few addresses."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.conftest import SHARED
from tests.frontend.site import Site

NOW = datetime(2026, 3, 14, 10, 42, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="Survey name", help_text="Customers do not see it.")
    email = forms.EmailField(label="Reply address", required=False)
    secret = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    language = forms.ChoiceField(
        label="Language",
        choices=[("fr", "Français"), *((f"l{n}", f"Langue {n}") for n in range(16))],
        required=False,
    )
    channel = forms.ChoiceField(
        label="Channel", choices=[("sms", "SMS"), ("qr", "QR")], widget=forms.RadioSelect
    )
    again = forms.BooleanField(label="Ask again", required=False)


@pytest.fixture
def sample_form():
    return SampleForm


@pytest.fixture(autouse=True)
def few_addresses(settings):
    """The frame is tested with its own addresses, whatever the product has."""
    settings.ROOT_URLCONF = "tests.frontend.urls"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def request_inside():
    """A request of a member at an address of the organisation."""

    def build(path: str = "/o/maison-lune/surveys/"):
        request = RequestFactory().get(path)
        request.organisation = SimpleNamespace(slug="maison-lune", name="Maison Lune")
        request.user = SimpleNamespace(
            email="camille@example.org", get_full_name=lambda: "Camille Renard"
        )
        request.user.is_authenticated = False
        return request

    return build


@pytest.fixture
def render():
    """Render a line of template, with the tags of the design system loaded."""

    def build(source: str, request: object = None, **context: object) -> str:
        template = engines["django"].from_string("{% load ui numerals shell %}" + source)
        return template.render(context, request).strip()

    return build


@pytest.fixture
def styleguide(request_inside):
    """The page that shows every component."""

    def build(language: str = "en", theme: str = "light") -> str:
        context = {
            "now": NOW,
            "theme": theme,
            "tabs": [{"url": "#all", "label": "All", "current": True, "count": 12}],
            "figures": [{"label": "NPS", "value": "+34", "margin": "± 7", "n": 1284}],
            "rows": [
                {"name": "Achat", "state": "live", "n": 1284, "score": 34, "margin": 7, "at": NOW}
            ],
            "verbatims": [
                {"text": "Parfait.", "group": "promoter", "score": 10, "contact": "Zoé", "at": NOW}
            ],
            "states": ["draft", "live", "overdue"],
            "steps": ["Survey", "Contacts", "Channel"],
            "sample": SampleForm({"name": ""}),
        }
        with translation.override(language):
            return render_to_string("components/styleguide.html", context, request_inside())

    return build


@pytest.fixture(scope="module")
def open_site():
    with Site().open() as site:
        yield site


@pytest.fixture
def site(open_site) -> Site:
    open_site.forget()
    return open_site


@pytest.fixture(scope="module")
def window():
    """What the pages of a file share: the style sheets and scripts that were fetched."""
    size = {"width": 1280, "height": 800}
    context = SHARED.opened().new_context(viewport=size, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(window, site):
    page = window.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
    yield page
    for one in window.pages:
        one.evaluate("globalThis.localStorage?.clear()")
        one.close()
    window.clear_cookies()
    assert faults == []
