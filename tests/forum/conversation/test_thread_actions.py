"""What people may do, to what they see, and what is left of it."""

import re

import pytest
from django.urls import reverse

from forum.base.rules import Refused
from forum.conversation.questions import actions as questions
from forum.conversation.threads import actions
from forum.conversation.threads.edits.actions import delete_post, edit_post, edit_thread
from forum.models import Event, Post, Space, Thread, ThreadCount, Topic
from forum.moderation import actions as moderation
from forum.moderation.thread_moves import actions as proposals
from tests.factories import AUTHORITIES, SUPPORT, move_thread, post_reply, start_thread


def test_posts_are_numbered_and_changes_counted_without_gap(thread, claire, jeanne):
    for n in range(3):
        post_reply(jeanne, thread, f"Réponse {n}")

    assert list(thread.posts.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert list(thread.events.values_list("seq", flat=True)) == [1, 2, 3, 4]
    assert Thread.objects.get().seq == Thread.objects.get().post_count == 4


def test_a_deleted_post_leaves_its_number_and_none_of_its_words(thread, jeanne, viewer_of):
    post = post_reply(jeanne, thread, "À reprendre")

    delete_post(post, viewer_of(jeanne))

    post.refresh_from_db()
    assert (post.number, post.text, post.html) == (2, "", "")
    assert post_reply(jeanne, thread, "Suite").number == 3


def test_a_thread_taken_back_before_any_reply_leaves_the_lists(thread, claire, viewer_of):
    delete_post(thread.posts.get(), viewer_of(claire))

    assert not Thread.objects.visible_to(viewer_of(claire)).exists()
    assert ThreadCount.objects.get().count == 0


def test_a_thread_with_replies_stays_when_its_opening_is_taken_back(
    thread, claire, jeanne, viewer_of
):
    post_reply(jeanne, thread)
    delete_post(thread.posts.get(number=1), viewer_of(claire))

    assert Thread.objects.visible_to(viewer_of(jeanne)).exists()


def test_restoring_brings_back_a_thread_that_had_left(thread, lucie, viewer_of):
    moderation.hide_post(thread.posts.get(), viewer_of(lucie), "Doublon")
    assert not Thread.objects.visible_to(viewer_of(lucie)).exists()

    moderation.restore_post(thread.posts.get(), viewer_of(lucie))

    assert Thread.objects.visible_to(viewer_of(lucie)).exists()
    assert ThreadCount.objects.get().count == 1


def test_replies_are_counted_that_can_be_read(thread, jeanne, lucie, browser_of, viewer_of):
    hidden, deleted, *_kept = [post_reply(jeanne, thread, f"Réponse {n}") for n in range(4)]
    page = browser_of(jeanne)

    def told():
        """What the thread's page and its row of a list say."""
        head, row = page.get(thread.get_absolute_url()).text, page.get("/").text
        return (
            re.search(r"<span>\s*(\d)\sréponses", head)[1],
            re.search(r"<b>(\d)</b>\sréponses", row)[1],
        )

    assert told() == ("4", "4")
    moderation.hide_post(hidden, viewer_of(lucie), "Hors sujet.")
    delete_post(deleted, viewer_of(jeanne))
    assert told() == ("2", "2")
    moderation.restore_post(hidden, viewer_of(lucie))
    assert told() == ("3", "3")
    assert Thread.objects.get().post_count == 5


def test_an_author_cannot_take_back_what_is_hidden_nor_restore_it(
    thread, jeanne, lucie, viewer_of
):
    post = post_reply(jeanne, thread, "Limite")
    moderation.hide_post(post, viewer_of(lucie), "Ton")

    with pytest.raises(Refused):
        moderation.restore_post(post, viewer_of(jeanne))
    with pytest.raises(Post.DoesNotExist):
        edit_post(post, viewer_of(jeanne), "Adouci", 1)


def test_what_an_animator_did_is_said_and_who_may_still_reply(
    thread, lucie, claire, jeanne, spaces, viewer_of, browser_of
):
    browser, fields = browser_of(lucie), {"topic": thread.topic.slug, "kind": thread.kind}
    edit = reverse("edit-thread", args=[thread.pk])
    saved = browser.post(edit, fields | {"title": "Quelle chaufferie ?"}, follow=True)
    assert "Vos changements sont enregistrés." in saved.text
    move = proposals.move_thread(thread, viewer_of(lucie), spaces["public"], "Pour tous.")
    withdrawn = browser.post(reverse("withdraw-move", args=[move.pk]), follow=True)
    assert "La demande est retirée" in withdrawn.text

    moderation.lock_thread(thread, viewer_of(lucie), True)
    for person, has_box in ((lucie, True), (jeanne, False)):
        page = browser_of(person).get(saved.request["PATH_INFO"]).text
        assert "seule l’équipe d’animation peut encore y répondre" in page
        assert ('id="repondre"' in page) == has_box


REFUSED = {
    "reply to a locked thread": lambda t, me, own: actions.post_reply(
        t, me, "Encore", "0b0b2a9c-7a8c-4ac1-8a0f-0d7d5f1f0001"
    ),
    "edit another's post": lambda t, me, own: edit_post(t.posts.first(), me, "X", 1),
    "edit one's own in a locked thread": lambda t, me, own: edit_post(own, me, "X", 1),
    "delete another's post": lambda t, me, own: delete_post(t.posts.first(), me),
    "hide": lambda t, me, own: moderation.hide_post(own, me, "X"),
    "lock": lambda t, me, own: moderation.lock_thread(t, me, False),
    "pin": lambda t, me, own: moderation.pin_thread(t, me, True),
    "move": lambda t, me, own: move_thread(t, me, Space.objects.get(slug="place-publique")),
    "accept on another's question": lambda t, me, own: questions.accept_answer(own, me),
    "withdraw another's answer": lambda t, me, own: questions.unaccept_answer(t, me),
    "retitle another's thread": lambda t, me, own: edit_thread(
        t, me, title="X", topic=t.topic, kind="question", tags=[]
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_changes_and_announces_nothing(what, thread, jeanne, lucie, viewer_of):
    own = post_reply(jeanne, thread)
    moderation.lock_thread(thread, viewer_of(lucie), True)
    before = [
        list(m.objects.order_by("pk").values()) for m in (Thread, Post, Event, ThreadCount)
    ]

    with pytest.raises(Refused):
        REFUSED[what](thread, viewer_of(jeanne), own)

    after = [
        list(m.objects.order_by("pk").values()) for m in (Thread, Post, Event, ThreadCount)
    ]
    assert after == before


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_nobody_acts_on_what_they_cannot_see(
    what, claire, jeanne, lucie, spaces, viewer_of, thread
):
    own = post_reply(jeanne, thread)
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])

    with pytest.raises((Thread.DoesNotExist, Post.DoesNotExist)):
        REFUSED[what](thread, viewer_of(jeanne), own)


def test_the_question_is_not_its_own_answer(thread, claire, viewer_of):
    with pytest.raises(Refused):
        questions.accept_answer(thread.posts.get(), viewer_of(claire))


def test_a_thread_cannot_go_where_its_mover_does_not_read(thread, lucie, spaces, viewer_of):
    with pytest.raises(Space.DoesNotExist):
        move_thread(thread, viewer_of(lucie), spaces[AUTHORITIES])


def test_nobody_speaks_for_an_organisation_before_their_seat_is_confirmed(
    make_person, spaces, browser_of
):
    mina = make_person("Mina Attente", AUTHORITIES, confirmed=False)
    thread = start_thread(mina, spaces["public"])
    page = browser_of(None).get(thread.get_absolute_url()).content.decode()
    assert "Mina Attente" in page and mina.seats.get().organisation.name not in page

    mina.seats.update(confirmed_at=thread.created_at)

    assert start_thread(mina, spaces["public"]).seat == mina.seats.get()
    thread.refresh_from_db()
    assert thread.seat is None  # What was said in one's own name stays so.


def test_shelves_count_what_stands_on_them(thread, claire, lucie, spaces, viewer_of):
    other = start_thread(claire, spaces[AUTHORITIES], topic=Topic.objects.get(slug="eolien"))
    move_thread(thread, viewer_of(lucie), spaces["public"])
    edit_thread(
        other, viewer_of(claire), title=other.title, kind="discussion", tags=[],
        topic=Topic.objects.get(slug="bois-energie"),
    )  # fmt: skip

    for shelf in ThreadCount.objects.all():
        on_it = Thread.objects.filter(space=shelf.space, topic=shelf.topic)
        assert shelf.count == on_it.count(), shelf


def test_announcements_come_from_animators(claire, lucie, spaces):
    with pytest.raises(Refused):
        start_thread(claire, spaces["network"], kind="announcement")

    assert start_thread(lucie, spaces["network"], kind="announcement").pk


def test_each_change_is_announced_once_and_after_its_commit(
    thread, jeanne, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        post_reply(jeanne, thread)

    assert len(callbacks) == 1


def test_a_move_announces_both_the_space_left_and_the_one_entered(
    thread, lucie, spaces, viewer_of, django_capture_on_commit_callbacks
):
    from forum.base.events import event_recorded

    heard = []

    def listen(sender, event, spaces, **kwargs):
        heard.append(spaces)

    event_recorded.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        move_thread(thread, viewer_of(lucie), spaces["public"])
    event_recorded.disconnect(listen)

    assert heard == [{spaces["public"].pk, spaces["network"].pk}]
