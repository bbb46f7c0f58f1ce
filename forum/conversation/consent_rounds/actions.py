"""Opening consent rounds, changing their text, taking positions, writing their outcome.

Each is one transaction of four steps, and raises as the others do
(``forum/conversation/threads/actions.py``).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum.base import events, markup
from forum.base.rules import Refused, require
from forum.base.search_index.actions import index_thread
from forum.conversation.consent_rounds import rules
from forum.conversation.consent_rounds.choices import (
    MISSING_REASONS,
    Phase,
    PositionKind,
    RoundOutcome,
)
from forum.conversation.consent_rounds.models import (
    ConsentRound,
    RoundPosition,
    RoundValues,
    RoundVersion,
    RoundVoter,
)
from forum.conversation.consent_rounds.queries import (
    digest_of,
    is_changeable,
    shown_round_of,
)
from forum.conversation.consultations.actions import close, close_early, frozen_voters, lock
from forum.conversation.consultations.rules import may_answer
from forum.conversation.mentions.quotations import require_quotable
from forum.conversation.polls.models import Poll
from forum.conversation.threads.held_edits.queries import require_read_posts
from forum.conversation.threads.models import Thread
from forum.conversation.threads.queries import thread_for_update
from forum.conversation.threads.shown_readers import require_shown_readers


class RoundChanged(Refused):
    """The text says something else than was read."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Le texte a changé depuis que vous l’avez ouvert : relisez-le."))


class NoQuorum(Refused):
    """Too few voters of a college have answered for the proposal to be adopted."""

    status, field = 422, "outcome"

    def __init__(self, college: object) -> None:
        words = _("Le quorum n’est pas atteint (%(college)s)\u00a0: elle n’est pas adoptée.")
        super().__init__(words % {"college": college})


@transaction.atomic(durable=True)
def open_round(
    thread: Thread, actor: Viewer, values: RoundValues, shown_readers: str = ""
) -> ConsentRound:
    """Open a round in ``thread``, whose voters are who reads it now; return it.

    Sent twice, it is the one that there is. Raise Refused where one is open, or ``actor`` may
    not, TooManyVoters where there would be more than ``MAX_VOTERS``, and ReadersChanged where
    others read the thread than ``shown_readers`` says.
    """
    thread = thread_for_update(thread.pk, actor)
    require_shown_readers(thread.space, shown_readers)
    reason = rules.no_round_reason(actor, thread)
    require(rules.may_add_round(actor, thread), reason)
    require_read_posts(actor, thread.space)
    require_quotable(actor, markup.render(values.text), thread.space, "")
    if it := ConsentRound.objects.open().filter(thread=thread).first():
        about = RoundValues(*(getattr(it, name) for name in values._fields))
        if about == values and it.author_id == actor.person_id:
            return it
        words = _("Un tour de consentement est déjà ouvert dans ce fil.")
        require(it.is_over, words)
        close(it)
    now = timezone.now()
    assert actor.person_id is not None  # Who writes has an account.
    decides_from = now if values.phase == Phase.DECIDE else None
    it = ConsentRound.objects.create(
        thread=thread,
        author_id=actor.person_id,
        created_at=now,
        decides_from=decides_from,
        **values._asdict(),
    )
    voters = frozen_voters(it.voter_kind, thread.space)
    RoundVoter.objects.bulk_create(RoundVoter(round=it, **about) for about in voters)
    index_thread(thread)
    events.record(thread)
    return it


@transaction.atomic(durable=True)
def begin_phase(it: ConsentRound, actor: Viewer, phase: str) -> None:
    """Go on to ``phase``, the one after; where that is done already, nothing changes."""
    it, thread = lock(it, actor)
    require(rules.may_edit_round(actor, thread, it), rules.no_change_reason())
    if it.next_phase != phase:
        return
    it.phase = phase
    if phase == Phase.DECIDE:
        it.decides_from = timezone.now()
    it.save(update_fields=["phase", "decides_from"])
    events.record(thread)


@transaction.atomic(durable=True)
def amend_round(
    it: ConsentRound,
    actor: Viewer,
    text: str,
    reason: str,
    version: int,
    shown_readers: str = "",
) -> ConsentRound:
    """Have the proposal say ``text``, for a ``reason``; return it. All are asked anew.

    Raise RoundChanged where ``version`` is not what its author read.
    """
    it, thread = lock(it, actor)
    require_shown_readers(thread.space, shown_readers)
    require(rules.may_edit_round(actor, thread, it), rules.no_change_reason())
    require_read_posts(actor, thread.space)
    require_quotable(actor, markup.render(text), thread.space, markup.render(it.text))
    if text == it.text:
        return it
    if version != it.version:
        raise RoundChanged
    RoundVersion.objects.create(round=it, number=it.version, text=it.text, reason=reason)
    it.text, it.amended_at = text, timezone.now()
    it.version += 1
    it.save(update_fields=["text", "amended_at", "version"])
    index_thread(thread)
    events.record(thread)
    return it


@transaction.atomic(durable=True)
def take_position(
    it: ConsentRound, actor: Viewer, voter_id: int, kind: str, reason: str, version: int
) -> None:
    """Say for a voter what ``kind`` and ``reason`` say, in place of what it had said.

    Raise RoundChanged where ``version`` is not that of the text now.
    """
    it, thread = lock(it, actor)
    voters = RoundVoter.objects.filter(round=it, pk=voter_id)
    voter = voters.of_person(actor.person_id or 0).first()
    words = rules.no_position_reason(actor, thread, it, is_voter=voter is not None)
    require(voter is not None and may_answer(actor, thread, it), words)
    if version != it.version:
        raise RoundChanged
    if not reason and kind in MISSING_REASONS:
        raise Refused(str(MISSING_REASONS[PositionKind(kind)]))
    assert voter is not None
    assert actor.person_id is not None  # Who answers has an account.
    stands = RoundPosition.objects.filter(voter=voter, replaced_at=None)
    about = {"version": version, "kind": kind, "reason": reason, "person_id": actor.person_id}
    if stands.filter(**about).exists():
        return
    now = timezone.now()
    stands.update(replaced_at=now)
    RoundPosition.objects.create(round=it, voter=voter, taken_at=now, **about)
    events.record(thread)


@transaction.atomic(durable=True)
def close_round(it: ConsentRound, actor: Viewer) -> None:
    """Close ``it`` before its last day, as all have answered; twice is once."""
    it, thread = lock(it, actor)
    if it.closed_at:
        return
    words = _("Un tour se clôt à son dernier jour, ou par qui l’a ouvert une fois que tous ont "
              "répondu.")  # fmt: skip
    require(rules.may_close_round(actor, thread, it), words)
    it.closes_on = None
    close(it)
    events.record(thread)


@transaction.atomic(durable=True)
def write_outcome(
    it: ConsentRound,
    actor: Viewer,
    outcome: str,
    text: str,
    treatments: Mapping[int, str],
    changes: ConsentRound | Poll | None = None,
) -> ConsentRound:
    """Say what came of ``it``, which is closed, once; return it.

    ``treatments``: what becomes of each objection that stands, by the ids of these.
    ``changes``: the decision that it changes, which ``actor`` sees. Raise NoQuorum
    where too few have answered for it to be adopted.
    """
    it, thread = lock(it, actor)
    words = _("L’issue s’écrit une fois le tour clos, par qui l’a ouvert ou l’équipe "
              "d’animation, et ne change plus.")  # fmt: skip
    require(rules.may_decide(actor, thread, it), words)
    require_read_posts(actor, thread.space)
    if outcome != RoundOutcome.NOT_ADOPTED:
        for of_college in shown_round_of(actor, it).colleges:
            if of_college.lacks_quorum:
                raise NoQuorum(of_college.college)
    objections = RoundPosition.objects.current().filter(round=it, kind=PositionKind.OBJECTION)
    for objection in objections:
        objection.treatment = treatments.get(objection.pk, "")
        require(bool(objection.treatment), _("Dites ce que devient chaque objection."))
        objection.save(update_fields=["treatment"])
    if changes is not None:
        is_changed = outcome != RoundOutcome.NOT_ADOPTED and is_changeable(actor, changes)
        require(is_changed, _("Cette décision n’est plus de celles que l’on peut changer."))
        name = "changes" if isinstance(changes, ConsentRound) else "changes_poll"
        setattr(it, name, changes)
    it.outcome, it.outcome_text, it.decided_at = outcome, text, timezone.now()
    it.decided_by_id = actor.person_id
    it.digest = digest_of(it)
    it.save()
    index_thread(thread)
    events.record(thread)
    return it


def leave_rounds(thread: Thread) -> None:
    """Leave the rounds of ``thread`` behind, as more come to read it: for good.

    Positions and reasons of many stand in them, who spoke to the readers of before.
    """
    close_early(ConsentRound, thread)
    rounds = ConsentRound.objects.filter(thread=thread)
    rounds.update(is_restorable=False)
    if rounds.filter(removed_at=None).update(removed_at=timezone.now()):
        index_thread(thread)
