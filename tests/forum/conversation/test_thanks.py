"""Thanks for a post: who may, once, taken back, the number that all see and the names."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import User
from forum.base.rules import Refused
from forum.conversation.thanks import views
from forum.conversation.thanks.actions import take_thanks_back, thank_for_post
from forum.conversation.thanks.models import Thank
from forum.models import Event, Post
from forum.moderation.actions import hide_post, lock_thread
from tests.factories import SUPPORT, move_thread, post_reply, start_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["public"], title="Quelle chaufferie ?")


@pytest.fixture
def post(thread, jeanne):
    """Jeanne's reply to Claire."""
    return post_reply(jeanne, thread)


def thank_count(post):
    return Post.objects.values_list("thank_count", flat=True).get(pk=post.pk)


def plain(page):
    """The text of a page, its spaces plain."""
    return " ".join(page.text.replace("\u00a0", " ").split())


def shown(page, number=2):
    """What the article of this number says, its spaces plain."""
    article = re.search(rf'<article[^>]*id="post-{number}".*?</article>', page.text, re.DOTALL)
    return plain(SimpleNamespace(text=article[0]))


def test_one_thanks_once_however_often_one_presses_and_takes_it_back(
    post, claire, lucie, browser_of
):
    thank, back = (
        reverse(name, args=[post.pk]) for name in ("thank-for-post", "take-thanks-back")
    )
    for _press in range(2):
        answer = browser_of(claire).post(thank)
        assert answer.status_code == 302 and answer.url == post.page_url()
        assert thank_count(post) == Thank.objects.count() == 1
    events = Event.objects.count()
    browser_of(lucie).post(thank)
    assert thank_count(post) == 2
    for _press in range(2):
        browser_of(claire).post(back)
        assert thank_count(post) == Thank.objects.count() == 1
    assert Event.objects.count() == events + 2, "what changes nothing is told to nobody"


def test_the_post_shows_how_many_and_to_each_their_own_button(
    post, claire, jeanne, viewer_of, client, browser_of
):
    thread = post.thread.get_absolute_url()
    assert "remerciement" not in shown(browser_of(claire).get(thread))
    thank_for_post(post, viewer_of(claire))

    pages = [one.get(thread) for one in (browser_of(claire), browser_of(jeanne), client)]
    assert all("1 remerciement" in shown(page) for page in pages)
    rule = re.compile(r'#post-2 \[data-if="thanked"\] ?\{display:flex\}')
    assert [bool(rule.search(page.text)) for page in pages] == [True, False, False]


def test_nobody_thanks_for_their_own_post(post, jeanne, viewer_of, browser_of):
    with pytest.raises(Refused, match="le vôtre"):
        thank_for_post(post, viewer_of(jeanne))
    answer = browser_of(jeanne).post(reverse("thank-for-post", args=[post.pk]))

    assert answer.status_code == 403 and thank_count(post) == 0


def test_who_may_not_reply_may_not_thank_but_takes_back_what_they_gave(
    post, thread, claire, lucie, viewer_of
):
    thank_for_post(post, viewer_of(claire))
    lock_thread(thread, viewer_of(lucie), True)
    take_thanks_back(post, viewer_of(claire))
    assert thank_count(post) == 0
    with pytest.raises(Refused, match="fermé"):
        thank_for_post(post, viewer_of(claire))


def test_who_has_only_an_account_is_told_to_sign_and_a_guest_signs_in_first(
    post, make_person, viewer_of, client
):
    with pytest.raises(Refused, match="Signez la charte"):
        thank_for_post(post, viewer_of(make_person("Inscrite seulement")))
    answer = client.post(reverse("thank-for-post", args=[post.pk]))

    assert answer.status_code == 302 and "next" in answer.url and thank_count(post) == 0


def test_nobody_thanks_for_what_they_do_not_see(post, claire, lucie, viewer_of, browser_of):
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    for name in "thank-for-post", "take-thanks-back":
        assert browser_of(claire).post(reverse(name, args=[post.pk])).status_code == 404
    with pytest.raises(Post.DoesNotExist):
        thank_for_post(post, viewer_of(claire))
    assert browser_of(claire).get(reverse("thanks", args=[post.pk])).status_code == 404


def test_members_read_the_names_and_guests_how_many(
    post, claire, lucie, make_person, viewer_of, client, browser_of
):
    page = reverse("thanks", args=[post.pk])
    assert "Personne ne remercie encore" in client.get(page).text
    thank_for_post(post, viewer_of(claire))
    for reader in (browser_of(lucie), browser_of(claire)):
        text = plain(reader.get(page))
        assert claire.full_name in text and "1 personne remercie" in text
    for reader in (client, browser_of(make_person("Inscrite seulement"))):
        answer = reader.get(page)
        assert claire.full_name not in answer.text and "1 personne remercie" in plain(answer)
        assert "noindex" in answer.text and "leurs noms" in answer.text


def test_a_closed_account_stays_counted_without_a_name(
    post, claire, jeanne, viewer_of, browser_of
):
    thank_for_post(post, viewer_of(claire))
    User.objects.filter(pk=claire.pk).update(
        is_active=False, full_name="Ancien membre", closed_at=post.created_at
    )
    text = browser_of(jeanne).get(reverse("thanks", args=[post.pk])).text

    assert "Ancien membre" in text and claire.get_absolute_url() not in text


def test_names_move_with_the_thread(post, claire, jeanne, lucie, spaces, viewer_of, browser_of):
    thank_for_post(post, viewer_of(claire))
    move_thread(post.thread, viewer_of(lucie), spaces[SUPPORT])

    assert browser_of(jeanne).get(reverse("thanks", args=[post.pk])).status_code == 404


def test_a_hand_that_thanks_without_end_is_stopped_in_words(
    post, claire, browser_of, monkeypatch
):
    limit = type(views._THANKS)("thank_test", "2/10m/user")
    monkeypatch.setattr(views, "_THANKS", limit)
    for name in "thank-for-post", "take-thanks-back", "thank-for-post":
        answer = browser_of(claire).post(reverse(name, args=[post.pk]), follow=True)

    assert thank_count(post) == 0 and answer.context["messages"]


def test_a_page_costs_the_same_with_and_without_thanks(
    post, claire, make_person, viewer_of, browser_of, django_assert_max_num_queries
):
    client, address = browser_of(claire), reverse("thanks", args=[post.pk])
    for n in range(3):
        thank_for_post(post, viewer_of(make_person(f"Membre {n}", SUPPORT)))
    client.get(address)
    with django_assert_max_num_queries(8) as few:
        client.get(address)
    for n in range(3, 20):
        thank_for_post(post, viewer_of(make_person(f"Membre {n}", SUPPORT)))
    with django_assert_max_num_queries(len(few)):
        assert "Membre 19" in client.get(address).text
