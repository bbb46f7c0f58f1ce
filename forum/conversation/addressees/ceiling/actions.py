"""Telling organisations of a question, as many in a week as an organisation is told of."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Organisation
from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.ceiling.queries import at_ceiling
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.threads.models import Thread


def lock_askable(thread: Thread, organisation_ids: Iterable[int]) -> set[int]:
    """Lock these organisations; return those that may be told of ``thread``.

    They are not told of it yet, and are below the ceiling. Part of the transaction that puts
    the question, which has locked the thread: of two that ask the same organisation at once,
    the second counts what the first wrote.
    """
    pks = set(organisation_ids)
    rows = Organisation.objects.filter(pk__in=pks).order_by("pk")
    locked = set(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    asked = AskedOrganisation.objects.filter(thread=thread, organisation__in=locked)
    locked -= set(asked.values_list("organisation", flat=True))
    return locked - at_ceiling(locked)


def note_asked(rows: Iterable[tuple[ThreadAddressee, Iterable[int]]]) -> None:
    """Note that these organisations are told, for which addressee; they are locked."""
    AskedOrganisation.objects.bulk_create(
        AskedOrganisation(
            addressee=addressee,
            thread_id=addressee.thread_id,
            organisation_id=pk,
            asked_at=addressee.asked_at,
        )
        for addressee, pks in rows
        for pk in sorted(pks)
    )
