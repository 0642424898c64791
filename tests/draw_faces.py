"""Draw the faces of the satisfaction mail anew: each SVG of static/faces as a PNG beside it.

Run after changing a drawing: `.venv/bin/python -m tests.draw_faces`. Mail programs show no SVG.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import launch_options

FOLDER = Path(__file__).resolve().parent.parent / "static" / "faces"
PIXELS = 72  # shown at 36: sharp on every screen
PLAIN = "<style>body{margin:0}svg{display:block}</style>"


def draw() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page = browser.new_page(viewport={"width": PIXELS, "height": PIXELS})
        for drawing in sorted(FOLDER.glob("*.svg")):
            page.set_content(PLAIN + drawing.read_text(encoding="utf-8"))
            page.screenshot(path=drawing.with_suffix(".png"), omit_background=True)
        browser.close()


if __name__ == "__main__":
    draw()
