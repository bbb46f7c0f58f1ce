"""What may not be read of a vote changes nothing that anybody else is shown.

Votes are exchanged for others, in rows, and what others read is asked for before and after:
pages, the changes that open pages are given, lists, search, minutes, export and mails. What is
the same in both tells nothing of it, in words, counts, order or names.
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
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.polls.actions import close_poll, count_closed
from forum.conversation.polls.models import Poll, PollVote
from forum.conversation.polls.secret_ballots.cipher import seal
from forum.conversation.polls.secret_ballots.models import Ballot, BallotBox
from forum.mail.thread_mail.notifications.mail import compose_notifications
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, start_thread
from tests.forum.conversation.poll_helpers import add_poll, cast, open_vote, vote
from tests.surfaces.roles import body

pytestmark = [
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


@pytest.fixture
def shown(claire, jeanne, lucie, browser_of, monkeypatch):
    """All that who opened the thread, a member, an animator and a guest are shown of a poll."""

    people = claire, jeanne, lucie, None
    browsers = [(person, browser_of(person)) for person in people]

    def shown(poll):
        cache.clear()
        monkeypatch.setattr(fragment_cache, "_cache", FragmentCache(MAX_BYTES))
        thread = poll.thread
        found = {}
        for person, browser in browsers:
            for address in _addresses(thread, poll, person):
                answer = browser.get(address, follow=True)
                content = b"".join(answer) if answer.streaming else answer.content
                found[person and person.pk, address] = _same(answer, content)
            found[person and person.pk, "mails"] = person and _mails(person)
        return found

    return shown


def _addresses(thread, poll, person):
    yield from (thread.get_absolute_url(), poll.get_absolute_url(), "/", "/suite/")
    yield f"{reverse('thread-changes', args=[thread.pk])}?after=0"
    yield from (f"{reverse('search')}?q={word}" for word in ("Votante", "visite", "mars"))
    yield from (reverse("decisions"), reverse("poll-minutes", args=[poll.pk]))
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


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("results", ["voted", "closed"])
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
