"""List, gallery, publishing and sharing."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cxhub.lib.artefacts import artefact
from cxhub.lib.ids import uuid7
from cxhub.lib.tenancy import tenant
from surveys.actions.drafts import edit_draft
from surveys.definition import editing
from surveys.models import Collector, ScoreRollup, Survey
from surveys.queries import overview
from surveys.queries.doors import collector_url
from tests.factories.accounts import PlaceFactory
from tests.factories.surveys import CollectorFactory, LiveSurveyFactory, SurveyFactory

QUERIES_OF_THE_LIST = 14  # session, person, membership and tenant take most of them


def url(organisation, name, **kwargs):
    return reverse(f"surveys:{name}", kwargs={"organisation_slug": organisation.slug, **kwargs})


def rollup(survey, counts):
    return ScoreRollup.objects.create(
        organisation=survey.organisation,
        survey=survey,
        question_key="q1",
        metric="nps",
        hour=timezone.now(),
        channel="web",
        counts=counts,
        skipped=1,
    )


def test_the_first_visit_offers_the_templates(alice_client, organisation):
    page = alice_client.get(url(organisation, "survey-list")).content.decode()

    assert page.count('class="template"') == 3


def test_viewers_read_why_the_list_is_empty(bob_client, organisation):
    page = bob_client.get(url(organisation, "survey-list")).content.decode()

    assert "A manager of your organisation can create one." in page


def test_the_list_shows_answers_and_score_of_30_days(alice_client, organisation):
    survey = LiveSurveyFactory(organisation=organisation, name="Delivery")
    rollup(survey, [1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2])

    page = alice_client.get(url(organisation, "survey-list")).content.decode()

    assert "Delivery" in page
    assert "+60" in page
    assert '<td class="num" data-label="Responses, 30 days">6</td>' in page


def test_the_list_shows_the_bounds_of_a_few_answers(alice_client, organisation):
    survey = LiveSurveyFactory(organisation=organisation)
    rollup(survey, [0, 0, 0, 0, 0, 0, 1, 0, 0, 4, 0])

    page = alice_client.get(url(organisation, "survey-list")).content.decode()

    assert "from −19 to +94" in page
    assert "±" not in page


def test_the_list_asks_as_much_for_three_as_for_one(
    alice_client, organisation, django_assert_num_queries
):
    rollup(LiveSurveyFactory(organisation=organisation), [0] * 10 + [1])
    alice_client.get(url(organisation, "survey-list"))
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        alice_client.get(url(organisation, "survey-list"))
    for survey in LiveSurveyFactory.create_batch(2, organisation=organisation):
        rollup(survey, [0] * 10 + [1])

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        alice_client.get(url(organisation, "survey-list"))


def test_the_list_is_filtered_by_state(alice_client, organisation):
    SurveyFactory(organisation=organisation, name="First draft")
    LiveSurveyFactory(organisation=organisation, name="Running")

    page = alice_client.get(url(organisation, "survey-list"), {"state": "live"}).content.decode()

    assert "Running" in page
    assert "First draft" not in page


def test_the_list_is_sorted_through_all_pages_within_its_filter(
    alice_client, organisation, monkeypatch
):
    monkeypatch.setattr(overview, "PAGE", 2)
    for name, responses in (("Vente", 3), ("École", 0), ("accueil", 5), ("Livraison", 3)):
        survey = LiveSurveyFactory(organisation=organisation, name=name)
        if responses:
            rollup(survey, [responses - 1, *[0] * 10])
    SurveyFactory(organisation=organisation, name="Brouillon")

    def walk(sort):
        shown, link = [], f"?state=live&sort={sort}"
        while link:
            page = alice_client.get(url(organisation, "survey-list") + link).context
            shown += [row.survey.name for row in page["rows"]]
            link = page["next_url"]
        return " ".join(shown)

    assert walk("name") == "accueil École Livraison Vente"
    assert walk("-name") == "Vente Livraison École accueil"
    assert walk("-responses") == "accueil Livraison Vente École"
    assert walk("changed") == "Vente École accueil Livraison"


@pytest.mark.parametrize("template", ["nps", "csat", "ces"])
def test_a_template_opens_in_the_builder(alice_client, organisation, template):
    answer = alice_client.post(url(organisation, "survey-create"), {"template": template})

    survey = Survey.objects.get()
    assert answer["Location"] == url(organisation, "survey-builder", pk=survey.pk)
    assert (survey.template, survey.languages) == (template, ["en", "fr"])
    assert survey.name.startswith(template.upper())


@pytest.mark.parametrize("sent", [{}, {"template": "essay"}])
def test_a_template_that_is_none_leads_to_the_gallery(alice_client, organisation, sent):
    answer = alice_client.post(url(organisation, "survey-create"), sent)

    assert answer["Location"] == url(organisation, "survey-gallery")
    assert Survey.objects.count() == 0


@pytest.mark.parametrize("revision", ["1", "", "²"])
def test_publishing_leads_to_the_link(alice_client, organisation, revision):
    survey = SurveyFactory(organisation=organisation)

    answer = alice_client.post(
        url(organisation, "survey-publish", pk=survey.pk), {"revision": revision}, follow=True
    )

    survey.refresh_from_db()
    link = Collector.objects.get()
    assert (survey.state, link.kind) == ("live", "link")
    assert f"/s/{link.code.lower()}" in answer.content.decode()


def test_publishing_an_unfinished_draft_lists_what_to_fix(alice_client, organisation):
    survey = SurveyFactory(organisation=organisation)
    questions = [{**survey.draft["questions"][0], "text": {"fr": "Bien ?"}}]
    edit_draft(survey=survey, change=lambda d: {**d, "questions": questions}, actor=None)

    answer = alice_client.post(url(organisation, "survey-publish", pk=survey.pk))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{url(organisation, 'survey-builder', pk=survey.pk)}?part=q1#id_text-en" in page
    assert "Translate the question into English" in page


def test_what_to_fix_names_the_text_and_the_language_in_the_readers_words(
    alice, alice_client, organisation
):
    alice.user.language = "fr"
    alice.user.save()
    survey = SurveyFactory(organisation=organisation)
    questions = [{**survey.draft["questions"][0], "text": {}}]
    edit_draft(survey=survey, change=lambda d: {**d, "questions": questions}, actor=None)

    page = alice_client.get(
        url(organisation, "survey-publish", pk=survey.pk), headers={"Accept-Language": "fr"}
    ).content.decode()

    assert "Saisissez la question en français" in page
    assert "Français, anglais" in page
    builder = alice_client.get(
        url(organisation, "survey-builder", pk=survey.pk), headers={"Accept-Language": "fr"}
    ).content.decode()
    assert "Question (anglais)" in builder
    assert "Monter ou descendre la question" in builder


def test_publishing_what_nobody_looked_at_is_refused(alice_client, organisation):
    survey = SurveyFactory(organisation=organisation)
    edit_draft(survey=survey, change=lambda d: {**d, "brand": "Lune"}, actor=None)

    answer = alice_client.post(url(organisation, "survey-publish", pk=survey.pk), {"revision": "1"})

    survey.refresh_from_db()
    assert (answer.status_code, survey.state) == (422, "draft")


def list_of_changes(client, organisation, survey):
    page = client.get(url(organisation, "survey-publish", pk=survey.pk)).content.decode()
    found = re.search(r'<ul class="list changes">(.*?)</ul>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else None


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Question 1 is reworded in English How likely are you to recommend Maison Lune to a "
            "friend or colleague? Would you come back? Question 2 is removed Qu’est-ce qui "
            "explique votre note ? Its past answers stay in your results.",
        ),
        (
            "fr",
            "La question 1 est reformulée en anglais How likely are you to recommend Maison Lune "
            "to a friend or colleague? Would you come back? La question 2 est supprimée Qu’est-ce "
            "qui explique votre note ? Les réponses déjà reçues restent dans vos résultats.",
        ),
    ],
)
def test_publishing_changes_shows_what_changes(
    alice, alice_client, organisation, language, expected
):
    alice.user.language = language
    alice.user.save()
    survey = LiveSurveyFactory(organisation=organisation)
    edit_draft(survey=survey, change=lambda d: editing.remove_question(d, "q2"), actor=None)
    first = {**survey.draft["questions"][0]}
    first["text"] = {**first["text"], "en": "Would you come back?"}
    edit_draft(survey=survey, change=lambda d: editing.replace_question(d, "q1", first), actor=None)

    assert list_of_changes(alice_client, organisation, survey) == expected


def test_there_is_no_list_before_the_first_version_nor_without_changes(alice_client, organisation):
    first, live = (
        SurveyFactory(organisation=organisation),
        LiveSurveyFactory(organisation=organisation),
    )

    assert list_of_changes(alice_client, organisation, first) is None
    assert list_of_changes(alice_client, organisation, live) is None


@pytest.mark.parametrize(
    ("state", "after"), [("paused", "paused"), ("archived", "archived"), ("draft", "live")]
)
def test_the_state_changes_from_the_list(alice_client, organisation, state, after):
    survey = LiveSurveyFactory(organisation=organisation)

    answer = alice_client.post(
        url(organisation, "survey-state", pk=survey.pk), {"state": state}, follow=True
    )

    survey.refresh_from_db()
    assert (answer.status_code, survey.state) == (200, after)


def test_a_survey_is_duplicated(alice_client, organisation):
    survey = LiveSurveyFactory(organisation=organisation, name="Delivery")

    alice_client.post(url(organisation, "survey-duplicate", pk=survey.pk))

    assert set(Survey.objects.values_list("name", "state")) == {
        ("Delivery", "live"),
        ("Delivery (copy)", "draft"),
    }


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("qr", "/q/{code}"),
        ("kiosk", "/k/{code}"),
        ("widget", "/widget/{code}.js&quot; defer&gt;&lt;/script&gt;"),
        ("link", "/s/{code}"),
    ],
)
def test_a_door_is_made_for_a_place(alice_client, organisation, kind, shown):
    survey = LiveSurveyFactory(organisation=organisation)
    place = PlaceFactory(organisation=organisation, name="Lyon")

    page = alice_client.post(
        url(organisation, "collector-create", pk=survey.pk),
        {"place": str(place.pk), "name": "Till", "kind": kind},
        follow=True,
    ).content.decode()

    door = Collector.objects.get()
    assert (door.kind, door.place, door.name) == (kind, place, "Till")
    assert shown.format(code=door.code.lower()) in page


def test_a_place_of_another_organisation_is_no_place(
    alice_client, organisation, other_organisation
):
    """AB-01"""
    survey = LiveSurveyFactory(organisation=organisation)
    with tenant(other_organisation.pk):
        place = PlaceFactory(organisation=other_organisation)

    answer = alice_client.post(
        url(organisation, "collector-create", pk=survey.pk), {"place": str(place.pk)}
    )

    assert (answer.status_code, Collector.objects.count()) == (422, 0)


def test_a_door_is_closed_and_opened(alice_client, organisation):
    door = CollectorFactory(survey=LiveSurveyFactory(organisation=organisation))
    address = url(organisation, "collector-state", pk=door.pk)

    for sent, expected in (("off", False), ("on", True)):
        alice_client.post(address, {"open": sent})
        door.refresh_from_db()
        assert door.is_open == expected


def test_the_picture_prints_sharp_and_downloads(alice_client, organisation):
    door = CollectorFactory(survey=LiveSurveyFactory(organisation=organisation), kind="qr")
    svg = url(organisation, "collector-picture", pk=door.pk, suffix="svg")
    png = url(organisation, "collector-picture", pk=door.pk, suffix="png")

    drawn = alice_client.get(svg)
    downloaded = alice_client.get(f"{png}?download")

    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content == artefact("qr", collector_url(door)).content
    assert downloaded.content == artefact("qr", collector_url(door), format="png").content
    width, height = Image.open(io.BytesIO(downloaded.content)).size
    assert width == height >= 1200
    assert downloaded["Content-Disposition"] == (
        f'attachment; filename="qr-{door.code.lower()}.png"'
    )
    assert alice_client.get(png.replace(".png", ".exe")).status_code == 404


@pytest.mark.parametrize(("method", "name"), [("post", "collector-state"), ("get", "picture")])
def test_a_foreign_door_does_not_exist(charlie_client, charlie, organisation, method, name):
    """AB-01"""
    door = CollectorFactory(survey=LiveSurveyFactory(organisation=organisation))
    kwargs = {"suffix": "svg"} if name == "picture" else {}
    name = "collector-picture" if name == "picture" else name

    answers = [
        getattr(charlie_client, method)(url(charlie.organisation, name, pk=pk, **kwargs))
        for pk in (door.pk, uuid7())
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    door.refresh_from_db()
    assert door.is_open


def test_viewers_see_the_doors_and_open_none(bob_client, organisation):
    """AB-03"""
    survey = LiveSurveyFactory(organisation=organisation)
    door = CollectorFactory(survey=survey)

    page = bob_client.get(url(organisation, "survey-share", pk=survey.pk))
    refused = bob_client.post(url(organisation, "collector-state", pk=door.pk), {"open": "off"})

    assert door.code.lower() in page.content.decode()
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("address", "only_here"), [("http://127.0.0.1:8000", True), ("https://cx.example", False)]
)
def test_a_code_to_scan_is_offered_where_a_phone_gets_there(
    alice_client, organisation, settings, address, only_here
):
    settings.SHORT_URL = settings.SITE_URL = address
    survey = LiveSurveyFactory(organisation=organisation)
    CollectorFactory(survey=survey, kind="link")

    page = alice_client.get(url(organisation, "survey-share", pk=survey.pk)).content.decode()

    assert ("opens on this computer only" in page) is only_here
    assert ("Try it on your phone" in page) is not only_here
