"""Answering a survey page as a browser without JavaScript does."""

import urllib.parse
import urllib.request
from html.parser import HTMLParser

from tests.flows.product import Product


class SurveyPage(HTMLParser):
    """The hidden fields of a survey page, the name of its scale and of its comment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.scale = ""
        self.comment = ""
        self.checked: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "textarea":
            self.comment = self.comment or name
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden[name] = value
        elif tag == "input" and found.get("type") == "radio":
            self.scale = self.scale or name
            if "checked" in found:
                self.checked.append(value)


def answer(product: Product, url: str, score: int, comment: str = "") -> str:
    """Open a survey, post its form, and return the page that comes then."""
    path = urllib.parse.urlsplit(url).path
    page = SurveyPage(product.call("GET", path).body.decode())
    fields = page.hidden | {page.scale: str(score), page.comment: comment}
    body = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(f"{product.url}{path}", data=body, method="POST")
    with urllib.request.urlopen(request, timeout=20) as response:
        return str(response.read().decode())
