"""What is personal about a post is revealed by the page, and is not in the post itself."""

import re

import pytest

from forum.conversation.questions.actions import accept_answer
from forum.conversation.threads.post_marks import PostMark, marking_models
from forum.conversation.threads.rendering import render_posts_between
from forum.models import Thread
from tests.factories import post_reply, start_thread


@pytest.fixture
def settled(monkeypatch):
    """A mark on what exists: whose question a post settled."""
    mark = PostMark("settled", post="accepted", person="author")
    monkeypatch.setattr(Thread, "post_mark", mark, raising=False)
    marking_models.cache_clear()
    yield
    marking_models.cache_clear()


@pytest.fixture
def question(claire, jeanne, spaces, viewer_of, settled):
    """Claire's question, which post 2 has settled."""
    question = start_thread(claire, spaces["public"])
    accept_answer(post_reply(jeanne, question), viewer_of(claire))
    return question


def marks(viewer, thread, first, last):
    """The marks that the page of these posts shows to its viewer."""
    return render_posts_between(viewer, thread, first, last)[1]


def test_a_mark_is_found_for_its_person_on_its_page(question, claire, jeanne, viewer_of):
    asker = viewer_of(claire)

    assert marks(asker, question, 1, 20) == [("settled", 2)]
    assert marks(asker, question, 3, 22) == []
    assert marks(viewer_of(jeanne), question, 1, 20) == []
    assert marks(viewer_of(None), question, 1, 20) == []


def test_the_page_reveals_it_to_its_viewer(question, claire, jeanne, client, browser_of):
    address = question.get_absolute_url()
    pages = [one.get(address).text for one in (browser_of(claire), browser_of(jeanne), client)]

    rule = re.compile(r'#post-2 \[data-if="settled"\] ?\{display:flex\}')
    assert [bool(rule.search(page)) for page in pages] == [True, False, False]
    assert ['#post-2 [data-unless="settled"]' in page for page in pages] == [True, False, False]


def test_marks_are_read_with_the_posts_and_cost_no_query(
    question, claire, viewer_of, django_assert_num_queries
):
    asker = viewer_of(claire)
    marks(asker, question, 1, 20)
    with django_assert_num_queries(1):
        assert marks(asker, question, 1, 20)


def test_a_follower_sees_where_what_is_new_begins_once(claire, jeanne, spaces, browser_of):
    thread = start_thread(claire, spaces["public"])
    browser, address = browser_of(claire), thread.get_absolute_url()
    assert "first-unread" not in revealed(browser.get(address))
    for _reply in range(2):
        post_reply(jeanne, thread)

    assert '#post-2 [data-if="first-unread"]' in revealed(browser.get(address))
    assert "first-unread" not in revealed(browser.get(address)), "it is read now"
    assert "first-unread" not in revealed(browser_of(jeanne).get(address))


def revealed(page):
    """What the page's own style element shows to its viewer."""
    return "".join(re.findall(r"<style[^>]*>(.*?)</style>", page.text, re.DOTALL))
