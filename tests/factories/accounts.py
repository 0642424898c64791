"""Factories of the accounts app."""

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from accounts.models import Membership, Organisation, Place, Team, User

PASSWORD = "correct horse battery"
# An address that is well formed and longer than any mail server, or column, takes.
TOO_LONG = f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.org"


class EmailAddressFactory(DjangoModelFactory):
    """The address that a person signed up with, confirmed."""

    class Meta:
        model = EmailAddress

    email = factory.SelfAttribute("user.email")
    primary = True
    verified = True


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"
    password = factory.django.Password(PASSWORD)

    class Params:
        is_confirmed = factory.Trait(
            address=factory.RelatedFactory(EmailAddressFactory, factory_related_name="user")
        )


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.Sequence(lambda n: f"organisation-{n}")
    language = "en"


class MembershipFactory(DjangoModelFactory):
    """Needs the tenant to be set (fixture `organisation`, or `tenant()`)."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = "viewer"


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Place {n}")


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")
