"""Links of this site that stand alone in a post are shown by their titles, to who may read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.base.mail import site_address
from accounts.models import Organisation
from forum.conversation.threads.changes import thread_changes_since
from forum.conversation.threads.link_previews import MAX_PREVIEWS
from forum.conversation.threads.models import Thread
from tests.factories import AUTHORITIES, post_reply, start_thread

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
TITLE = "Chaufferie de bourg"


def address(subject):
    return site_address() + subject.get_absolute_url()


@pytest.fixture
def target(claire, spaces):
    """A thread of the network that links lead to."""
    return start_thread(claire, spaces["network"], title=TITLE)


@pytest.fixture
def article(jeanne, browser_of):
    """The article of a post, as a reader's page has it."""

    def article(post, person=jeanne):
        page = browser_of(person).get(post.thread.get_absolute_url()).text
        return page[page.index(f'id="post-{post.number}"') :].partition("</article>")[0]

    return article


def test_a_link_that_stands_alone_is_a_preview_that_leads_where_it_did(
    target, thread, jeanne, article
):
    there = f"{address(target)}?page=1#post-1"
    post = post_reply(jeanne, thread, f"Nous avons décrit cela :\n\n{there}\n\nÀ suivre.")

    shown = article(post)
    assert f'<p class="card"><a href="{there}"' in shown
    assert f">{TITLE}</a>" in shown and "Question ·" in shown and f">{there}<" not in shown


def test_a_link_within_a_sentence_or_with_words_of_its_own_is_as_it_was_typed(
    target, thread, jeanne, article
):
    there = address(target)
    post = post_reply(jeanne, thread, f"Voyez {there} donc.\n\n[Notre bilan]({there})")

    shown = article(post)
    assert 'class="card"' not in shown and f">{there}<" in shown and ">Notre bilan<" in shown


@pytest.mark.parametrize(
    ("space", "linked", "is_shown"),
    [
        ("network", "network", True), ("network", "public", True), ("public", "public", True),
        ("public", "network", False), ("network", AUTHORITIES, False),
        (AUTHORITIES, AUTHORITIES, True), (AUTHORITIES, "network", False),
    ],
)  # fmt: skip
def test_a_preview_shows_what_all_readers_of_the_post_read_and_nothing_else(
    space, linked, is_shown, claire, spaces, article
):
    target = start_thread(claire, spaces[linked], title=TITLE)
    thread = start_thread(claire, spaces[space])
    post = post_reply(claire, thread, address(target))

    assert (TITLE in article(post, claire)) == is_shown


def test_a_preview_has_the_title_of_today_and_goes_with_what_it_shows(
    target, thread, jeanne, spaces, article
):
    post = post_reply(jeanne, thread, address(target))
    assert TITLE in article(post)

    Thread.objects.filter(pk=target.pk).update(title="Chaufferie du canton")
    assert "Chaufferie du canton" in article(post) and TITLE not in article(post)
    for gone in ({"space": spaces[AUTHORITIES]}, {"removed_at": timezone.now()}):
        Thread.objects.filter(pk=target.pk).update(**gone)
        assert "Chaufferie du canton" not in article(post)


def test_open_pages_are_given_the_article_that_a_reload_shows(
    target, thread, jeanne, article, viewer_of, browser_of
):
    seq = Thread.objects.get(pk=thread.pk).seq
    sent = browser_of(jeanne).post(
        reverse("replies", args=[thread.pk]),
        {"text": address(target), "idempotency_key": "7d444840-9dc0-11d1-b245-5ffdce74fad2"},
    )
    assert sent.status_code in (200, 302)
    post = thread.posts.get(number=2)

    changes = thread_changes_since(viewer_of(jeanne), thread.pk, seq)

    element = changes.elements["post-2"]
    assert 'class="card"' in element
    assert element[element.index('id="post-2"') :].partition("</article>")[0] == article(post)


def test_an_organisation_of_the_network_is_a_preview_and_no_other(
    thread, claire, jeanne, article
):
    town = claire.seats.get().organisation
    post = post_reply(jeanne, thread, address(town))
    assert f">{town.name}</a>" in article(post)

    Organisation.objects.filter(pk=town.pk).update(admitted_at=None)
    assert 'class="card"' not in article(post)


def test_no_other_site_and_no_other_page_is_previewed(target, thread, jeanne, article):
    for there in (
        f"https://ailleurs.example{target.get_absolute_url()}",
        f"{site_address()}.ailleurs.example{target.get_absolute_url()}",
        f"{site_address()}/annuaire/rien/",
        f"{site_address()}/fils/999999/",
    ):
        post = post_reply(jeanne, thread, there)
        assert 'class="card"' not in article(post), there


def test_previews_cost_a_query_for_all_of_a_page_and_a_post_has_some_at_most(
    target, thread, jeanne, browser_of
):
    browser, place = browser_of(jeanne), thread.get_absolute_url()
    post_reply(jeanne, thread, "Rien.")
    browser.get(place)
    with CaptureQueriesContext(connection) as before:
        browser.get(place)
    for words in ("Lisez", "Voyez"):
        links = [address(target)] * (MAX_PREVIEWS + 1)
        post_reply(jeanne, thread, "\n\n".join([words, *links]))
    browser.get(place)

    with CaptureQueriesContext(connection) as after:
        page = browser.get(place).text

    assert len(after) == len(before) + 1
    assert page.count('<p class="card">') == 2 * MAX_PREVIEWS
