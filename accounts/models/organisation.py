"""The tenant, and what every row of a tenant shares."""

from typing import Self, TypeVar
from uuid import UUID

from django.db import models

from cxhub.lib.ids import uuid7


class Organisation(models.Model):
    """A company that listens to its customers: the tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60, unique=True)
    language = models.CharField(max_length=5, default="fr")
    timezone = models.CharField(max_length=64, default="Europe/Paris")
    country = models.CharField(max_length=2, default="FR")
    contact_email = models.EmailField(blank=True)
    is_demo = models.BooleanField(default=False)
    is_suspended = models.BooleanField(default=False)
    fatigue_days = models.PositiveSmallIntegerField(default=30)
    fatigue_per_contact = models.PositiveSmallIntegerField(default=2)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    """Rows that can be narrowed to one organisation."""

    def within(self, organisation: Organisation | UUID) -> Self:
        return self.filter(organisation=organisation)


class OrganisationOwned(models.Model):
    """A row of one organisation, with a time-ordered identifier."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True
