"""The templates keep to the strict content policy and to the rules of forms and links."""

import re
from collections.abc import Callable
from pathlib import Path

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


def found_in(pages: list[Path], look: Callable[[Path], list[str]]) -> dict[str, list[str]]:
    """What somebody looks for, by the template that holds it."""
    assert len(pages) > 100
    return {name(page): found for page in pages if (found := look(page))}


def test_no_handlers_in_markup():
    def handlers(page):
        markup = markup_of(page)
        return re.findall(r"\s(?:on[a-z]+|hx-on[:\w-]*)\s*=|javascript:", markup)

    assert found_in(PAGES, handlers) == {}


def test_no_inline_style_or_script():
    def inline(page):
        scripts = [tag for tag in elements(page, "script") if "src=" not in tag]
        return scripts + re.findall(r"\sstyle\s*=|<style\b", markup_of(page))

    assert found_in(SHELL_PAGES, inline) == {}


def test_a_placeholder_is_never_the_only_label():
    def bare(page):
        return [
            tag
            for tag in elements(page, "(?:input|textarea)")
            if "placeholder=" in tag and "aria-label" not in tag and "id=" not in tag
        ]

    assert found_in(SHELL_PAGES, bare) == {}


def test_only_links_and_buttons_are_pressed():
    pressed = (
        r"<(?:div|span|li|tr|td)\b[^>]*\s(?:data-dialog-open|data-copy|data-reveal|role=\"button\")"
    )

    assert found_in(SHELL_PAGES, lambda page: re.findall(pressed, markup_of(page))) == {}


def test_every_post_form_carries_its_token():
    def without_token(page):
        forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", markup_of(page), re.DOTALL)
        return [form for form in forms if "{% csrf_token %}" not in form]

    assert found_in(SHELL_PAGES, without_token) == {}


def test_headings_have_one_first_level():
    def more_headings(page):
        text = page.read_text(encoding="utf-8")
        has_heading_above = re.search(r'{% extends "(layouts|errors)/', text)
        if not has_heading_above or page.parent.name == "layouts":
            return []
        return elements(page, "h1")

    assert found_in(SHELL_PAGES, more_headings) == {}
