"""What others write and a followed search finds is signalled to who follows it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.base.rules import Refused
from forum.conversation.mutes.actions import mute_person
from forum.conversation.threads.edits.actions import edit_post
from forum.finding.saved_searches import actions
from forum.finding.saved_searches.matching.actions import MAX_FOUND, match_next_events
from forum.finding.saved_searches.matching.tasks import match_saved_searches
from forum.finding.saved_searches.models import FoundPost, SavedSearch
from forum.models import Post, Tag
from tests.factories import post_reply, start_thread
from tests.forum.finding.saved_search_helpers import (
    follow,
    look_for_news,
    news,
    plain,
    threads_shown,
)
from tests.forum.members.export_helpers import taken_along

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def browser(claire, browser_of, spaces):
    """Claire's, who follows *chaudière bois*."""
    browser = browser_of(claire)
    follow(browser, "chaudière bois")
    return browser


def test_a_new_thread_that_it_finds_rings_the_bell_until_one_looks(
    browser, claire, jeanne, spaces
):
    assert news(browser) == 0
    found = start_thread(jeanne, spaces["network"], title="Des chaudières à bois ?")
    start_thread(jeanne, spaces["network"], title="Une chaudière au gaz ?", tags=[])
    look_for_news()

    assert news(browser) == 1
    inbox = browser.get(reverse("inbox"))
    assert "Votre recherche « chaudière bois » a trouvé du nouveau dans un fil." in plain(inbox)
    assert SavedSearch.objects.get().get_absolute_url() in inbox.text
    page = plain(browser.get(reverse("saved-searches")))
    assert "du nouveau dans un fil" in page
    first = browser.get(SavedSearch.objects.get().get_absolute_url())
    assert "nouveau" in plain(first).partition("Des chaudières à bois")[2]
    assert news(browser) == 0
    assert threads_shown(browser, claire) == [found.pk]  # Whoever comes back finds it again.
    assert "du nouveau" not in plain(browser.get(reverse("saved-searches")))


def test_a_reply_that_it_finds_counts_once_a_thread_and_leads_to_the_newest(
    browser, claire, jeanne, spaces
):
    thread = start_thread(jeanne, spaces["network"], title="Chauffer l’école ?")
    for n in range(3):
        post_reply(jeanne, thread, f"Une chaudière à bois, la n° {n}.")
    look_for_news()

    assert "a trouvé du nouveau dans un fil" in plain(browser.get(reverse("inbox")))
    page = browser.get(SavedSearch.objects.get().get_absolute_url())
    assert Post.objects.latest("pk").page_url() in page.text
    assert "<mark>chaudière</mark>" in page.text


def test_a_reply_that_says_none_of_the_words_is_no_news_whatever_the_title(
    browser, claire, jeanne, spaces
):
    thread = start_thread(jeanne, spaces["network"], title="Une chaudière à bois ?")
    look_for_news()
    browser.get(SavedSearch.objects.get().get_absolute_url())
    post_reply(jeanne, thread, "Merci à vous.")
    look_for_news()
    assert news(browser) == 0
    post_reply(jeanne, thread, "La chaudière est livrée.")
    look_for_news()
    assert news(browser) == 1


def test_what_one_writes_oneself_or_was_there_before_is_no_news(
    claire, jeanne, spaces, browser_of, viewer_of
):
    old = start_thread(jeanne, spaces["network"], title="Chaudière à bois, avant")
    follow(browser_of(claire), "chaudière bois")
    start_thread(claire, spaces["network"], title="Ma chaudière à bois")
    post = old.posts.get()
    edit_post(post, viewer_of(jeanne), "Une chaudière.", version=post.version)
    look_for_news()

    assert news(browser_of(claire)) == 0
    assert not FoundPost.objects.exists()


def test_filters_are_followed_too(claire, jeanne, spaces, browser_of):
    follow(browser_of(claire), "chaudière espace:reseau mot:bois")
    start_thread(jeanne, spaces["public"], title="Chaudière publique", tags=["bois"])
    start_thread(jeanne, spaces["network"], title="Chaudière sans mot", tags=[])
    found = start_thread(jeanne, spaces["network"], title="Chaudière du réseau", tags=["bois"])
    look_for_news()

    assert threads_shown(browser_of(claire), claire) == [found.pk]


def test_filters_alone_find_threads_and_not_each_reply(claire, jeanne, spaces, browser_of):
    follow(browser_of(claire), "mot:bois")
    found = start_thread(jeanne, spaces["network"], title="Des plaquettes", tags=["bois"])
    look_for_news()
    assert threads_shown(browser_of(claire), claire) == [found.pk]
    post_reply(jeanne, found, "Et voilà.")
    look_for_news()
    assert news(browser_of(claire)) == 0
    assert Tag.objects.filter(slug="bois").exists()


def test_an_excluded_word_is_excluded_beside_filters_alone(claire, jeanne, spaces, browser_of):
    browser = browser_of(claire)
    follow(browser, "-gaz auteur:jeanne")
    start_thread(jeanne, spaces["network"], title="Une chaudière au gaz ?", tags=[])
    found = start_thread(jeanne, spaces["network"], title="Une chaudière à bois ?", tags=[])
    look_for_news()

    assert threads_shown(browser, claire) == [found.pk]


def test_looking_twice_finds_nothing_twice(browser, claire, jeanne, spaces):
    start_thread(jeanne, spaces["network"], title="Chaudière à bois")
    look_for_news()
    browser.get(SavedSearch.objects.get().get_absolute_url())
    look_for_news()
    assert (news(browser), FoundPost.objects.count()) == (0, 1)


def test_it_is_looked_for_in_small_steps_that_go_on_where_one_ended(
    browser, claire, jeanne, spaces
):
    look_for_news()
    for n in range(5):
        start_thread(jeanne, spaces["network"], title=f"Chaudière à bois {n}")
    later = timezone.now()
    steps = []
    while step := match_next_events(later, size=2):
        steps.append((step, FoundPost.objects.count()))
    assert [found for _step, found in steps][-1] == 5
    assert len(steps) > 2 and all(step <= 2 for step, _found in steps)


def test_the_worker_looks_every_minute_at_what_can_no_longer_be_undone(
    browser, claire, jeanne, spaces, monkeypatch
):
    look_for_news()
    start_thread(jeanne, spaces["network"], title="Chaudière à bois")
    match_saved_searches.call()
    assert news(browser) == 0
    later = timezone.now() + timezone.timedelta(seconds=61)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    match_saved_searches.call()
    assert news(browser) == 1


def test_only_the_newest_are_kept(browser, claire, jeanne, spaces, monkeypatch):
    monkeypatch.setattr("forum.finding.saved_searches.matching.actions.MAX_FOUND", 2)
    threads = [
        start_thread(jeanne, spaces["network"], title=f"Chaudière à bois {n}") for n in range(4)
    ]
    look_for_news()
    assert threads_shown(browser, claire) == [threads[3].pk, threads[2].pk]
    assert MAX_FOUND == 50


def test_a_post_that_is_edited_is_found_by_what_it_says_now(
    browser, claire, jeanne, spaces, viewer_of
):
    thread = start_thread(jeanne, spaces["network"], title="Chauffer l’école ?")
    post_reply(jeanne, thread, "Une chaudière à bois.")
    look_for_news()
    assert news(browser) == 1
    post = Post.objects.latest("pk")
    edit_post(post, viewer_of(jeanne), "Une pompe.", version=post.version)
    look_for_news()
    assert (news(browser), threads_shown(browser, claire)) == (0, [])


def test_the_posts_of_who_is_muted_ring_no_bell(browser, claire, jeanne, spaces, viewer_of):
    start_thread(jeanne, spaces["network"], title="Chaudière à bois")
    look_for_news()
    assert news(browser) == 1
    mute_person(jeanne.pk, viewer_of(claire))
    assert (news(browser), threads_shown(browser, claire)) == (0, [])


def test_the_button_says_whether_one_follows_and_ends_it(browser, claire, jeanne):
    address = reverse("search") + "?q=bois+chaudi%C3%A8re"
    assert "Suivre cette recherche" in browser.get(address).text
    page = follow(browser, "bois chaudière")
    assert "Vous suivez cette recherche" in page.text
    assert "Ne plus suivre cette recherche" in page.text
    assert page.redirect_chain[-1][0] == address
    page = follow(browser, "bois chaudière", "0")
    assert "Vous ne suivez plus cette recherche." in page.text
    assert [one.query for one in SavedSearch.objects.all()] == ["chaudière bois"]


def test_one_stops_following_on_the_page_of_ones_searches(browser, claire):
    assert "chaudière bois" in browser.get(reverse("saved-searches")).text
    answer = browser.post(
        reverse("saved-searches"), {"unfollow": "chaudière bois"}, follow=True
    )
    assert "Vous ne suivez encore aucune recherche" in answer.text
    assert not SavedSearch.objects.exists()


def test_all_is_marked_as_read_at_once(browser, claire, jeanne, spaces):
    follow(browser, "plaquettes")
    start_thread(jeanne, spaces["network"], title="Chaudière à bois et plaquettes")
    look_for_news()
    assert news(browser) == 2
    page = browser.get(reverse("saved-searches"))
    browser.post(reverse("saved-searches"), {"until": page.context["until"]})
    assert news(browser) == 0
    assert browser.post(reverse("saved-searches"), {"until": "hier"}).status_code == 400


def test_a_search_is_followed_once_and_thirty_at_most(browser, claire, viewer_of):
    viewer = viewer_of(claire)
    assert actions.follow_search("chaudière bois", viewer) == SavedSearch.objects.get()
    for n in range(29):
        actions.follow_search(f"chaudière {n}", viewer)
    with pytest.raises(Refused, match="trente recherches"):
        actions.follow_search("encore une", viewer)
    page = follow(browser, "encore une")
    assert "Vous suivez déjà trente recherches" in page.text


@pytest.mark.parametrize("typed", ["", "  ", "de la", "mot " * 100, '"sans fin mot:bois', "\0"])
def test_what_is_no_search_is_not_followed(typed, claire, browser_of):
    page = follow(browser_of(claire), typed)
    assert page.status_code == 200
    assert SavedSearch.objects.count() == (1 if "sans fin" in typed else 0)


def test_nobody_opens_or_ends_the_search_of_another(browser, claire, jeanne, browser_of):
    address = SavedSearch.objects.get().get_absolute_url()
    assert browser_of(jeanne).get(address).status_code == 404
    follow(browser_of(jeanne), "chaudière bois", "0")
    browser_of(jeanne).post(reverse("saved-searches"), {"unfollow": "chaudière bois"})
    assert SavedSearch.objects.get().person == claire


def test_a_guest_signs_in_to_follow_a_search(browser_of, db):
    answer = browser_of(None).post(reverse("follow-search"), {"q": "bois", "follow": "1"})
    assert answer.status_code == 302 and reverse("account_login") in answer.url


def test_searches_are_followed_so_often_an_hour(claire, browser_of, monkeypatch):
    from forum.finding.saved_searches import views

    monkeypatch.setattr(views, "_FOLLOWING", views.RateLimit("follow_search_test", "1/h/user"))
    follow(browser_of(claire), "bois")
    page = follow(browser_of(claire), "plaquettes")
    assert "C’est beaucoup en peu de temps." in page.text
    assert SavedSearch.objects.count() == 1


def test_one_takes_along_what_one_searches_for(browser, claire, viewer_of):
    (row,) = taken_along(claire)["saved_searches"]
    assert row["query"] == "chaudière bois"
