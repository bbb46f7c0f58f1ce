"""What posts and titles said before: kept with who, when and why, for who reads them."""

import re

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from forum.base.search_index.models import PostDocument
from forum.conversation.mentions.actions import render_post
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.conversation.threads.revisions.models import Revision
from forum.models import Thread
from forum.moderation.actions import hide_post
from tests.factories import post_reply, start_thread
from tests.forum.members.closing_helpers import close

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Quelle chaufferie choisir ?")


@pytest.fixture
def post(thread, jeanne, viewer_of):
    """Jeanne's reply, edited twice."""
    post = post_reply(jeanne, thread, "Une chaudière de 100 kW.")
    post = edit_post(post, viewer_of(jeanne), "Une chaudière de 150 kW.", 1, reason="Coquille")
    return edit_post(post, viewer_of(jeanne), "Une chaudière de 150 kW, ou deux.", 2)


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).replace("\u00a0", " ").split())


def versions_of(post, browser):
    return browser.get(reverse("post-versions", args=[post.pk]))


def test_every_edit_keeps_what_stood_with_when_by_whom_and_why(post, jeanne):
    kept = Revision.objects.order_by("pk").values_list("version", "text", "reason")
    assert list(kept) == [
        (1, "Une chaudière de 100 kW.", "Coquille"),
        (2, "Une chaudière de 150 kW.", ""),
    ]
    assert set(Revision.objects.values_list("author", "edited_by")) == {(jeanne.pk, jeanne.pk)}


@pytest.mark.django_db(transaction=True)
def test_others_write_while_a_text_is_rendered(post, jeanne, viewer_of, monkeypatch):
    """On SQLite a transaction that writes lets nobody else write."""
    rendered = []

    def render(*args):
        rendered.append(connection.in_atomic_block)
        return render_post(*args)

    monkeypatch.setattr("forum.conversation.threads.edits.actions.render_post", render)
    edit_post(post, viewer_of(jeanne), "Une chaudière, enfin.", post.version)

    assert rendered == [False]


def test_saving_the_same_words_keeps_nothing(post, jeanne, viewer_of):
    edit_post(post, viewer_of(jeanne), post.text, 3)
    assert Revision.objects.count() == 2


def test_the_page_says_what_came_and_went_newest_first(post, claire, jeanne, browser_of):
    thread = browser_of(claire).get(post.thread.get_absolute_url())
    assert reverse("post-versions", args=[post.pk]) in thread.text
    text = plain(versions_of(post, browser_of(claire)))

    assert "Ajouté : , ou deux" in text and "Retiré : 100" in text and "Ajouté : 150" in text
    assert "Motif : Coquille" in text and jeanne.full_name in text
    assert text.index("ou deux") < text.index("Coquille") < text.rindex("de 100 kW.")


def test_who_does_not_read_the_post_reads_no_version(
    post, thread, claire, lucie, jeanne, viewer_of, client, browser_of
):
    assert versions_of(post, client).status_code == 404
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    for person in claire, jeanne, lucie:
        assert versions_of(post, browser_of(person)).status_code == 404
    assert not Revision.objects.visible_to(viewer_of(lucie)).exists()


def test_a_deleted_post_takes_its_versions_along(post, jeanne, viewer_of):
    delete_post(post, viewer_of(jeanne))
    assert not Revision.objects.exists()


def test_more_readers_read_nothing_that_was_replaced_before_they_came(
    post, thread, claire, jeanne, lucie, spaces, viewer_of, browser_of
):
    Thread.objects.filter(pk=thread.pk).update(moved_at=timezone.now())
    text = plain(versions_of(post, browser_of(claire)))
    assert "100 kW" not in text and "pas d’ancienne version" in text

    edit_post(post, viewer_of(jeanne), "Une chaudière de 200 kW.", 3)
    text = plain(versions_of(post, browser_of(claire)))
    assert "ou deux" in text and "100 kW" not in text


def test_searches_hold_no_former_version(post):
    rows = PostDocument.objects.filter(post=post)
    words = " ".join(" ".join(row) for row in rows.values_list("stems", "folded_stems")).split()
    assert "150" in words and "100" not in words


def test_the_reason_is_typed_in_the_form_and_kept_where_it_is_too_long(
    post, jeanne, browser_of
):
    address = reverse("edit-post", args=[post.pk])
    assert "Pourquoi cette modification" in browser_of(jeanne).get(address).text
    sent = {"text": "Autre chose.", "version": 3, "reason": "x" * 201}
    answer = browser_of(jeanne).post(address, sent)
    assert answer.status_code == 422 and "x" * 201 in answer.text
    assert browser_of(jeanne).post(address, sent | {"reason": "Précision"}).status_code == 302
    assert Revision.objects.latest("pk").reason == "Précision"


def test_a_conflict_shows_both_texts_and_what_differs_and_keeps_what_was_typed(
    post, jeanne, browser_of
):
    sent = {"text": "Une chaudière de 90 kW.", "version": 2, "reason": "Mesuré"}
    answer = browser_of(jeanne).post(reverse("edit-post", args=[post.pk]), sent)

    assert answer.status_code == 409 and 'value="Mesuré"' in answer.text
    text = plain(answer)
    assert "Une chaudière de 150 kW, ou deux." in text
    assert text.count("Une chaudière de 90 kW.") == 2, "beside it, and in the form"
    assert "Ajouté : 90" in text and 'name="version" value="3"' in answer.text


def test_titles_are_kept_and_their_page_is_led_to(thread, claire, lucie, viewer_of, browser_of):
    about = {"topic": thread.topic, "kind": thread.kind, "tags": []}
    page = reverse("title-versions", args=[thread.pk])
    assert page not in browser_of(claire).get(thread.get_absolute_url()).text
    edit_thread(thread, viewer_of(claire), title="Quelle chaufferie bois ?", **about)
    assert page in browser_of(lucie).get(thread.get_absolute_url(), follow=True).text
    why = {"title": "Quelle chaufferie à bois ?", "reason": "Plus clair"}
    edit_thread(thread, viewer_of(lucie), **about | why)

    text = plain(browser_of(claire).get(page))
    assert "Quelle chaufferie choisir" in text and "Motif : Plus clair" in text
    assert lucie.full_name in text
    edit_thread(thread, viewer_of(claire), **about | {"title": why["title"]})
    assert Revision.objects.count() == 2


def test_many_versions_are_read_some_at_a_time(post, jeanne, viewer_of, browser_of):
    for n in range(3, 10):
        post = edit_post(post, viewer_of(jeanne), f"Version numéro {n}.", n)
    first = plain(versions_of(post, browser_of(jeanne)))
    address = reverse("post-versions", args=[post.pk]) + "?page=2"
    second = plain(browser_of(jeanne).get(address))

    assert "Version numéro 9." in first or "9 ." in first
    assert "100 kW" not in first and "100 kW" in second
    assert "Aujourd’hui" in first and "Aujourd’hui" not in second


def test_a_name_leaves_former_versions_too(thread, claire, jeanne, viewer_of):
    post = post_reply(jeanne, thread, f"Demandez à {jeanne.full_name}.")
    edit_post(post, viewer_of(jeanne), "Demandez.", 1)
    close(jeanne)

    assert Revision.objects.get().text == "Demandez à [ancien membre]."


def test_what_is_too_long_to_compare_is_shown_whole(
    post, claire, jeanne, viewer_of, browser_of
):
    edit_post(post, viewer_of(jeanne), "\n\n".join(["a", "b", "c"] * 4_000), 3)
    page = versions_of(post, browser_of(claire))
    assert "est trop longue pour dire ce qui y change" in plain(page)
    assert page.text.count("<p>b</p>") == 4_000 and page.text.count("<ins>") == 2


def test_an_address_that_is_referred_to_is_compared_once(post, jeanne, viewer_of, browser_of):
    for end in "cdefg":
        text = f"[a]: /{'ab.' * 12_000}{end}\n\n{'[a] ' * 590}"
        post = edit_post(post, viewer_of(jeanne), text, post.version)
    page = browser_of(jeanne).get(reverse("post-versions", args=[post.pk]))

    assert page.status_code == 200 and len(page.content) < 1_000_000


def test_of_what_changed_a_page_shows_the_beginning(
    post, claire, jeanne, viewer_of, browser_of
):
    post = edit_post(post, viewer_of(jeanne), " ".join(f"a b{n} c" for n in range(900)), 3)
    edit_post(post, viewer_of(jeanne), " ".join(f"a c{n} c" for n in range(900)), 4)
    page = versions_of(post, browser_of(claire))
    text = plain(page)
    assert text.count("Ce n’est que le début de ce qui change") == 1
    assert "Ajouté : c9 " in text and "c899" in text
    assert page.text.count("<del>") < 250
