"""Creates what a network starts with, where it is missing.

A row is known by its slug, a department by its code, a territory by its SIREN, the charter
by there being one. What is there is left as it is, so an operator may rename a college,
reword a space or reorder the topics and load again; what they deleted comes back. What
territories are found by is made anew, since a new release may make it otherwise.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from accounts.charter import chain
from accounts.models import CharterVersion, College
from forum.models import Audience, Space, Tag, Topic
from forum.network import places, reference
from forum.tags.models import slug_of

#: Fifteen years to the day after the network was born; never in the future, where a
#: charter would bind nobody.
ADOPTED_ON = date(2026, 6, 16)


@transaction.atomic
def load():
    """Create what is missing; return ``{what: how many were created}``, without zeros."""
    created = {
        "colleges": _missing(College, _colleges()),
        "spaces": _missing(Space, _spaces()) + _missing(Space, _rooms()),
        "topics": _missing(Topic, _topics()),
        "tags": _missing(Tag, _tags()),
        "departments": places.departments(),
        "territories": places.groupings(),
        "charter": _charter(),
    }
    places.keys()
    return {what: count for what, count in created.items() if count}


def _missing(model, rows):
    known = set(model.objects.values_list("slug", flat=True))
    return len(model.objects.bulk_create(row for row in rows if row.slug not in known))


def _colleges():
    for row in reference.rows("colleges"):
        yield College(**{name: value for name, value in row.items() if name != "room"})


def _spaces():
    for row in reference.rows("spaces"):
        yield Space(**row)


def _rooms():
    """One private room a college, of the college's own slug."""
    colleges = {college.slug: college for college in College.objects.all()}
    after = len(reference.rows("spaces"))
    for row in reference.rows("colleges"):
        yield Space(
            slug=row["slug"],
            audience=Audience.COLLEGE,
            college=colleges[row["slug"]],
            order=after + row["order"],
            **row["room"],
        )


def _topics():
    for row in reference.rows("topics"):
        yield Topic(
            slug=row["slug"],
            name=row["label_fr"],
            name_en=row["label_en"],
            description=row["description_fr"],
            icon=row["icon"],
            order=row["order"],
        )


def _tags():
    for row in reference.rows("tags"):
        name = row["label_fr"]
        yield Tag(slug=slug_of(name), name=name, family=row["family"])


def _charter():
    """Version 1, binding from the day it was adopted; none where the network has its own."""
    if CharterVersion.objects.exists():
        return 0
    adopted_on = min(ADOPTED_ON, timezone.localdate())
    binding_from = timezone.make_aware(datetime.combine(adopted_on, time.min))
    version = CharterVersion.objects.create(
        number=1,
        name="1.0",
        text=reference.charter("fr"),
        language="fr",
        adopted_on=adopted_on,
        published_at=binding_from,
        binding_from=binding_from,
    )
    chain.append(version, chain.PUBLISHED)
    return 1
