"""What a browser does with the respondent's pages, and a machine with their doors."""

import json
import re


def fields(html: str) -> dict[str, str]:
    """The hidden fields of a page, as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes["value"]
    return found


def opened(client, url, **headers):
    response = client.get(url, **headers)
    assert response.status_code == 200, response.content
    return response, fields(response.text)


def chosen(response) -> list[str]:
    """The values of what is checked on a page."""
    tags = re.findall(r"<input[^>]*\schecked[^>]*>", response.text)
    return [re.findall(r'value="([^"]*)"', tag)[0] for tag in tags]


def sheet(page, **answers):
    return {**page, **{f"answers.{key}": value for key, value in answers.items()}}


def post_json(client, url, body):
    return client.post(url, json.dumps(body), content_type="application/json")


# --- GET ----------------------------------------------------------------------------------
