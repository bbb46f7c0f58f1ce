"""Putting a question to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base import compiled_queries
from accounts.models import Organisation
from forum.base.rules import Refused, require
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.ceiling.actions import lock_askable, note_asked
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.queries import organisations_asked, refusal_of_space
from forum.conversation.follows.models import Follow
from forum.conversation.threads.models import Thread

#: To how many a question is put, in all.
MAX_ADDRESSEES = 40


def put_to(
    thread: Thread, addressees: Sequence[Addressee], asked_by_id: int | None, **about: Any
) -> list[ThreadAddressee]:
    """Put the question ``thread``, which is locked or new, to ``addressees``; return the rows.

    Part of a transaction. A person follows it from then on; the question itself counts as read
    in the follow: the inbox tells of it. ``about``: further fields of the rows.

    Who was asked already, and who has been told of enough this week, is passed over. Raise
    Refused where that leaves nobody, where they would be too many, and where one of
    ``addressees`` does not read the space.
    """
    for addressee in addressees:
        if reason := refusal_of_space(addressee, thread.space):
            raise Refused(reason)
    reached = organisations_asked(addressees, thread.space)
    allowed = lock_askable(thread, {pk for pks in reached.values() for pk in pks})
    asked: list[tuple[int | None, int | None, int | None]]
    asked = list(thread.addressees.values_list("person", "organisation", "territory"))
    rows: list[tuple[ThreadAddressee, set[int]]] = []
    taken: set[int] = set()
    for addressee in addressees:
        new = (reached[addressee] & allowed) - taken
        if addressee.key in asked or not (new or _is_of_asked(addressee, thread)):
            continue
        asked.append(addressee.key)
        taken |= new
        rows.append((_row(thread, addressee, asked_by_id, about), new))
    require(bool(rows), enough_reason())
    require(len(asked) <= MAX_ADDRESSEES, too_many_reason())
    for row, _pks in rows:
        compiled_queries.insert(row)
        if row.person_id:
            _follow(row.person_id, thread)
    note_asked(rows)
    return [row for row, _pks in rows]


def enough_reason() -> str:
    """Why nobody is asked: they were asked already, or have been told of enough questions."""
    return _(
        "Ceux que vous avez choisis ont déjà reçu cette question, ou assez de questions cette "
        "semaine. Proposez-la à d’autres, ou à tous ceux qui lisent l’espace."
    )


def too_many_reason() -> str:
    """Why a question is put to so many and no more."""
    words = _(
        "Une question s’adresse à %(most)d organisations, territoires et personnes au plus."
    )
    return words % {"most": MAX_ADDRESSEES}


def _is_of_asked(addressee: Addressee, thread: Thread) -> bool:
    """Whether it is a person whose organisation has been told of ``thread`` already."""
    return addressee.person is not None and (
        addressee.seat is None
        or AskedOrganisation.objects.filter(
            thread=thread, organisation=addressee.seat.organisation_id
        ).exists()
    )


def _row(
    thread: Thread, addressee: Addressee, asked_by_id: int | None, about: dict[str, Any]
) -> ThreadAddressee:
    assert asked_by_id is not None  # Who asks has an account.
    return ThreadAddressee(
        thread=thread,
        person=addressee.person,
        seat=addressee.seat,
        organisation=addressee.organisation,
        territory=addressee.territory,
        asked_by_id=asked_by_id,
        asked_at=timezone.now(),
        **about,
    )


def _follow(person_id: int, thread: Thread) -> None:
    if not Follow.objects.filter(person=person_id, thread=thread).exists():
        follow = Follow(person_id=person_id, thread=thread, last_read_number=thread.post_count)
        compiled_queries.insert(follow)


def carry_addressees(thread: Thread, into: Thread) -> None:
    """Put the question ``into`` to whom ``thread`` was put to, each once.

    Part of the transaction that merges ``thread`` into it.
    """
    for names in ("person", "organisation", "territory"):
        there = into.addressees.filter(**{names: OuterRef(names)})
        thread.addressees.filter(Exists(there)).delete()
    asked = AskedOrganisation.objects.filter(thread=into).values("organisation")
    rows = AskedOrganisation.objects.filter(thread=thread)
    rows.filter(organisation__in=list(asked.values_list("organisation", flat=True))).delete()
    rows.update(thread=into)
    thread.addressees.update(thread=into)


def carry_questions(source: Organisation, target: Organisation) -> None:
    """Put to ``target`` what was asked of ``source``, which is merged into it."""
    for model in (ThreadAddressee, AskedOrganisation):
        there = model.objects.filter(organisation=target).values("thread")
        rows = model.objects.filter(organisation=source)
        rows.exclude(thread__in=list(there.values_list("thread", flat=True))).update(
            organisation=target
        )


def forget_words(thread: Thread) -> None:
    """Delete the words of those who declined, as ``thread`` changes its readers."""
    thread.addressees.exclude(decline_words="").update(decline_words="")


def withdraw_addressees(thread: Thread) -> None:
    """Delete whom ``thread`` was put to: sending the question was undone."""
    thread.addressees.all().delete()
