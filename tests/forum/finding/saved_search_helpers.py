"""Following a search, and the worker's look at what is new."""

import re
from datetime import timedelta
from html import unescape

from django.urls import reverse
from django.utils import timezone

from forum.base.search_index.reindexing.actions import threads_indexed
from forum.finding.saved_searches.matching.actions import match_next_events
from forum.finding.saved_searches.models import SavedSearch


def look_for_news():
    """What the worker does every minute, as if all were settled."""
    list(threads_indexed())
    before = timezone.now() + timedelta(seconds=1)
    while match_next_events(before):
        pass


def follow(browser, query, follow="1"):
    """Press the button of the page of results."""
    return browser.post(reverse("follow-search"), {"q": query, "follow": follow}, follow=True)


def news(browser):
    """How many lines of the inbox are new, as every page counts them."""
    return browser.get("/").context["menu"].unread_notifications


def threads_shown(browser, person):
    """The ids of the threads on the page of the person's only search, in order."""
    text = browser.get(SavedSearch.objects.get(person=person).get_absolute_url()).text
    return [int(pk) for pk in re.findall(r'data-thread="(\d+)"', text)]


def plain(page):
    """What is read on a page, single-spaced."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
