"""Loads the demonstration: once, in one transaction, dated back from now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.groups.models import JoinPolicy
from accounts.models import GroupMembership, Organisation, WorkingGroup
from forum.base import markup
from forum.base.search_index.reindexing.actions import learn_next_words
from forum.models import Audience, Expertise, Space, Tag, Thread, ThreadKind, Topic
from forum.site.demo import (
    asked_questions,
    bulk_threads,
    consent_rounds,
    follows,
    meetings,
    people,
    polls,
    seats,
    sheets,
    source_data,
    timestamps,
)
from forum.site.demo.newsletter import create_newsletter
from forum.site.reference_data import files
from forum.site.reference_data.loading import load_reference_data

if TYPE_CHECKING:
    from accounts.organisations.models import Seat
    from forum.site.demo.bulk_threads import PostData, ThreadData


#: The slug of the space of each visibility in the files; a college's space has its slug.
_SPACE_OF_VISIBILITY = {"public": "place-publique", "members": "reseau"}


def is_loaded() -> bool:
    """Whether an organisation of the demonstration exists."""
    slugs = [row["slug"] for row in source_data.organisations()]
    return Organisation.objects.filter(slug__in=slugs).exists()


@transaction.atomic
def load_demo(now: datetime | None = None) -> bool:
    """Load the reference data and the demonstration; return whether it was not there yet."""
    now = now or timezone.now()
    load_reference_data()
    if is_loaded():
        return False
    seats_by_person = seats.create_seats(
        people.create_users(now), seats.create_organisations(), now
    )
    _create_group(seats_by_person, now)
    _create_threads(seats_by_person, now)
    create_newsletter(now)
    while learn_next_words():  # So that searches correct spelling before a worker has run.
        pass
    return True


def _create_group(seats_by_person: dict[str, Seat], now: datetime) -> None:
    row = source_data.group()
    contact = seats_by_person[row["people"][0]].person
    group = WorkingGroup.objects.create(
        slug=row["slug"],
        name=row["name"],
        purpose=row["purpose"],
        contact=contact,
        created_by=contact,
        created_at=now - people.LONG_AGO,
        join_policy=JoinPolicy.REQUEST,
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(
            group=group, person=seats_by_person[name].person, joined_at=now - people.LONG_AGO
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


def _create_threads(seats_by_person: dict[str, Seat], now: datetime) -> None:
    ids: dict[str, dict[str, Any]] = {
        "space": _ids(Space),
        "topic": _ids(Topic),
        "tag": _ids(Tag),
        "slug": files.tag_slugs(),
    }
    # Oldest first, so that a higher id is a newer thread.
    rows = sorted(source_data.threads(), key=lambda row: -row["days_ago"])
    threads = bulk_threads.create_threads(
        [_thread_data(row, seats_by_person, ids, now) for row in rows]
    )
    _create_expertise(threads)
    pairs = list(zip(rows, threads, strict=True))
    addressees = asked_questions.put_questions(pairs, seats_by_person)
    asked_questions.put_to_several(pairs, seats_by_person)
    meetings.create_meetings(pairs, seats_by_person, now)
    polls.create_polls(pairs, seats_by_person, now)
    consent_rounds.create_rounds(pairs, seats_by_person, now)
    _open_titles(now)
    follows.create_follows(threads, now, addressees)
    sheets.create_sheets(source_data.sheets(), seats_by_person, now)


def _open_titles(now: datetime) -> None:
    """Have the network's solved titles read without an account, as their authors were told."""
    since = now - people.LONG_AGO
    Space.objects.filter(slug="reseau").update(public_titles_since=since)
    Thread.objects.filter(space__slug="reseau").update(has_public_title=True)


def _create_expertise(threads: list[Thread]) -> None:
    """Give the authors of experiences expertise on their topics."""
    pairs = {
        (thread.author_id, thread.topic_id)
        for thread in threads
        if thread.kind == ThreadKind.EXPERIENCE
    }
    Expertise.objects.bulk_create(
        Expertise(person_id=person, topic_id=topic) for person, topic in sorted(pairs)
    )


def _ids(model: type[Space] | type[Tag] | type[Topic]) -> dict[str, int]:
    return dict(model.objects.values_list("slug", "pk"))


def _thread_data(
    row: dict[str, Any],
    seats_by_person: dict[str, Seat],
    ids: dict[str, dict[str, Any]],
    now: datetime,
) -> ThreadData:
    accepted = [n for n, reply in enumerate(row["replies"], 2) if reply["accepted"]]
    return bulk_threads.ThreadData(
        space_id=ids["space"][_space(row)],
        topic_id=ids["topic"][row["topic"]],
        kind=source_data.KIND_NAMES[row["type"]],
        title=row["title"],
        posts=_post_data(row, seats_by_person, now),
        # Without the tags that repeat the kind of the thread.
        tag_ids=[
            ids["tag"][ids["slug"][name]]
            for name in row["tags"]
            if name not in source_data.KIND_NAMES
        ],
        accepted=accepted[0] if accepted else None,
    )


def _space(row: dict[str, Any]) -> str:
    if row["visibility"] == "group":
        text: str = source_data.group()["slug"]
        return text
    return row["college"] or _SPACE_OF_VISIBILITY[row["visibility"]]


def _post_data(
    row: dict[str, Any], seats_by_person: dict[str, Seat], now: datetime
) -> list[PostData]:
    texts = [(row, source_data.first_post_text(row))] + [
        (reply, reply["body"]) for reply in row["replies"]
    ]
    days = [post["days_ago"] for post, _text in texts]
    moments = timestamps.post_times(days, row["slug"], now)
    return [
        bulk_threads.PostData(
            seat=seats_by_person[post["author"]["person"]],
            text=text,
            html=markup.render(text),
            at=at,
            idempotency_key=source_data.post_key(row["slug"], number),
        )
        for number, ((post, text), at) in enumerate(zip(texts, moments, strict=True), 1)
    ]
