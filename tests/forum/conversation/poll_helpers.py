"""A poll, as tests make and look at it."""

import re

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.polls import actions
from forum.conversation.polls.models import Poll, PollValues

QUESTION = "Quelle date pour la visite\u00a0?"
CHOICES = "Le 3 mars\nLe 10 mars\nLe 17 mars"


def add_poll(thread, person, **about):
    """A poll of ``person`` in ``thread``."""
    values = PollValues(**({"question": QUESTION, "choices": CHOICES} | about))
    return actions.add_poll(thread, viewer_of_person(person), values)


def vote(poll, person, *choices):
    """``person`` votes for the ``choices`` with these numbers."""
    version = Poll.objects.get(pk=poll.pk).version
    actions.vote(poll, viewer_of_person(person), choices, version)


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
