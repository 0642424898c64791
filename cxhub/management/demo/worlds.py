"""The two companies of the demo: who they are and what their customers say."""

from dataclasses import dataclass, field

PASSWORD = "demo-cxhub-2026"


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    email: str
    name: str
    role: str
    team: str = ""


@dataclass(frozen=True)
class SurveyPlan:
    """A survey to make from a template, and the places it hangs in."""

    name: str
    template: str
    has_places: bool = False


@dataclass(frozen=True)
class World:
    """One demo company."""

    name: str
    slug: str
    language: str
    country: str
    timezone: str
    contact_email: str
    people: tuple[Person, ...]
    places: tuple[str, ...]
    surveys: tuple[SurveyPlan, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    phone_prefix: str
    comments: dict[str, tuple[str, ...]] = field(default_factory=dict)


MAISON_LUNE = World(
    name="Maison Lune",
    slug="maison-lune",
    language="fr",
    country="FR",
    timezone="Europe/Paris",
    contact_email="bonjour@maison-lune.demo.cxhub.test",
    people=(
        Person("camille@demo.cxhub.test", "Camille Moreau", "owner"),
        Person("lea@demo.cxhub.test", "Léa Bernard", "agent", "Service client"),
        Person("viewer@demo.cxhub.test", "Victor Petit", "viewer"),
    ),
    places=("Paris", "Lyon", "Rouen", "Lille", "Nantes"),
    surveys=(
        SurveyPlan("NPS après achat", "nps", has_places=True),
        SurveyPlan("Satisfaction livraison", "csat"),
        SurveyPlan("Effort service client", "ces"),
    ),
    first_names=(
        "Zoë",
        "Marc",
        "Inès",
        "Paul",
        "Élise",
        "Hugo",
        "Nora",
        "Louis",
        "Jeanne",
        "Karim",
    ),
    last_names=("Durand", "Petit", "Lefèvre", "Garnier", "Roux", "Benali", "Fontaine", "Mercier"),
    phone_prefix="+33639980",
    comments={
        "promoter": (
            "Un accueil chaleureux et des conseils précis, je reviendrai.",
            "Livré en avance, emballage soigné. Bravo à toute l’équipe !",
            "La vendeuse a pris le temps de m’expliquer les différences.",
            "Rapide, simple, aimable.",
            "Ma lampe est magnifique, encore mieux que sur le site.",
        ),
        "passive": (
            "Correct, mais l’attente en caisse était un peu longue.",
            "Bon produit, notice difficile à comprendre.",
            "Bien dans l’ensemble, un peu cher tout de même.",
            "Le magasin est agréable, le parking beaucoup moins.",
        ),
        "detractor": (
            "Deux jours de retard et personne ne répond au téléphone.",
            "Colis ouvert à l’arrivée, il manquait une pièce.",
            "On m’a posé trois fois la même question avant de m’aider.",
            "J’attends mon remboursement depuis trois semaines.",
            "Le vendeur n’a pas dit bonjour et m’a laissée seule.",
        ),
    },
)

NORTHWIND = World(
    name="Northwind Bikes",
    slug="northwind",
    language="en",
    country="GB",
    timezone="Europe/London",
    contact_email="hello@northwind.demo.cxhub.test",
    people=(
        Person("alice@demo.cxhub.test", "Alice Hart", "owner"),
        Person("sam@demo.cxhub.test", "Sam Okoro", "agent", "Customer care"),
    ),
    places=("Bristol", "Leeds"),
    surveys=(
        SurveyPlan("NPS after purchase", "nps", has_places=True),
        SurveyPlan("Workshop satisfaction", "csat"),
    ),
    first_names=("Olivia", "Jack", "Amara", "Tom", "Priya", "Ewan", "Grace", "Leo"),
    last_names=("Walker", "Shah", "Evans", "Murphy", "Clarke", "Osei", "Hughes"),
    phone_prefix="+447700900",
    comments={
        "promoter": (
            "They fitted me properly and the ride home was a joy.",
            "Quick, friendly, and honest about what I did not need.",
            "Best workshop in town, ready a day early.",
        ),
        "passive": (
            "Good bike, but the website showed another colour.",
            "Fine overall, a little slow at the till.",
        ),
        "detractor": (
            "Two punctures in a week after the service, and nobody called back.",
            "The gears still slip. I asked twice.",
            "Waited forty minutes to be told to come back tomorrow.",
        ),
    },
)

WORLDS = (MAISON_LUNE, NORTHWIND)
