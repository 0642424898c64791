"""The respondent's page in a real browser: with scripts, without, and for everybody."""

import time

import pytest
from playwright.sync_api import ConsoleMessage, Route, expect

from surveys.actions import pages
from surveys.definition import ThanksLink, new_document, parse
from surveys.definition.library import question
from tests.browser import AXE, AXE_BRIEF

HANGS = 0  # what a network does that takes everything and gives nothing back
ORIGIN = "https://survey.example"
LOOK = pages.Look("Boulangerie Martin", "bonjour@example.org", "Lyon Part-Dieu")
LINK = ThanksLink(
    {"fr": "Donner un avis", "en": "Write a review"}, "https://example.com/", "example.com"
)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    **AXE_BRIEF,
}
CHOSEN = "document.querySelector('.q:not([hidden]) input:checked')?.value"
KEPT = """async () => {
    const open = indexedDB.open("answers");
    await new Promise((done) => { open.onsuccess = done; });
    const rows = open.result.transaction("sheets").objectStore("sheets").getAll();
    await new Promise((done) => { rows.onsuccess = done; });
    open.result.close();
    return rows.result.some((sheet) => !sheet.includes("partial"));
}"""
HEADING = "document.activeElement.innerText.trim()"


def document(*kinds: str):
    made = new_document("nps", ["fr", "en"], "Boulangerie Martin")
    made["questions"] += [question(kind, f"x{number}") for number, kind in enumerate(kinds)]
    return parse(made)


def rendered(definition, language="fr", **options) -> pages.Page:
    filled = pages.Filled(options.pop("answers", {}), options.pop("problems", ()))
    version = options.pop("version", None)
    return pages.make_question_page(definition, version, LOOK, language, filled, **options)


class Site:
    """Answers every request with one page, and remembers what was posted."""

    def __init__(self) -> None:
        self.page = rendered(document())
        self.posts: list[str] = []
        self.requests: list[str] = []
        self.is_down = False
        self.refusals: list[int] = []

    def answer(self, route: Route) -> None:
        request = route.request
        if self.is_down:
            route.abort("internetdisconnected")
            return
        refusal = self.refusals.pop(0) if request.method == "POST" and self.refusals else 200
        if refusal == HANGS:
            return
        self.requests.append(f"{request.method} {request.url}")
        if request.method == "POST":
            self.posts.append(request.post_data or "")
        if "partial=1" in (request.post_data or ""):
            route.fulfill(status=204)
            return
        page = self.page
        if request.method == "POST" and refusal == 200:
            page = pages.make_thanks_page("Merci", LOOK, "fr")
        route.fulfill(
            status=refusal,
            body=page.body.plain(b"0" * 36 if page.has_slot else b""),
            headers={
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": page.policy,
            },
        )


def _is_trouble(line: ConsoleMessage) -> bool:
    return line.type == "error" and not line.text.startswith("Failed to load resource")


@pytest.fixture
def visit(browser):
    """Opens a page; fails on anything that the page's policy refused or a script raised."""
    contexts, troubles, site = [], [], Site()

    def build(page: pages.Page | None = None, *, width=390, scripts=True, clock=False):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts
        )
        contexts.append(context)
        context.set_default_timeout(5000)
        tab = context.new_page()
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("console", lambda line: troubles.append(line.text) if _is_trouble(line) else None)
        site.page = page or site.page
        if clock:
            tab.clock.install()
        tab.route("**/*", site.answer)
        tab.goto(f"{ORIGIN}/r/token")
        return tab, site

    yield build
    for context in contexts:
        context.close()
    assert troubles == []


pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_page_is_one_request(visit):
    _tab, site = visit()

    assert site.requests == [f"GET {ORIGIN}/r/token"]


def test_the_room_left_is_told_late_and_as_the_server_counts(visit):
    tab, _site = visit()
    tab.get_by_role("radio", name="3", exact=True).check()
    tab.get_by_role("button", name="Continuer").click()
    area, left = tab.locator("textarea:visible"), tab.locator(".q:visible .left")

    area.fill("\U0001f600" * 700 + "x" * 2_600)
    expect(left).to_have_text("Caractères restants : 700")
    assert area.evaluate("area => area.maxLength") == 4_700
    area.fill("\U0001f600" * 500 + "x" * 2_699)
    expect(left).to_be_empty()

    assert left.get_attribute("aria-live") == "polite"


def test_one_question_per_screen_and_back_again(visit):
    tab, site = visit()
    assert tab.locator(".q:visible").count() == 1

    tab.get_by_role("radio", name="3", exact=True).check()
    tab.get_by_role("button", name="Continuer").click()

    assert tab.evaluate(HEADING).startswith("Que devons-nous corriger en priorité")
    tab.locator("textarea:visible").fill("Deux jours de retard")
    tab.go_back()
    assert tab.evaluate(CHOSEN) == "3"
    tab.get_by_role("radio", name="9", exact=True).check()
    tab.get_by_role("button", name="Continuer").click()
    assert tab.evaluate(HEADING).startswith("Qu’avez-vous le plus apprécié")
    tab.get_by_role("button", name="Envoyer mon avis").click()

    tab.wait_for_selector("text=Merci")
    assert "partial=1" in site.posts[0]
    sent = site.posts[-1]
    assert "answers.q1=9" in sent
    assert "Deux+jours+de+retard" in sent
    assert "js=1&human=1" in sent


def test_a_click_by_script_is_no_person(visit):
    """AB-19."""
    tab, site = visit()

    tab.evaluate("document.querySelector('input[value=\"0\"]').click()")
    tab.evaluate("document.getElementById('next').click()")
    tab.evaluate("document.getElementById('send').click()")
    tab.wait_for_selector("text=Merci")

    assert "js=1&human=&" in site.posts[-1] + "&"


def test_a_missing_note_is_asked_for_beside_the_scale(visit):
    tab, _site = visit()

    tab.get_by_role("button", name="Continuer").click()

    assert tab.locator(".error:visible").inner_text() == "Choisissez une note de 0 à 10"
    assert tab.evaluate("document.activeElement.className") == "error"
    assert tab.title().startswith("Erreur – Choisissez une note de 0 à 10 – ")
    tab.get_by_role("radio", name="7", exact=True).check()
    assert tab.locator(".error:visible").count() == 0


def test_keys_choose_and_never_advance(visit):
    tab, _site = visit(width=1440)

    tab.locator("input[value='5']").focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_timeout(500)

    assert tab.evaluate(CHOSEN) == "6"
    assert tab.get_by_role("button", name="Continuer").is_visible()


def test_a_pointer_advances_where_the_scale_is_wide_and_the_space_bar_after_it(visit):
    tab, _site = visit(width=1440)

    tab.get_by_role("radio", name="9", exact=True).check()

    tab.wait_for_selector("textarea:visible", timeout=2000)
    tab.go_back()
    tab.locator("input[value='5']").focus()
    tab.keyboard.press("Space")
    tab.wait_for_selector("textarea:visible", timeout=2000)


def test_a_rating_link_shows_the_note_and_its_why_together(visit):
    tab, site = visit(rendered(document(), answers={"q1": 3}, is_chosen=True))

    assert tab.locator(".q:visible").count() == 2
    assert tab.locator("h1").inner_text() == "Vous avez choisi 3. Pourquoi\u202f?"
    assert tab.get_by_text("Que devons-nous corriger en priorité").is_visible()
    assert site.posts == []
    tab.wait_for_timeout(1100)
    tab.get_by_text("Que devons-nous corriger").click()
    tab.wait_for_timeout(200)
    assert ["partial=1" in post and "human=1" in post for post in site.posts] == [True]
    tab.get_by_role("radio", name="10", exact=True).check()
    assert tab.locator("h1").inner_text().startswith("Vous avez choisi 10.")


KIOSK = pages.Look("Boulangerie Martin", is_kiosk=True)


def test_a_kiosk_that_is_left_alone_begins_again(visit):
    page = pages.make_question_page(document(), None, KIOSK, "fr", pages.Filled({}))
    tab, site = visit(page, width=820, clock=True)
    tab.clock.run_for(60_000)
    assert not tab.get_by_role("dialog").is_visible()

    tab.get_by_role("radio", name="2", exact=True).check()
    tab.clock.run_for(1_000)
    tab.locator("textarea:visible").fill("Mes mots")
    tab.clock.run_for(21_000)
    dialog = tab.get_by_role("dialog", name="Toujours là")
    dialog.get_by_role("button", name="Continuer").click()
    assert not dialog.is_visible()
    assert tab.locator("textarea:visible").input_value() == "Mes mots"
    posts = len(site.posts)
    tab.clock.run_for(24_000)
    assert dialog.locator("b").inner_text() == "6"
    with tab.expect_navigation():
        tab.clock.run_for(7_000)

    assert tab.get_by_role("radio").first.is_visible()
    assert tab.evaluate(CHOSEN) is None
    assert "Mes+mots" in site.posts[posts]
    assert "partial=1" in site.posts[posts]
    # The save and the new page leave together: either may come first.
    assert site.requests.count(f"GET {ORIGIN}/r/token") == 2


@pytest.mark.parametrize("more", [0, 3, 4])
def test_progress_is_told_and_drawn_above_five_questions(visit, more):
    tab, _site = visit(rendered(document(*["csat", "choice", "comment", "ces"][:more])))

    assert tab.get_by_text(f"Question 1 sur {2 + more}").is_visible()
    bars = tab.get_by_role("progressbar")
    assert [bar.get_attribute("aria-valuenow") for bar in bars.all()] == ["1"] * (more > 3)


@pytest.mark.parametrize("what", ["begun", "sent in", "sent in and refused"])
def test_without_network_the_answer_waits_on_the_device(visit, what):
    """A survey that was published anew in between refuses it, and shows what still fits."""
    is_sent_in, is_refused = what.startswith("sent"), what.endswith("refused")
    tab, site = visit()
    site.is_down = True
    tab.context.set_offline(True)
    tab.get_by_role("radio", name="8", exact=True).check()
    tab.get_by_role("button", name="Continuer").click()
    told = tab.get_by_role("status")
    told.get_by_text("Pas de réseau\u00a0: votre réponse partira dès son retour").wait_for()
    if is_sent_in:
        tab.locator("textarea:visible").fill("Mes mots")
        tab.get_by_role("button", name="Envoyer mon avis").click()
        tab.wait_for_function(KEPT)
    questions = []
    tab.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    with tab.expect_event("close"):
        tab.close(run_before_unload=True)
    site.is_down = False
    if is_refused:
        site.page = rendered(document(), version="another")
        site.refusals = [409]

    again = tab.context.new_page()
    tab.context.set_offline(False)
    again.route("**/*", site.answer)
    again.goto(f"{ORIGIN}/r/token")

    if is_sent_in:
        again.wait_for_selector("text=Merci")
        sheets = [post for post in site.posts if "partial=1" not in post]
        assert len(sheets) == 1 + is_refused
        assert all("answers.q1=8" in sheet and "Mes+mots" in sheet for sheet in sheets)
        assert again.evaluate("document.activeElement.tagName") == "H1"
    else:
        assert again.locator("textarea:visible").count() == 1
        assert again.evaluate("document.querySelector('input:checked').value") == "8"
        assert "partial=1" in site.posts[-1]
    assert questions == ["beforeunload"]
    again.wait_for_function(f"async () => !await ({KEPT})()")


def test_what_is_not_taken_is_sent_again_without_any_storage(visit):
    """A network that hangs, a limit that is reached, a storage that never answers."""
    tab, site = visit(clock=True)
    tab.evaluate("indexedDB.open = () => ({})")
    tab.clock.pause_at(time.time() + 60)
    told = tab.get_by_role("status")
    site.refusals = [HANGS, 429]
    tab.get_by_role("radio", name="8", exact=True).check()
    tab.get_by_role("button", name="Continuer").click()
    tab.clock.run_for(20_000)
    told.get_by_text("Pas de réseau").wait_for()

    tab.get_by_role("button", name="Envoyer mon avis").click()
    told.get_by_text("Nous n’avons pas pu enregistrer").wait_for()
    tab.clock.run_for(2_000)
    told.get_by_text("Nous").wait_for(state="detached")
    tab.clock.run_for(1_000)

    tab.wait_for_selector("text=Merci")
    assert ["partial=1" in post for post in site.posts] == [False, False]


def test_without_scripts_the_page_is_one_long_form(visit):
    tab, site = visit(rendered(document("csat", "ces", "choice"), "en"), scripts=False)

    assert tab.locator(".q:visible").count() == 5
    assert tab.locator("button:visible").all_inner_texts() == ["Send my feedback", "Français"]
    tab.get_by_role("radio", name="2", exact=True).first.check()
    assert tab.get_by_text("What should we fix first?").is_visible()
    assert not tab.get_by_text("What is the main reason").is_visible()
    tab.get_by_role("button", name="Send my feedback").click()
    assert "answers.q1=2" in site.posts[-1]
    assert "js=&human=" in site.posts[-1]


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 320), ("en", 320), ("fr", 390), ("fr", 1440)]
)
def test_every_target_is_large_and_nothing_overflows(visit, language, width):
    definition = document("csat", "ces", "rating", "choice", "comment")
    tab, _site = visit(rendered(definition, language), width=width, scripts=False)

    boxes = [
        box
        for target in tab.locator("label.cell:visible, label.row:visible, button:visible").all()
        if (box := target.bounding_box())
    ]

    assert boxes
    assert [box for box in boxes if box["width"] < 44 or box["height"] < 44] == []
    assert max(box["x"] + box["width"] for box in boxes) <= width


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 1440)])
@pytest.mark.parametrize("kind", ["one", "many", "chosen", "errors", "thanks", "message"])
def test_axe_finds_nothing(visit, language, width, kind):
    definition = document("csat", "ces", "rating", "choice", "comment")
    page = {
        "one": lambda: rendered(document(), language),
        "many": lambda: rendered(definition, language),
        "chosen": lambda: rendered(document(), language, answers={"q1": 9}, is_chosen=True),
        "errors": lambda: rendered(definition, language, problems=definition.check_answers({})),
        "thanks": lambda: pages.make_thanks_page(
            "Merci", LOOK, language, pages.Callback(is_personal=True), LINK
        ),
        "message": lambda: pages.message_page(
            (
                pages.Message("fr", "Lien non valide", "Vérifiez."),
                pages.Message("en", "No", "x", (("Change my answer", "?change=1"),)),
            ),
            LOOK,
            language,
        ),
    }[kind]()
    tab, _site = visit(page, width=width)

    tab.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.evaluate("rules => axe.run(rules)", RULES)["violations"]

    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
