"""Founding a demo company: people, places, channels, keys, customers, surveys."""

import json
from functools import cache
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.actions.api_keys import create_api_key
from accounts.actions.organisations import (
    Profile,
    add_member,
    change_organisation,
    found_organisation,
)
from accounts.actions.places import Details, add_place
from accounts.actions.teams import create_team, put_into_team
from accounts.enums import SCOPES
from accounts.models import Organisation, Place, User
from contacts.actions.contacts import ConsentGiven, ContactDetails, upsert_contact
from contacts.enums import ConsentSource
from contacts.models import Contact
from cxhub.lib.tenancy import tenant
from cxhub.management.demo.worlds import PASSWORD, World
from surveys.actions.collectors import create_collector, ensure_link
from surveys.actions.publishing import create_survey, publish_survey
from surveys.enums import CollectorKind
from surveys.models import Collector, Survey

CUSTOMERS = 80

WORDING = {
    "fr": "J’accepte de recevoir une courte enquête après mon achat.",
    "en": "I agree to receive a short survey after my purchase.",
}

ATTRIBUTES = {
    "fr": ("Ville", "Client fidèle", "oui", "non"),
    "en": ("City", "Loyal customer", "yes", "no"),
}


def found(world: World) -> Organisation:
    """The organisation with its members, places, channels and an API key; no answers yet."""
    people = [_person(person.email, person.name, world.language) for person in world.people]
    organisation = found_organisation(
        name=world.name, owner=people[0], language=world.language, slug=world.slug, is_demo=True
    )
    with tenant(organisation.pk):
        change_organisation(
            organisation=organisation,
            wanted=Profile(
                name=world.name,
                language=world.language,
                country=world.country,
                timezone=world.timezone,
                contact_email=world.contact_email,
                fatigue_days=30,
                fatigue_per_contact=2,
            ),
            actor=people[0],
        )
        for person, plan in zip(people[1:], world.people[1:], strict=True):
            joined = add_member(
                organisation=organisation, user=person, role=plan.role, actor=people[0]
            )
            if plan.team:
                team = create_team(organisation=organisation, name=plan.team, actor=people[0])
                put_into_team(team=team, members=[joined], actor=people[0])
        for name in world.places:
            add_place(organisation=organisation, details=Details(name, city=name), actor=people[0])
    return organisation


def hand_out_key(organisation: Organisation, owner: User, path: Path) -> str:
    """A key with every right, printed once and kept in a file of the installation."""
    with tenant(organisation.pk):
        _api_key, key = create_api_key(
            organisation=organisation, name="Demo", scopes=list(SCOPES), created_by=owner
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = json.loads(path.read_text()) if path.exists() else {}
    keys[organisation.slug] = key
    path.write_text(json.dumps(keys, indent=2))
    path.chmod(0o600)
    return key


def customers(organisation: Organisation, world: World) -> list[Contact]:
    """Customers who agreed to be asked by email and text message, and a few who did not."""
    found_contacts = []
    for number in range(CUSTOMERS):
        first = world.first_names[number % len(world.first_names)]
        last = world.last_names[number // 3 % len(world.last_names)]
        contact, _created = upsert_contact(
            organisation=organisation,
            details=_details(world, number, f"{first} {last}"),
            source=ConsentSource.IMPORT,
        )
        found_contacts.append(contact)
    return found_contacts


def open_surveys(
    organisation: Organisation, world: World, author: User
) -> list[tuple[Survey, list[Collector]]]:
    """The published surveys with their link and, where they hang, a QR code per place."""
    places = list(Place.objects.within(organisation).order_by("name"))
    opened = []
    for plan in world.surveys:
        survey = create_survey(
            organisation=organisation,
            name=plan.name,
            template=plan.template,
            languages=[world.language, "en" if world.language == "fr" else "fr"],
            created_by=author,
        )
        publish_survey(survey=survey, actor=author)
        collectors = [ensure_link(survey=survey, actor=author)]
        if plan.has_places:
            collectors += [
                create_collector(survey=survey, kind=CollectorKind.QR, place=place, actor=author)
                for place in places
            ]
        opened.append((survey, collectors))
    return opened


@cache
def _hashed() -> str:
    """Everybody's password, hashed once: to be slow is what it is for."""
    return make_password(PASSWORD)


def _person(email: str, name: str, language: str) -> User:
    user = User.objects.create(email=email, password=_hashed(), name=name, language=language)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def _details(world: World, number: int, name: str) -> ContactDetails:
    city, loyal, yes, no = ATTRIBUTES[world.language]
    consents = [
        ConsentGiven(
            channel=channel,
            purpose="survey",
            wording=WORDING[world.language],
            language=world.language,
        )
        for channel in ("email", "sms")
        if number % 12
    ]
    return ContactDetails(
        external_id=f"C-{1000 + number}",
        email=f"client{number}@{world.slug}.demo.cxhub.test",
        phone=f"{world.phone_prefix}{number:03d}",
        name=name,
        language=world.language,
        attributes={
            city: world.places[number % len(world.places)],
            loyal: no if number % 10 else yes,
        },
        consents=consents,
    )
