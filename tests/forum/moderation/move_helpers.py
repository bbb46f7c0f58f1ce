"""What a move of a thread tells people."""

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.inbox.queries import notifications_of
from tests.forum.conversation.follow_helpers import badge


def told(person):
    return [one.text for one in notifications_of(person, viewer_of_person(person))]


def rung_for(browser):
    """The number at the bell."""
    return int((badge(browser.get("/")) or "0").split()[0])
