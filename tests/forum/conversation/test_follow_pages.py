"""Following on the pages: the button, the badge, the list of what one follows."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.conversation.follows.actions import mark_all_read
from forum.models import Follow, Thread
from forum.moderation import actions as moderation
from tests.factories import (
    post_reply,
    start_thread,
)
from tests.forum.conversation.follow_helpers import FOLLOWS, badge, read_by
from tests.forum.test_query_counts import fill


def test_all_is_read_but_what_was_said_since_the_page_was_shown(
    thread, claire, jeanne, viewer_of
):
    other = start_thread(claire, thread.space)
    for one in (thread, other):
        post_reply(jeanne, one)
    shown = timezone.now()
    post_reply(jeanne, other)

    mark_all_read(viewer_of(claire), shown)

    assert (read_by(claire, thread), read_by(claire, other)) == (2, 1)


def test_the_button_of_a_thread_follows_and_stops_and_comes_back_to_the_same_page(
    thread, claire, lucie, browser_of
):
    fill(thread, posts=30)
    client, address = browser_of(lucie), thread.get_absolute_url()
    page = client.get(f"{address}?page=2").content.decode()
    action = re.search(r'formaction="([^"]*/suivi/[^"]*)" name="follow" value="1"', page)[1]

    back = client.post(action, {"follow": "1"})

    assert back["Location"] == f"{address}?page=2"
    page = client.get(back["Location"]).content.decode()
    assert "Vous suivez ce fil." in page and 'name="follow" value="0"' in page
    assert read_by(lucie, thread) == 31
    client.post(reverse("follow-thread", args=[thread.pk]), {"follow": "0"})
    assert read_by(lucie, thread) is None


@pytest.mark.parametrize("role", ["guest", "suspended"])
def test_who_may_not_follow_is_shown_nothing_of_it(role, people, spaces, browser_of):
    public = start_thread(people.projects, spaces["public"])
    client = browser_of(getattr(people, role))

    for address in ("/", public.get_absolute_url()):
        page = client.get(address).content.decode()
        assert FOLLOWS not in page and "/suivi/" not in page and 'id="badge"' not in page
    for answer in (
        client.get(FOLLOWS),
        client.post(f"/fils/{public.pk}/suivi/", {"follow": 1}),
    ):
        assert answer.status_code == (302 if role == "guest" else 403)
    assert not Follow.objects.filter(thread=public).exclude(person=people.projects).exists()


def test_a_guest_who_presses_signs_in_and_comes_back_to_the_thread(client, thread):
    answer = client.post(reverse("follow-thread", args=[thread.pk]), {"follow": "1"})

    assert answer["Location"] == f"/compte/login/?next=/fils/{thread.pk}/"


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("fr", 0, None),
        ("fr", 1, "1 nouveauté vous attend"),
        ("fr", 3, "3 nouveautés vous attendent"),
        ("en", 1, "1 thing is new for you"),
        ("en", 2, "2 things are new for you"),
    ],
)
def test_every_page_says_in_words_how_much_is_new(
    language, count, words, claire, jeanne, spaces, browser_of
):
    for n in range(count):
        post_reply(
            jeanne, start_thread(claire, spaces["network"], title=f"Un fil que je suis, {n}")
        )
    client = browser_of(claire)
    client.cookies["django_language"] = language

    for address in ("/", "/compte/", f"/membres/{claire.pk}/", "/nulle-part/"):
        assert badge(client.get(address)) == words, address


def test_the_words_that_the_script_puts_in_the_badge_are_those_of_the_page(
    thread, claire, browser_of
):
    page = browser_of(claire).get("/").content.decode()
    own = re.search(r'<span class="badge" id="badge"[^>]*>', page)[0]
    data = dict(re.findall(r'data-(one|many)="([^"]*)"', own))

    assert data["one"] == "1 nouveauté vous attend"
    assert data["many"] == "{n} nouveautés vous attendent"


def test_my_follows_show_those_with_news_first_and_lead_to_the_first_new_post(
    thread, claire, jeanne, lucie, viewer_of, browser_of
):
    quiet = start_thread(claire, thread.space, title="Un fil où plus personne ne parle")
    for n in range(25):
        hidden = post_reply(jeanne, thread, f"Réponse {n}")
        if n == 19:
            moderation.hide_post(hidden, viewer_of(lucie), "Hors sujet")
    Follow.objects.filter(person=claire, thread=thread).update(last_read_number=20)
    Thread.objects.filter(pk=quiet.pk).update(last_posted_at=timezone.now())

    page = browser_of(claire).get(FOLLOWS)

    assert [row.pk for _follow, row, _news in page.context["rows"]] == [thread.pk, quiet.pk]
    html = page.content.decode()
    assert "5 nouvelles réponses" in html  # Six came; one is hidden, so the first is nº 22.
    first = f"{thread.get_absolute_url()}?page=2#post-22"
    assert html.count(f'href="{first}"') == 2


def test_a_row_says_more_than_99_rather_than_count_for_long(thread, claire, jeanne, browser_of):
    fill(thread, posts=130)
    post_reply(jeanne, thread)
    assert unread_posts(browser_of(claire)) == ["1 nouvelle réponse"]  # The rest is her own.

    thread.posts.filter(number__gt=1).update(author=jeanne)

    assert unread_posts(browser_of(claire)) == ["Plus de 99 nouvelles réponses"]


def unread_posts(client):
    """What the rows of my follows say of what is new."""
    page = client.get(FOLLOWS).content.decode()
    return re.findall(r'<a class="news"[^>]*>\s*([^<]*?)\s*</a>', page)


def test_my_follows_stop_one_and_stay_on_their_page(thread, claire, jeanne, browser_of):
    client = browser_of(claire)

    answer = client.post(f"{FOLLOWS}?page=2", {"unfollow": thread.pk})

    assert answer["Location"] == f"{FOLLOWS}?page=2"
    page = client.get(FOLLOWS).content.decode()
    assert f"Vous ne suivez plus «\u00a0{thread.title}\u00a0»." in page
    assert read_by(claire, thread) is None


def test_my_follows_read_all_at_once(thread, claire, jeanne, browser_of):
    post_reply(jeanne, thread)
    client = browser_of(claire)
    page = client.get(FOLLOWS).content.decode()
    until = re.search(r'name="until" value="([^"]*)"', page)[1]

    answer = client.post(FOLLOWS, {"until": until}, follow=True)

    assert "Tout est lu." in answer.content.decode() and badge(answer) is None
    assert read_by(claire, thread) == 2
    assert 'name="until"' not in answer.content.decode()


@pytest.mark.parametrize(
    "sent",
    [{}, {"until": "demain"}, {"until": "2026-99-99T00:00"}, {"unfollow": "x"},
     {"unfollow": "9" * 30}, {"unfollow": "9999999"}],
)  # fmt: skip
def test_a_forged_form_reads_and_stops_nothing(sent, thread, claire, jeanne, browser_of):
    post_reply(jeanne, thread)

    answer = browser_of(claire).post(FOLLOWS, sent)

    assert answer.status_code in (400, 404)
    assert read_by(claire, thread) == 1


def test_who_follows_nothing_is_told_how_to(jeanne, spaces, browser_of):
    client = browser_of(jeanne)

    assert "choisissez «\u00a0Suivre ce fil" in client.get(FOLLOWS).content.decode()
    assert "Revenir à la première page" in client.get(f"{FOLLOWS}?page=9").content.decode()


def test_an_enhanced_reply_brings_the_button_that_stops(thread, jeanne, browser_of):
    address = reverse("replies", args=[thread.pk])

    sent = {"text": "Par ici.", "idempotency_key": uuid4()}
    news = browser_of(jeanne).post(address, sent, headers={"X-Seen": "1"}).json()

    page = browser_of(jeanne).get(thread.get_absolute_url()).content.decode()
    assert 'value="0"' in news["elements"]["thread-follow"]
    assert news["elements"]["thread-follow"] in page
