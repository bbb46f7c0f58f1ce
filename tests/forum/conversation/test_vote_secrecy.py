"""What may not be read of a vote or a registration changes nothing that anybody else is shown.

They are exchanged for others, in rows, and what others read is asked for before and after:
pages, the changes that open pages are given, lists, search, minutes, calendars, export and
mails. What is the same in both tells nothing of it, in words, counts, order or names. The quick
tier asks a member and a guest at the addresses of the thread, the deep one everybody wherever
it might show.
"""

import re
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.base import fragment_cache
from accounts.base.fragment_cache import MAX_BYTES, FragmentCache
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consent_rounds.models import ConsentRound, RoundPosition
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.meetings.models import Meeting, Registration
from forum.conversation.polls.actions import close_poll, count_closed
from forum.conversation.polls.models import Poll, PollVote
from forum.conversation.polls.secret_ballots.cipher import seal
from forum.conversation.polls.secret_ballots.models import Ballot, BallotBox
from forum.mail.thread_mail.notifications.mail import compose_notifications
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, start_thread
from tests.forum.conversation.meeting_helpers import add_meeting, register
from tests.forum.conversation.poll_helpers import add_poll, cast, open_vote, vote
from tests.forum.conversation.round_helpers import answer, decide, end_round, open_round
from tests.surfaces.roles import body

pytestmark = [
    pytest.mark.deep,
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]

_NEW = re.compile(
    r'/t/[\w:-]+|data-drawn="\d+"|data-ago>[^<]*|"seen_at": "[^"]*"|'
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)


@pytest.fixture
def voters(make_person):
    """Six of three colleges, who read nothing here."""
    colleges = [AUTHORITIES, PROJECTS, SUPPORT] * 2
    return [make_person(f"Votante {n}", college) for n, college in enumerate(colleges)]


@pytest.fixture(params=["thread", pytest.param("everywhere", marks=pytest.mark.deep)])
def shown(request, claire, jeanne, lucie, browser_of, monkeypatch):
    """All that a member and a guest, or everybody everywhere, are shown of it."""
    is_quick = request.param == "thread"
    people = (jeanne, None) if is_quick else (claire, jeanne, lucie, None)
    browsers = [(person, browser_of(person)) for person in people]

    def shown(row):
        cache.clear()
        monkeypatch.setattr(fragment_cache, "_cache", FragmentCache(MAX_BYTES))
        found = {}
        for person, browser in browsers:
            beside = [] if is_quick else _addresses_beside(person)
            for address in (*_addresses_of(row.thread, row), *beside):
                answer = browser.get(address, follow=True)
                content = b"".join(answer) if answer.streaming else answer.content
                found[person and person.pk, address] = _same(answer, content)
            found[person and person.pk, "mails"] = person and _mails(person)
        return found

    return shown


#: Files and pages that only one kind of them has.
_OWN_NAMES = {
    Poll: ("poll-minutes",),
    ConsentRound: ("round-minutes",),
    Meeting: ("meeting-calendar", "attendance-sheet", "attendance-certificate"),
}


def _addresses_of(thread, row):
    yield from (thread.get_absolute_url(), row.get_absolute_url())
    yield f"{reverse('thread-changes', args=[thread.pk])}?after=0"
    yield from (reverse(name, args=[row.pk]) for name in _OWN_NAMES[type(row)])


def _addresses_beside(person):
    yield from ("/", "/suite/", reverse("decisions"), reverse("meetings"))
    yield from (f"{reverse('search')}?q={word}" for word in ("Votante", "visite", "mars"))
    if person:
        yield from (reverse("inbox"), reverse("data-export"), reverse("own-posts"))
    if person and person.is_animator:
        yield from (
            reverse("review-queue"),
            reverse("overview"),
            reverse("moderation-log"),
        )


def _same(answer, content):
    """The ``content`` of ``answer``, without what is new in every answer."""
    if answer["Content-Type"] == "application/pdf":
        return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    if not answer["Content-Type"].startswith(("text/html", "application/json")):
        return content
    text = body(SimpleNamespace(text=content.decode()))
    return _NEW.sub("", text)


def _mails(person):
    viewer = viewer_of_person(person)
    if not (told := notifications_of(person, viewer)):
        return ""
    sent = compose_notifications(told, viewer, person, 1, "key")
    return _NEW.sub("", f"{sent.subject} {sent.body} {sent.alternatives}")


def differing(before, after):
    """Where what is shown before is not what is shown after."""
    return {where for where in before if before[where] != after[where]}


@pytest.mark.parametrize(("results", "is_named"), [
    ("voted", False), ("closed", True),
    pytest.param("voted", True, marks=pytest.mark.deep),
    pytest.param("closed", False, marks=pytest.mark.deep),
])  # fmt: skip
def test_what_was_chosen_is_nowhere_until_results_are_shown(
    spaces, claire, voters, shown, results, is_named
):
    thread = start_thread(claire, spaces["public"], title="La visite")
    poll = add_poll(thread, claire, results=results, is_named=is_named)
    for person in voters[:3]:
        vote(poll, person, 1)
    before = shown(poll)
    PollVote.objects.filter(poll=poll).update(chosen=[3])
    PollVote.objects.filter(poll=poll, person=voters[0]).update(person=voters[4])
    assert differing(before, shown(poll)) == set()

    close_poll(poll, viewer_of_person(claire))
    closed = shown(poll)
    PollVote.objects.filter(poll=poll, person=voters[4]).update(person=voters[5])
    named = differing(closed, shown(poll))
    assert {address for _who, address in named} == (
        {poll.get_absolute_url()} if is_named else set()
    )
    PollVote.objects.filter(poll=poll).update(chosen=[2])
    assert (None, thread.get_absolute_url()) in differing(closed, shown(poll))


def test_once_one_voted_the_results_are_theirs_alone(spaces, claire, jeanne, voters, shown):
    thread = start_thread(claire, spaces["public"], title="La visite")
    poll = add_poll(thread, claire, results="voted", is_named=True)
    for person in [jeanne, *voters[:3]]:
        vote(poll, person, 1)
    before = shown(poll)
    PollVote.objects.filter(poll=poll, person__in=voters).update(chosen=[3])
    assert differing(before, shown(poll)) == {(jeanne.pk, poll.get_absolute_url())}


def test_of_secret_ballots_nothing_is_shown_until_the_close_and_never_whose_they_are(
    spaces, claire, jeanne, voters, shown
):
    thread = start_thread(claire, spaces["network"], title="L’animation")
    poll = open_vote(thread, claire)
    for person in [*voters, jeanne]:
        cast(poll, person, 1)
    before = shown(poll)
    sealed = seal([[n] for n in range(1, 8)], poll.voters.count())
    BallotBox.objects.filter(poll=poll).update(sealed=sealed)
    assert differing(before, shown(poll)) == set()

    Poll.objects.filter(pk=poll.pk).update(closed_at=timezone.now())
    count_closed()
    closed, page = shown(poll), (jeanne.pk, poll.get_absolute_url())
    assert closed[page] != before[page]
    first, *_others, last = Ballot.objects.filter(poll=poll).order_by("pk")
    Ballot.objects.filter(pk=first.pk).update(chosen=last.chosen)
    Ballot.objects.filter(pk=last.pk).update(chosen=first.chosen)
    assert first.chosen != last.chosen and differing(closed, shown(poll)) == set()


def test_who_registers_is_shown_to_who_keeps_the_meeting_and_animators_alone(
    spaces, claire, jeanne, lucie, voters, shown
):
    thread = start_thread(claire, spaces["public"], title="La visite")
    meeting = add_meeting(thread, claire, max_people=4)
    register(meeting, *voters[:5], jeanne)  # The last two wait for a place.
    before = shown(meeting)
    names = {
        (person.pk, reverse(name, args=[meeting.pk]))
        for person in (claire, lucie)
        for name in ("meeting", "attendance-sheet")
    }
    rows = Registration.objects.filter(meeting=meeting)
    rows.filter(person=voters[0]).update(person=voters[5])
    exchanged = shown(meeting)
    assert differing(before, exchanged) == names & before.keys()

    others = rows.exclude(person=jeanne)
    others.update(answers=[["Venez-vous en train\u202f?", True, "yes"]])
    others.update(registered_at=timezone.now(), mailed_sequence=7)
    pages = {(person.pk, meeting.get_absolute_url()) for person in (claire, lucie)}
    assert differing(exchanged, shown(meeting)) == pages & before.keys()


def test_who_takes_a_position_is_shown_on_the_page_of_its_round_and_in_its_minutes_alone(
    spaces, claire, jeanne, lucie, voters, shown
):
    """Whose a position is, is public by design where the thread is read: a round is no vote.

    An objection is answered with who makes it. Two voters who exchange theirs leave all else
    the same: heads, lists, searches, mails and exports count, and name nobody.
    """
    thread = start_thread(claire, spaces["network"], title="Le silo")
    it = open_round(thread, claire)
    answer(it, voters[0], "objection", "Trop tôt.")
    answer(it, voters[1])
    exchanged = [RoundPosition.objects.get(round=it, person=person) for person in voters[:2]]

    def exchange():
        keys = [(row.voter_id, row.person_id) for row in exchanged]
        RoundPosition.objects.filter(round=it).update(replaced_at=timezone.now())
        for row, (voter, person) in zip(exchanged, reversed(keys), strict=True):
            row.voter_id, row.person_id = voter, person
            RoundPosition.objects.bulk_update([row], ["voter", "person"])
        RoundPosition.objects.filter(round=it).update(replaced_at=None)

    before = shown(it)
    exchange()
    readers = [person.pk for person in (claire, jeanne, lucie)]
    page, minutes = it.get_absolute_url(), reverse("round-minutes", args=[it.pk])
    pages = {(reader, page) for reader in readers}
    assert differing(before, shown(it)) == pages & before.keys()

    decide(end_round(it), claire)
    decided = shown(it)
    exchange()
    told = pages | {(reader, minutes) for reader in readers}
    assert differing(decided, shown(it)) == told & before.keys()
