"""A tally equals a recount from all that was said, whatever happens in whichever order.

People take positions and change them, the text changes, seats end and are handed over, others
come and go; nobody counts but the voters that were there as the round was opened.
"""

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consent_rounds import actions
from forum.conversation.consent_rounds.choices import KIND_NAMES
from forum.conversation.consent_rounds.models import ConsentRound, RoundVoter
from forum.conversation.consent_rounds.queries import shown_round_of
from tests import factories
from tests.forum.conversation.round_helpers import end_round, open_round
from tests.forum.conversation.seat_lives import SeatLives
from tests.stateful import run_lives

numbers = st.integers(0, 9)
KINDS = {kind.value: str(name) for kind, name in KIND_NAMES.items()}


class Rounds(SeatLives):
    """A round that one of six people opens."""

    voter_kind = "organisation"

    def __init__(self):
        super().__init__()
        thread = factories.start_thread(self.author, self.spaces["network"])
        self.it = open_round(thread, self.author, voter_kind=self.voter_kind)
        self.voters = set(self.it.voters.values_list("pk", flat=True))
        #: By voter, what it said last and of which version; and the version of today.
        self.said, self.version, self.is_open = {}, 1, True

    @rule(number=numbers, voter=numbers, kind=st.sampled_from(list(KINDS)), old=st.booleans())
    def answer(self, number, voter, kind, old):
        person = self.people[number % len(self.people)]
        voter = self.one(RoundVoter.objects.filter(round=self.it), voter)
        speaks = RoundVoter.objects.filter(pk=voter.pk).of_person(person.pk).exists()
        version = self.version - old
        about = self.it, viewer_of_person(person), voter.pk, kind, "Parce que.", version
        before = self.it.positions.count()
        self.attempt(actions.take_position, *about)
        may = speaks and self.is_open and not old
        if not may:
            assert self.it.positions.count() == before
        else:
            self.said[voter.pk] = kind, version

    @rule(text=st.sampled_from(["Un texte.", "Un autre.", "Encore un."]))
    def amend(self, text):
        it = ConsentRound.objects.get(pk=self.it.pk)
        viewer = viewer_of_person(self.author)
        if self.attempt(actions.amend_round, it, viewer, text, "Revu", self.version):
            self.version += text != it.text

    @rule(end=st.integers(0, 6))
    def close(self, end):
        if end == 0:
            end_round(self.it)
            self.is_open = False

    @invariant()
    def tally_is_a_recount(self):
        current = Counter(
            KINDS[kind] for kind, version in self.said.values() if version == self.version
        )
        current["sans réponse"] = len(self.voters) - current.total()
        it = ConsentRound.objects.with_counts().get(pk=self.it.pk)
        assert Counter(dict(it.counts)) == current
        assert it.answer_count == current.total() - current["sans réponse"]
        by_college = Counter()
        for of_college in shown_round_of(viewer_of_person(self.author), it).colleges:
            by_college.update(dict(of_college.counts))
        assert by_college == current
        assert set(it.voters.values_list("pk", flat=True)) == self.voters


class RoundsOfPeople(Rounds):
    """The same, where each person votes."""

    voter_kind = "person"


@pytest.mark.lives
@pytest.mark.django_db
@pytest.mark.usefixtures("no_posting_limits")
@pytest.mark.parametrize(
    "machine", [Rounds, pytest.param(RoundsOfPeople, marks=pytest.mark.deep)]
)
def test_a_tally_is_a_recount_in_whatever_order_things_happen(machine):
    run_lives(machine, steps=30)
