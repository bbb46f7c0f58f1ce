"""A meeting, as tests make and look at it."""

import re
from datetime import timedelta

from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings import actions
from forum.conversation.meetings.models import Meeting, MeetingValues
from tests.forum.conversation.poll_helpers import words

PLACE, CALL = "Salle des fêtes", "https://visio.exemple.fr/secret"


def meeting_values(days=10, **about):
    """Two hours of a day from now."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    values = MeetingValues(start, start + timedelta(hours=2), "Europe/Paris", PLACE, CALL)
    return values._replace(**about)


def add_meeting(thread, person, **about):
    """A meeting that ``person`` sets in ``thread``."""
    dates = [meeting_values(**about)]
    return actions.add_meetings(thread, viewer_of_person(person), dates)


def create_meeting(thread, author=None, days=10, **about):
    """A row of one, whoever may set it."""
    values = meeting_values(days)._asdict()
    return Meeting.objects.create(
        thread=thread, author=author or thread.author, **(values | about)
    )


def register(meeting, *people):
    """Each of ``people`` registers, in turn."""
    for person in people:
        actions.register(meeting, viewer_of_person(person))


def card(browser, thread):
    """What the head of the page of ``thread`` says of a meeting, None where there is none."""
    page = browser.get(thread.get_absolute_url()).text
    found = re.search(r'<details class="part" id="meeting".*?</details>', page, re.DOTALL)
    return found and words(found[0])


def page_of(browser, meeting):
    """What the page of ``meeting`` says, below its header."""
    return words(browser.get(meeting.get_absolute_url()).text.split("<main")[1])
