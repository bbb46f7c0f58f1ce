"""Questions of the demonstration: put to several, passed on, declined, shared, settled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from forum.conversation.addressees.ceiling.models import AskedOrganisation
from forum.conversation.addressees.models import Origin, ThreadAddressee
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.conversation.threads.settlements.models import Settlement
from forum.models import Thread
from forum.site.demo import source_data

if TYPE_CHECKING:
    from accounts.organisations.models import Seat


#: A question is passed on, or declined, so long after it was asked.
_LATER = timedelta(days=1)


def put_questions(
    rows_and_threads: list[tuple[dict[str, Any], Thread]],
    seats_by_person: dict[str, Seat],
) -> list[ThreadAddressee]:
    """Put the questions whose rows name somebody to them; return their addressees."""
    pairs = [(row, thread) for row, thread in rows_and_threads if row.get("addressee")]
    addressees = [
        ThreadAddressee(
            thread=thread,
            person_id=(seat := seats_by_person[row["addressee"]]).person_id,
            seat=seat,
            asked_by_id=thread.author_id,
            asked_at=thread.created_at,
        )
        for row, thread in pairs
    ]
    ThreadAddressee.objects.bulk_create(addressees)
    AskedOrganisation.objects.bulk_create(
        _asked(addressee, seats_by_person[row["addressee"]].organisation_id)
        for addressee, (row, _thread) in zip(addressees, pairs, strict=True)
    )
    return addressees


def put_to_several(
    rows_and_threads: list[tuple[dict[str, Any], Thread]],
    seats_by_person: dict[str, Seat],
) -> None:
    """What ``asked_questions.json`` says of questions, by the slugs of their threads."""
    threads = {row["slug"]: thread for row, thread in rows_and_threads}
    seats: dict[str, Seat] = {}
    for seat in seats_by_person.values():
        seats.setdefault(seat.organisation.slug, seat)
    for row in source_data.asked_questions():
        thread = threads[row["thread"]]
        _put(thread, row["asked"], seats)
        _share(thread, row["same"], seats)
        if settlement := row.get("settled"):
            _settle(thread, settlement)


def _put(thread: Thread, rows: list[dict[str, str]], seats: dict[str, Seat]) -> None:
    created: dict[str, ThreadAddressee] = {}
    for row in rows:
        seat = seats[row["organisation"]]
        before = created.get(row.get("referred_from", ""))
        about: dict[str, Any] = {"asked_by_id": thread.author_id, "asked_at": thread.created_at}
        if before:
            about = {"asked_by_id": seats[row["referred_from"]].person_id, "word": row["word"]}
            about |= {"origin": Origin.REFERRAL, "referred_from": before}
            about |= {"asked_at": thread.created_at + _LATER}
        if declined := row.get("declined_by"):
            about |= {"declined_by_id": seats[declined].person_id}
            about |= {"declined_at": thread.created_at + _LATER}
            about |= {"decline_reason": row["reason"], "decline_words": row["words"]}
        addressee = ThreadAddressee.objects.create(
            thread=thread, organisation_id=seat.organisation_id, **about
        )
        created[row["organisation"]] = addressee
        _asked(addressee, seat.organisation_id).save()


def _asked(addressee: ThreadAddressee, organisation_id: int) -> AskedOrganisation:
    return AskedOrganisation(
        addressee=addressee,
        thread_id=addressee.thread_id,
        organisation_id=organisation_id,
        asked_at=addressee.asked_at,
    )


def _share(thread: Thread, slugs: list[str], seats: dict[str, Seat]) -> None:
    rows = [
        SameQuestion(
            thread=thread,
            organisation_id=seats[slug].organisation_id,
            territory=seats[slug].organisation.territories.first(),
            person_id=seats[slug].person_id,
            said_at=thread.created_at + _LATER,
        )
        for slug in slugs
    ]
    SameQuestion.objects.bulk_create(rows)
    Thread.objects.filter(pk=thread.pk).update(same_question_count=len(rows))


def _settle(thread: Thread, settlement: dict[str, Any]) -> None:
    """Whoever asked says how the question was settled, elsewhere than in its thread."""
    at = thread.created_at + timedelta(days=settlement["days_later"])
    about: dict[str, Any] = {
        "person_id": thread.author_id,
        "text": settlement["text"],
        "settled_at": at,
    }
    Settlement.objects.create(thread=thread, **about)
    Thread.objects.filter(pk=thread.pk).update(settled_at=at)
