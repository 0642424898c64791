"""The addresses of a survey's doors, and the doors themselves."""

from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Organisation, Place
from accounts.queries.lookups import owner_of
from cxhub.lib.tenancy import tenant
from surveys.enums import CollectorKind
from surveys.models import Collector, Survey
from surveys.queries.openings import Opening

PATHS = {
    CollectorKind.LINK: "s",
    CollectorKind.KIOSK: "k",
    CollectorKind.WIDGET: "widget",
}


def collectors(organisation: Organisation, survey: Survey | None = None) -> QuerySet[Collector]:
    """The public doors, oldest first."""
    rows = Collector.objects.within(organisation).select_related("place", "survey")
    if survey is not None:
        rows = rows.filter(survey=survey)
    return rows.order_by("created_at", "id")


def doors_at(place: Place) -> QuerySet[Collector]:
    """The doors that stand at a place, by survey."""
    return collectors(place.organisation).filter(place=place).order_by("survey__name", "created_at")


def is_kiosk(opening: Opening) -> bool:
    """Whether a public door belongs to a device that stands somewhere."""
    with tenant(opening.organisation_id):
        rows = Collector.objects.within(UUID(opening.organisation_id))
        return rows.filter(pk=UUID(opening.collector_id), kind=CollectorKind.KIOSK).exists()


def is_code_taken(code: str) -> bool:
    """Whether any organisation has a door of this code: codes are looked up without a tenant."""
    return owner_of("surveys_collector_owner", code) is not None


def collector_url(collector: Collector) -> str:
    """The address to share; a QR code's is upper-case, which makes the picture coarser."""
    if collector.kind == CollectorKind.QR:
        return f"{settings.SHORT_URL}/q/{collector.code}".upper()
    path = f"{PATHS[CollectorKind(collector.kind)]}/{collector.code.lower()}"
    suffix = ".js" if collector.kind == CollectorKind.WIDGET else ""
    return f"{settings.SITE_URL}/{path}{suffix}"


def is_only_here(url: str) -> bool:
    """Whether an address leads each device that opens it to itself, as 127.0.0.1 does."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def invitation_url(token: str) -> str:
    """A personal link."""
    return f"{settings.SITE_URL}/r/{token}"
