"""Loads the demonstration: once, whole or not at all, dated back from now."""

from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.groups.models import Joining
from accounts.models import GroupMembership, Organisation, WorkingGroup
from forum import markup
from forum.demonstration import calendar, drafts, people, readings, seats, texts
from forum.models import Audience, Kind, Space, Tag, Testimony, Topic
from forum.network import loading as network
from forum.network import reference

#: The space of each visibility in the files; a college's room bears the college's slug.
_SPACES = {"public": "place-publique", "members": "reseau"}


def is_loaded():
    """Whether an organisation of the demonstration is there."""
    slugs = [row["slug"] for row in texts.organisations()]
    return Organisation.objects.filter(slug__in=slugs).exists()


@transaction.atomic
def load(now=None):
    """Load it, and the network it stands on; return whether there was anything to do."""
    now = now or timezone.now()
    network.load()
    if is_loaded():
        return False
    seated = seats.write_seats(people.write(now), seats.write_organisations(), now)
    _write_group(seated, now)
    _write_threads(seated, now)
    return True


def _write_group(seated, now):
    row = texts.group()
    contact = seated[row["people"][0]].person
    group = WorkingGroup.objects.create(
        slug=row["slug"],
        name=row["name"],
        purpose=row["purpose"],
        contact=contact,
        created_by=contact,
        created_at=now - people.LONG_AGO,
        joining=Joining.REQUEST,
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(
            group=group, person=seated[name].person, joined_at=now - people.LONG_AGO
        )
        for name in row["people"]
    )
    Space.objects.create(
        slug=row["slug"],
        name=row["name"],
        description=row["purpose"],
        audience=Audience.GROUP,
        group=group,
        order=Space.objects.count() + 1,
    )


def _write_threads(seated, now):
    ids = {
        "space": _ids(Space),
        "topic": _ids(Topic),
        "tag": _ids(Tag),
        "slug": reference.tag_slugs(),
    }
    # Oldest first, so that a higher number is a newer thread, as it will be from now on.
    rows = sorted(texts.threads(), key=lambda row: -row["days_ago"])
    threads = drafts.write([_draft(row, seated, ids, now) for row in rows])
    _write_testimonies(threads)
    readings.write(threads, now)


def _write_testimonies(threads):
    """Who told an experience can testify on its topic."""
    told = {(one.author_id, one.topic_id) for one in threads if one.kind == Kind.EXPERIENCE}
    Testimony.objects.bulk_create(
        Testimony(person_id=person, topic_id=topic) for person, topic in sorted(told)
    )


def _ids(model):
    return dict(model.objects.values_list("slug", "pk"))


def _draft(row, seated, ids, now):
    accepted = [n for n, reply in enumerate(row["replies"], 2) if reply["accepted"]]
    return drafts.Draft(
        space_id=ids["space"][_space(row)],
        topic_id=ids["topic"][row["topic"]],
        kind=texts.KINDS[row["type"]],
        title=row["title"],
        posts=_posts(row, seated, now),
        # A tag that repeats the thread's kind would say it twice.
        tag_ids=[ids["tag"][ids["slug"][t]] for t in row["tags"] if t not in texts.KINDS],
        accepted=accepted[0] if accepted else None,
    )


def _space(row):
    if row["visibility"] == "group":
        return texts.group()["slug"]
    return row["college"] or _SPACES[row["visibility"]]


def _posts(row, seated, now):
    said = [(row, texts.opening(row))] + [(reply, reply["body"]) for reply in row["replies"]]
    days = [post["days_ago"] for post, _text in said]
    moments = calendar.moments(days, row["slug"], now)
    return [
        drafts.Words(
            seat=seated[post["author"]["person"]],
            text=text,
            html=markup.render(text),
            at=at,
            key=uuid5(NAMESPACE_URL, f"foirail:{row['slug']}/{number}"),
        )
        for number, ((post, text), at) in enumerate(zip(said, moments, strict=True), 1)
    ]
