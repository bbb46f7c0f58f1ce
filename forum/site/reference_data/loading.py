"""Creates what is missing of what a network starts with.

A row exists if its slug does, a department if its code does, a territory if its SIREN does,
the charter if there is one. What exists is left as it is, so that an operator may rename a
college, reword a space or reorder the topics and load again; what they deleted comes back.
Synonyms do not: animators keep them.
Only two things are updated: the search keys of territories, since a release may change how they
are made, and English that is missing beside the French of a file.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from accounts.charter import hash_chain
from accounts.models import CharterVersion, College
from forum.base.search_index.models import SynonymGroup
from forum.conversation.tags.models import tag_slug
from forum.conversation.threads.thread_templates.models import TemplateGuide, ThreadTemplate
from forum.models import Audience, Space, Tag, Topic
from forum.site.reference_data import files, territories

#: The day on which the first charter was adopted: fifteen years after the network began.
ADOPTED_ON = date(2026, 6, 16)


@transaction.atomic
def load_reference_data() -> dict[str, int]:
    """Create what is missing; return ``{what: how many were created}``, without zeros."""
    created = {
        "colleges": _create_missing(College, _colleges()),
        "spaces": _create_missing(Space, _spaces()) + _create_missing(Space, _college_spaces()),
        "topics": _create_missing(Topic, _topics()),
        "tags": _create_missing(Tag, _tags()),
        "synonyms": create_missing_synonyms(),
        "templates": _create_missing_templates(),
        "reasons": _create_missing(apps.get_model("forum", "ModerationReason"), _reasons()),
        "departments": territories.create_departments(),
    }
    territories.update_search_keys()  # Of those that are there: new ones come with theirs.
    created |= {
        "territories": territories.create_groupings(),
        "charter": _create_charter(),
    }
    return {name: count for name, count in created.items() if count}


def load_communes() -> dict[str, int]:
    """Create the communes of France that are missing, which are many; return likewise."""
    with transaction.atomic():
        count = territories.create_communes(files.communes())
    return {"communes": count} if count else {}


def _create_missing(model: type[Any], rows: Iterable[Any]) -> int:
    known, rows = {row.slug: row for row in model.objects.all()}, list(rows)
    _add_missing_english(model, [(known[row.slug], row) for row in rows if row.slug in known])
    return len(model.objects.bulk_create(row for row in rows if row.slug not in known))


def create_missing_synonyms() -> int:
    """Create the groups of synonyms that were never loaded; return how many."""
    loaded = set(SynonymGroup.objects.values_list("reference", flat=True))
    rows = [
        SynonymGroup(terms=row["terms"], reference=row["slug"])
        for row in files.json_rows("synonyms")
        if row["slug"] not in loaded
    ]
    return len(SynonymGroup.objects.bulk_create(rows))


def _create_missing_templates() -> int:
    """Those that are missing, each with its guides, for topics too; animators keep them."""
    known = set(ThreadTemplate.objects.values_list("slug", flat=True))
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    missing = [it for it in files.json_rows("thread_templates") if it["slug"] not in known]
    for order, row in enumerate(missing, start=len(known)):
        fields = {name: value for name, value in row.items() if name != "guides"}
        template = ThreadTemplate.objects.create(order=order, **fields)
        TemplateGuide.objects.bulk_create(
            TemplateGuide(
                template=template, **guide | {"topic": topics.get(guide.get("topic"))}
            )
            for guide in row["guides"]
        )
    return len(missing)


def _add_missing_english(model: type[Any], pairs: list[Any]) -> None:
    """Where an existing row lacks English and has the French of its file: that of the file."""
    fields = [field.name for field in model._meta.fields if field.name.endswith("_en")]
    changed = []
    for existing, row in pairs:
        for field, source in ((field, field.removesuffix("_en")) for field in fields):
            is_same = getattr(existing, source) == getattr(row, source)
            if is_same and getattr(row, field) and not getattr(existing, field):
                setattr(existing, field, getattr(row, field))
                changed.append(existing)
    if changed:
        model.objects.bulk_update({row.pk: row for row in changed}.values(), fields)


def _colleges() -> Iterator[College]:
    for row in files.json_rows("colleges"):
        yield College(**{name: value for name, value in row.items() if name != "room"})


def _spaces() -> Iterator[Space]:
    for row in files.json_rows("spaces"):
        yield Space(**row)


def _college_spaces() -> Iterator[Space]:
    """One private space a college, of the college's own slug."""
    colleges = {college.slug: college for college in College.objects.all()}
    count = len(files.json_rows("spaces"))
    for row in files.json_rows("colleges"):
        yield Space(
            slug=row["slug"],
            audience=Audience.COLLEGE,
            college=colleges[row["slug"]],
            order=count + row["order"],
            **row["room"],
        )


def _topics() -> Iterator[Topic]:
    for row in files.json_rows("topics"):
        yield Topic(
            slug=row["slug"],
            name=row["label_fr"],
            name_en=row["label_en"],
            description=row["description_fr"],
            description_en=row["description_en"],
            icon=row["icon"],
            order=row["order"],
        )


def _tags() -> Iterator[Tag]:
    for row in files.json_rows("tags"):
        name = row["label_fr"]
        english = row["label_en"]
        yield Tag(slug=tag_slug(name), name=name, name_en=english, family=row["family"])


def _reasons() -> Iterator[Any]:
    """The reasons for measures of moderation, a model of a feature."""
    model = apps.get_model("forum", "ModerationReason")
    return (model(**row) for row in files.json_rows("reasons"))


def _create_charter() -> int:
    """Create version 1, in force from its adoption, today at the latest, if there is none.

    Where it is there already and lacks the translation, add that.
    """
    text, text_en = files.charter_text("fr"), files.charter_text("en")
    CharterVersion.objects.filter(text=text, text_en="").update(text_en=text_en)
    if CharterVersion.objects.exists():
        return 0
    adopted_on = min(ADOPTED_ON, timezone.localdate())
    binding_from = timezone.make_aware(datetime.combine(adopted_on, time.min))
    version = CharterVersion.objects.create(
        number=1,
        name="1.0",
        text=text,
        text_en=text_en,
        language="fr",
        adopted_on=adopted_on,
        published_at=binding_from,
        binding_from=binding_from,
    )
    hash_chain.append(version, hash_chain.PUBLISHED)
    return 1
