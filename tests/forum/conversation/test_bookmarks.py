"""One keeps a post for oneself: who may, once, taken away, found again, and seen by nobody."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.closing.actions import ask_to_close
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.bookmarks import actions, views
from forum.conversation.bookmarks.actions import bookmark_post, edit_bookmark, remove_bookmark
from forum.conversation.bookmarks.models import MAX_NOTE_LENGTH, Bookmark
from forum.conversation.threads.edits.actions import delete_post
from forum.members.closing.tasks import close_due_accounts
from forum.models import Event, Post
from forum.moderation.actions import hide_post, lock_thread, restore_post
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import SUPPORT, move_thread, post_reply, start_thread
from tests.forum.members.export_helpers import taken_along

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]
TEXT = "Nous avons choisi la plaquette forestière."


@pytest.fixture
def post(thread, jeanne):
    """Jeanne's reply to Claire."""
    return post_reply(jeanne, thread, TEXT)


def keep(person, post, note="", remind_on=None):
    """``person`` keeps ``post``, with this note and reminder; the row."""
    bookmark_post(post, viewer_of_person(person))
    row = Bookmark.objects.get(person=person, post=post)
    if note or remind_on:
        edit_bookmark(row.pk, viewer_of_person(person), note, remind_on)
    return row


def kept(browser):
    """The page of what the person of ``browser`` keeps, its spaces plain."""
    return plain(browser.get(reverse("bookmarks")).text)


def plain(text):
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_one_keeps_a_post_once_however_often_one_presses_and_a_press_takes_it_away(
    post, claire, browser_of
):
    browser = browser_of(claire)
    events, now = Event.objects.count(), timezone.now()
    for _press in range(2):
        answer = browser.post(reverse("bookmark-post", args=[post.pk]))
        assert answer.status_code == 302 and answer.url == post.page_url()
        assert Bookmark.objects.filter(person=claire, bookmarked_at__gte=now).count() == 1
    for _press in range(2):
        answer = browser.post(reverse("remove-bookmark", args=[post.pk]))
        assert answer.status_code == 302 and answer.url == post.page_url()
        assert not Bookmark.objects.exists()
    assert Event.objects.count() == events, "it is told to no open page"


def test_each_is_shown_their_own_button_over_a_post_that_is_the_same_for_all(
    post, claire, jeanne, lucie, browser_of
):
    address, people = post.thread.get_absolute_url(), (claire, jeanne, lucie)
    before = [posts_of(browser_of(one).get(address)) for one in people]
    keep(claire, post)
    pages = [browser_of(one).get(address) for one in people]

    assert [posts_of(page) for page in pages] == before == before[:1] * 3
    rule = re.compile(r'#post-2 \[data-if="bookmarked"\] ?\{display:flex\}')
    assert [bool(rule.search(page.text)) for page in pages] == [True, False, False]
    for name, mark in ("bookmark-post", "data-unless"), ("remove-bookmark", "data-if"):
        press = f'formaction="{reverse(name, args=[post.pk])}" {mark}="bookmarked"'
        assert press in " ".join(pages[0].text.split())


def test_in_a_thread_to_keep_is_the_word_of_bookmarks_alone(post, lucie, browser_of):
    words = plain(browser_of(lucie).get(post.thread.get_absolute_url()).text)

    assert "Épingler en tête" in words  # What an animator does for all.
    assert set(re.findall(r"Garder[^<]*", words)) == {"Garder", "Garder le brouillon"}


def test_note_and_reminder_are_offered_by_the_post_as_soon_as_it_is_kept(
    post, claire, jeanne, browser_of
):
    browser = browser_of(claire)
    address = f"{reverse('bookmarks')}?message={post.pk}"
    page = browser.post(reverse("bookmark-post", args=[post.pk]), follow=True)
    text = " ".join(page.text.split())
    shown = text.partition(f'href="{address}" data-if="bookmarked"')[2].partition("</a>")[0]
    assert "Gardé : note et rappel" in shown  # That it is kept, and what one may add.
    row = Bookmark.objects.get(person=claire, post=post)
    assert browser.get(address).url == reverse("edit-bookmark", args=[row.pk])
    assert browser_of(jeanne).get(address).status_code == 200  # Of hers there is none.
    assert browser.get(reverse("bookmarks"), {"message": "rien"}).status_code == 200


def test_a_note_goes_by_the_page_that_shows_it_not_by_one_press_under_the_post(
    post, claire, browser_of
):
    row, browser = keep(claire, post, "À relire."), browser_of(claire)
    page = browser.post(reverse("remove-bookmark", args=[post.pk]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("edit-bookmark", args=[row.pk])
    assert "Sa note et son rappel s’effaceraient" in plain(page.text)
    assert "À relire." in page.text
    assert f'name="remove" value="{post.pk}"' in " ".join(page.text.split())
    assert Bookmark.objects.count() == 1
    browser.post(reverse("bookmarks"), {"remove": post.pk})
    assert not Bookmark.objects.exists()


def posts_of(page):
    return re.findall(r"<article.*</article>", page.text, re.DOTALL)


def test_the_button_is_shown_to_who_has_an_account_and_a_guest_signs_in_first(
    spaces, claire, make_person, browser_of, client
):
    public = start_thread(claire, spaces["public"])
    registered, suspended = make_person("Rita"), make_person("Serge")
    User.objects.filter(pk=suspended.pk).update(suspended_at=timezone.now())
    address = public.get_absolute_url()
    browsers = browser_of(registered), browser_of(suspended), client

    shown = [".for-registered," in one.get(address).text for one in browsers]
    assert shown == [True, False, False]
    post = public.posts.get()
    answers = [one.post(reverse("bookmark-post", args=[post.pk])) for one in browsers]
    assert [it.status_code for it in answers] == [302, 403, 302]
    assert "/compte/login/" in answers[2].url
    assert list(Bookmark.objects.values_list("person", flat=True)) == [registered.pk]


def test_who_writes_nothing_for_a_time_and_who_reads_a_locked_thread_keep_what_they_read(
    post, thread, claire, jeanne, lucie, viewer_of
):
    lock_thread(thread, viewer_of(lucie), True)
    User.objects.filter(pk=claire.pk).update(silenced_until=timezone.now() + timedelta(days=3))
    assert keep(claire, post) and keep(jeanne, post)


def test_who_was_suspended_or_closed_since_their_page_was_sent_keeps_nothing(
    post, claire, viewer_of
):
    viewer = viewer_of(claire)
    row = keep(claire, post, "À lire.")
    for state in {"suspended_at": timezone.now()}, {"suspended_at": None, "is_active": False}:
        User.objects.filter(pk=claire.pk).update(**state)
        with pytest.raises(Refused):
            bookmark_post(post.thread.posts.get(number=1), viewer)
        with pytest.raises(Refused):
            edit_bookmark(row.pk, viewer, "Autre chose.", None)
    assert Bookmark.objects.get().note == "À lire."


def test_nobody_keeps_what_they_do_not_see(post, claire, lucie, viewer_of, browser_of):
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    for name in "bookmark-post", "remove-bookmark":
        assert browser_of(claire).post(reverse(name, args=[post.pk])).status_code == 404
    with pytest.raises(Post.DoesNotExist):
        bookmark_post(post, viewer_of(claire))
    with pytest.raises(Refused):
        bookmark_post(post, viewer_of(None))


def test_what_one_keeps_is_on_a_page_the_newest_first_with_a_note(
    post, thread, claire, jeanne, browser_of
):
    keep(claire, thread.posts.get(number=1))
    keep(claire, post, "Leur chaudière\nest à voir <ici>.", _days(3))
    page = kept(browser_of(claire))

    assert page.index(TEXT) < page.index("Nous hésitons entre régie et société.")
    assert page.count(f">{plain(thread.title)}</a>") == 2
    assert str(jeanne) in page and jeanne.seats.get().organisation.name in page
    assert "Leur chaudière<br>est à voir &lt;ici&gt;." in page and "Rappel le" in page
    assert reverse("bookmarks") in browser_of(claire).get("/").text


def _days(number):
    return timezone.localdate() + timedelta(days=number)


def test_the_page_is_numbered_and_a_page_that_has_become_empty_is_the_first(
    thread, claire, jeanne, browser_of, no_posting_limits
):
    for n in range(21):
        keep(claire, post_reply(jeanne, thread), f"Note {n}.")
    browser = browser_of(claire)
    first = browser.get(reverse("bookmarks")).text
    assert "Note 20." in first and "Note 0." not in first and "?page=2" in first
    second = reverse("bookmarks") + "?page=2"
    assert "Note 0." in browser.get(second).text

    last = Bookmark.objects.order_by("pk").first()
    answer = browser.post(second, {"remove": last.post_id}, follow=True)
    assert answer.redirect_chain[0][0] == second and "Note 20." in answer.text
    assert Bookmark.objects.count() == 20


def test_without_a_bookmark_the_page_says_how_one_keeps_a_post(claire, browser_of):
    assert "Sous un message qui vous sera utile" in kept(browser_of(claire))


def test_a_note_is_changed_taken_away_and_bounded(post, claire, browser_of):
    row = keep(claire, post)
    browser, form = browser_of(claire), reverse("edit-bookmark", args=[row.pk])
    assert form in browser.get(reverse("bookmarks")).text
    assert TEXT in browser.get(form).text

    answer = browser.post(form, {"note": " À voir\r\nen mars ", "remind_on": ""})
    assert answer.status_code == 302 and answer.url == reverse("bookmarks")
    row.refresh_from_db()
    assert row.note == "À voir\nen mars"
    lines = "\r\n".join(["x" * 49] * 10)
    assert len(lines) > MAX_NOTE_LENGTH - 2
    assert browser.post(form, {"note": lines + "\r\n"}).status_code == 302
    long = "x" * (MAX_NOTE_LENGTH + 1)
    answer = browser.post(form, {"note": long})
    assert answer.status_code == 422 and long in answer.text, "what was typed is given back"
    assert browser.post(form, {"note": ""}).status_code == 302
    row.refresh_from_db()
    assert row.note == ""


def test_what_is_typed_comes_back_after_signing_in(post, claire, client):
    form = reverse("edit-bookmark", args=[keep(claire, post).pk])
    day = _days(9).isoformat()
    client.post(form, {"note": "À reprendre.", "remind_on": day})
    client.force_login(claire)

    page = client.get(form).text
    assert "À reprendre." in page and f'value="{day}"' in page


def test_a_post_that_one_may_no_longer_read_shows_nothing_of_itself_and_comes_back(
    spaces, claire, jeanne, lucie, browser_of, viewer_of
):
    thread = start_thread(jeanne, spaces["network"], title="La chaufferie du bourg", text=TEXT)
    post, browser = thread.posts.get(), browser_of(claire)
    row = keep(claire, post, "Ma note à moi.")
    pages = reverse("bookmarks"), reverse("edit-bookmark", args=[row.pk])
    hide, show = (
        lambda: hide_post(post, viewer_of(lucie), "Hors sujet."),
        lambda: restore_post(Post.objects.get(pk=post.pk), viewer_of(lucie)),
    )
    leave, back = (
        lambda: move_thread(thread, viewer_of(lucie), spaces[SUPPORT]),
        lambda: move_thread(thread, viewer_of(lucie), spaces["network"]),
    )
    for lose, find in ((hide, show), (leave, back)):
        lose()
        for page in pages:
            text = browser.get(page).text
            assert "Un message que vous ne pouvez plus lire" in text
            assert "Ma note à moi." in text
            assert not any(it in text for it in (TEXT, "La chaufferie du bourg", str(jeanne)))
        find()
        thread.refresh_from_db()
        for page in pages:
            assert TEXT in browser.get(page).text
    delete_post(Post.objects.get(pk=post.pk), viewer_of(jeanne))
    assert TEXT not in kept(browser)
    browser.post(pages[0], {"remove": post.pk})
    assert not Bookmark.objects.exists(), "it is taken away unread"


def test_what_one_keeps_follows_its_post_through_a_split_and_a_merge(
    thread, post, spaces, claire, jeanne, lucie, browser_of, viewer_of
):
    keep(claire, post, "À suivre.")
    about = {"topic": thread.topic, "kind": "question", "tags": []}
    new = split_thread(
        thread, viewer_of(lucie), numbers=[2], title="Et la plaquette ?", **about
    )
    page = kept(browser_of(claire))
    assert "Et la plaquette ?" in page and TEXT in page and "À suivre." in page

    other = start_thread(jeanne, spaces["network"], title="La plaquette, posée avant ?")
    merge_threads(new, other, viewer_of(lucie))
    page = kept(browser_of(claire))
    assert "La plaquette, posée avant ?" in page and TEXT in page and "À suivre." in page


def test_nobody_else_is_shown_it_nor_changes_it(post, claire, jeanne, lucie, browser_of):
    row = keep(claire, post, "Une note secrète.")
    for other in jeanne, lucie:
        browser = browser_of(other)
        form = reverse("edit-bookmark", args=[row.pk])
        assert browser.get(form).status_code == 404
        assert browser.post(form, {"note": "La mienne."}).status_code == 404
        browser.post(reverse("bookmarks"), {"remove": post.pk})
        browser.post(reverse("remove-bookmark", args=[post.pk]))
        for page in (
            reverse("bookmarks"),
            post.thread.get_absolute_url(),
            "/recherche/?q=secrète",
        ):
            assert "Une note secrète." not in browser.get(page).text
        assert "Une note secrète." not in str(taken_along(other))
    row.refresh_from_db()
    assert row.note == "Une note secrète."


def test_it_is_taken_along_and_goes_with_the_account(post, claire, jeanne):
    keep(claire, post, "Ma note.", _days(2))
    keep(jeanne, post)
    (row,) = taken_along(claire)["bookmarks"]
    assert (row["message"], row["note"]) == (post.pk, "Ma note.")
    assert row["remind_on"] == _days(2).isoformat()

    ask_to_close(claire, days=0)
    close_due_accounts.call()
    assert list(Bookmark.objects.values_list("person", flat=True)) == [jeanne.pk]


def test_one_keeps_so_many_and_no_more_until_one_keeps_one_less(
    thread, post, claire, browser_of, viewer_of, monkeypatch
):
    monkeypatch.setattr(actions, "MAX_BOOKMARKS", 1)
    keep(claire, post)
    bookmark_post(post, viewer_of(claire))
    first = thread.posts.get(number=1)
    answer = browser_of(claire).post(reverse("bookmark-post", args=[first.pk]), follow=True)
    assert "cinq cents messages" in plain(answer.text) and Bookmark.objects.count() == 1

    remove_bookmark(post.pk, viewer_of(claire))
    bookmark_post(first, viewer_of(claire))
    assert Bookmark.objects.get().post == first


def test_writes_are_bounded_and_say_when_one_may_go_on(post, claire, browser_of, monkeypatch):
    limits = {"_BOOKMARKS": "bookmark", "_EDITS": "edit"}
    for name, action in limits.items():
        bound = type(getattr(views, name))(f"test_{action}", "1/m/user")
        monkeypatch.setattr(views, name, bound)
    browser, address = browser_of(claire), reverse("bookmark-post", args=[post.pk])
    browser.post(address)
    for refused in address, reverse("remove-bookmark", args=[post.pk]):
        answer = browser.post(refused, follow=True)
        assert "Réessayez dans" in answer.text and Bookmark.objects.count() == 1
    form = reverse("edit-bookmark", args=[Bookmark.objects.get().pk])
    assert browser.post(form, {"note": "Une."}).status_code == 302
    answer = browser.post(form, {"note": "Deux."})
    assert answer.status_code == 429 and "Deux." in answer.text
    assert Bookmark.objects.get().note == "Une."
