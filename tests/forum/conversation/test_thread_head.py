"""The head of a thread: a line below its title, and its parts as lines of which one is open."""

import re

import pytest

from forum.conversation.polls.actions import close_poll
from forum.conversation.polls.models import Poll
from forum.conversation.threads.summaries.actions import write_summary
from forum.models import Thread
from tests.factories import post_reply, start_thread
from tests.forum.conversation.poll_helpers import add_poll, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    """A question in the network, with tags."""
    return start_thread(claire, spaces["network"], title="Une visite ?", tags=["bois", "régie"])


def head_of(browser, thread):
    """The HTML of the head of ``thread``."""
    page = browser.get(thread.get_absolute_url()).text
    return page[page.index('<header class="thread-head"') :].partition("</header>")[0]


def parts_of(browser, thread):
    """``[(id, whether it is open)]`` of the parts in the head of ``thread``."""
    folds = re.findall(
        r'<details class="part[^>]*id="([\w-]+)"([^>]*)>', head_of(browser, thread)
    )
    return [(name, "open" in rest) for name, rest in folds]


def test_what_is_said_of_a_thread_is_one_line_below_its_title(thread, jeanne, browser_of):
    post_reply(jeanne, thread, "Oui.")
    head = head_of(browser_of(jeanne), thread)
    line = re.search(r'</h1>\s*<p class="meta dots">(.*?)</p>', head, re.DOTALL)[1]

    assert re.search(r"demande.*à tout le réseau.*1 réponse.*bois.*régie", words(line))
    assert 'class="chip' not in head


def test_of_several_parts_the_most_urgent_is_first_and_open(
    thread, claire, viewer_of, browser_of
):
    write_summary(thread, viewer_of(claire), "La **régie** l’emporte.", 0)
    assert parts_of(browser_of(claire), thread) == [("summary", True)]

    add_poll(thread, claire)
    thread = Thread.objects.get(pk=thread.pk)
    assert parts_of(browser_of(claire), thread) == [("poll", True), ("summary", False)]

    close_poll(Poll.objects.get(), viewer_of(claire))
    assert parts_of(browser_of(claire), thread) == [("summary", True), ("poll", False)]
