"""A poll, as tests make and look at it."""

import re
from datetime import UTC, timedelta

from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.polls import actions
from forum.conversation.polls.choices import proposed_dates
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.minutes.queries import digest_of
from forum.conversation.polls.models import Poll, PollValues, PollVoter
from forum.conversation.polls.secret_ballots.actions import cast_ballot
from forum.conversation.polls.tasks import close_polls

QUESTION = "Quelle date pour la visite\u00a0?"
CHOICES = "Le 3 mars\nLe 10 mars\nLe 17 mars"


def add_poll(thread, person, **about):
    """A poll of ``person`` in ``thread``."""
    values = PollValues(**({"question": QUESTION, "choices": CHOICES} | about))
    return actions.add_poll(thread, viewer_of_person(person), values)


def add_date_poll(thread, person, start=None, **about):
    """A poll of ``person`` about three days in a row, the first from ``start`` on."""
    start = start or timezone.now().replace(microsecond=0) + timedelta(days=10)
    starts = tuple((start.astimezone(UTC) + timedelta(days=n)).isoformat() for n in range(3))
    about |= {"starts": starts, "minutes": 60, "time_zone": "Europe/Paris"}
    choices = "\n".join(str(it) for it in proposed_dates(starts, 60, "Europe/Paris"))
    return add_poll(thread, person, choices=choices, **about)


def vote(poll, person, *choices, voter=None):
    """``person`` votes for the ``choices`` with these numbers, for their voter or another."""
    voter = voter or PollVoter.objects.filter(poll=poll).of_person(person.pk).first()
    version = Poll.objects.get(pk=poll.pk).version
    voter_id = voter.pk if voter else 0
    actions.vote(poll, viewer_of_person(person), choices, version, voter_id=voter_id)


def open_decision(thread, person, **about):
    """A poll of ``person`` with names, yes or no, in which each organisation votes."""
    last_day = timezone.localdate() + timedelta(days=10)
    values = {"choices": "Oui\nNon\nAbstention", "is_named": True, "closes_on": last_day}
    return add_poll(thread, person, **(values | {"voter_kind": "organisation"} | about))


def end_poll(poll):
    """Let the last day of ``poll`` be over, and the worker come; return it as it is then."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Poll.objects.filter(pk=poll.pk).update(closes_on=yesterday)
    close_polls.call()
    return Poll.objects.with_counts().get(pk=poll.pk)


def open_vote(thread, person, **about):
    """A poll of ``person`` by secret ballot, on ten lists, in which each person votes."""
    choices = "\n".join(f"Liste {letter}" for letter in "ABCDEFGHIJ")
    last_day = timezone.localdate() + timedelta(days=10)
    values = {"choices": choices, "results": "closed", "closes_on": last_day}
    values |= {"voter_kind": "person", "is_secret": True}
    return add_poll(thread, person, **(values | about))


def create_counted_poll(thread, question=QUESTION, at=None, leading=(), **about):
    """A vote by secret ballot in ``thread`` that is there, with its minutes: nobody voted."""
    at = at or timezone.now()
    about |= {"closed_at": at, "is_counted": True}
    about |= {"choices": CHOICES, "results": "closed", "voter_kind": "person"}
    about = {"is_secret": True, "outcome": "uncounted"} | about
    poll = Poll.objects.create(thread=thread, author=thread.author, question=question, **about)
    row = {"decided_at": at, "leading": list(leading), "digest": digest_of(poll)}
    PollMinutes.objects.create(poll=poll, **row)
    return poll


def cast(poll, person, *numbers, voter=None):
    """``person`` casts a ballot for the voter that they vote for, or another."""
    voter = voter or PollVoter.objects.filter(poll=poll).of_person(person.pk).first()
    cast_ballot(poll, viewer_of_person(person), voter.pk if voter else 0, numbers)


def words(html):
    """What is read in ``html``, with plain spaces."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def card(browser, thread):
    """What the head of the page of ``thread`` says of a poll, None where there is none."""
    page = browser.get(thread.get_absolute_url()).text
    found = re.search(r'<details class="part poll" id="poll".*?</details>', page, re.DOTALL)
    return found and words(found[0])


def page_of(browser, poll):
    """What the page of ``poll`` says, below its header."""
    return words(browser.get(poll.get_absolute_url()).text.split("<main")[1])
