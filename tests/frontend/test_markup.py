"""The templates keep to the strict content policy and to the rules of forms and links."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))


def root_of(template: Path) -> Path:
    """The document that a page extends in the end."""
    parent = re.search(r'{%\s*extends\s+"([^"]+)"', template.read_text(encoding="utf-8"))
    return root_of(TEMPLATES / parent[1]) if parent else template


def is_own_document(template: Path) -> bool:
    """Emails and what customers open carry their style with them, and have no session."""
    root = root_of(template)
    is_document = "<!doctype" in root.read_text(encoding="utf-8").lower()
    return root.name != "base.html" and (is_document or "email" in str(template))


SHELL_PAGES = [template for template in PAGES if not is_own_document(template)]


def name(template: Path) -> str:
    return str(template.relative_to(TEMPLATES))


def markup_of(template: Path) -> str:
    text = template.read_text(encoding="utf-8")
    text = re.sub(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    # A ">" inside a tag of the template language must not end an element for the patterns below.
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", lambda tag: tag[0].replace(">", ""), text)


def elements(template: Path, kind: str) -> list[str]:
    return re.findall(rf"<{kind}\b[^>]*>", markup_of(template))


@pytest.mark.parametrize("template", PAGES, ids=name)
def test_no_handlers_in_markup(template):
    assert re.findall(r"\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", markup_of(template)) == []
    assert "javascript:" not in markup_of(template)


@pytest.mark.parametrize("template", SHELL_PAGES, ids=name)
def test_no_inline_style_or_script(template):
    markup = markup_of(template)

    assert re.findall(r"\sstyle\s*=", markup) == []
    assert re.findall(r"<style\b", markup) == []
    assert [tag for tag in elements(template, "script") if "src=" not in tag] == []


@pytest.mark.parametrize("template", SHELL_PAGES, ids=name)
def test_a_placeholder_is_never_the_only_label(template):
    markup = markup_of(template)
    bare = [
        tag
        for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", markup)
        if "placeholder=" in tag and "aria-label" not in tag and "id=" not in tag
    ]

    assert bare == []


@pytest.mark.parametrize("template", SHELL_PAGES, ids=name)
def test_only_links_and_buttons_are_pressed(template):
    pressed = (
        r"<(?:div|span|li|tr|td)\b[^>]*\s(?:data-dialog-open|data-copy|data-reveal|role=\"button\")"
    )

    assert re.findall(pressed, markup_of(template)) == []


@pytest.mark.parametrize("template", SHELL_PAGES, ids=name)
def test_every_post_form_carries_its_token(template):
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", markup_of(template), re.DOTALL)

    assert [form for form in forms if "{% csrf_token %}" not in form] == []


@pytest.mark.parametrize("template", SHELL_PAGES, ids=name)
def test_headings_have_one_first_level(template):
    text = template.read_text(encoding="utf-8")
    has_heading_above = re.search(r'{% extends "(layouts|errors)/', text)
    if not has_heading_above or template.parent.name == "layouts":
        return

    assert elements(template, "h1") == []
