"""What becomes of polls with their threads and authors, and what the inbox says of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.consultations.actions import close_due, remove, restore
from forum.conversation.menu.queries import site_menu
from forum.conversation.polls.actions import close_poll
from forum.conversation.polls.models import Poll, PollVote
from forum.conversation.polls.notifications import closed_polls
from forum.conversation.polls.tasks import close_polls
from forum.conversation.threads.undo.actions import undo_post
from forum.members.closing.tasks import close_due_accounts
from forum.models import Thread
from forum.moderation.thread_moves.actions import answer_move, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import AUTHORITIES, post_reply, start_thread
from tests.factories import move_thread as move_with_all
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.conversation.poll_helpers import add_poll, card, page_of, vote
from tests.forum.members.export_helpers import taken_along

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Une visite\u00a0?")


def move(thread, lucie, space):
    move_with_all(thread, viewer_of_person(lucie), space)


def test_before_more_readers_it_is_closed_and_keeps_its_results_without_names(
    thread, claire, jeanne, lucie, spaces, client, browser_of
):
    poll = add_poll(thread, claire, is_named=True, results="closed")
    vote(poll, jeanne, 2)
    move(thread, lucie, spaces["public"])

    poll.refresh_from_db()
    assert poll.closed_at and not poll.is_named
    for browser in client, browser_of(lucie):
        said = page_of(browser, poll)
        assert "Le 10 mars 1 voix, 100 %" in said and "Jeanne" not in said
        assert "Le 10 mars 1 voix" in card(browser, thread)
    assert not PollVote.objects.visible_to(viewer_of_person(lucie)).exists()


def test_one_that_closed_before_the_move_loses_its_names_too(
    thread, claire, jeanne, lucie, spaces, client
):
    poll = add_poll(thread, claire, is_named=True)
    vote(poll, jeanne, 2)
    close_poll(poll, viewer_of_person(claire))
    move(thread, lucie, spaces["public"])
    assert "Jeanne" not in page_of(client, poll)


def test_one_of_who_did_not_open_the_thread_stays_behind(
    thread, claire, lucie, spaces, client, browser_of
):
    poll = add_poll(thread, lucie)
    move(thread, lucie, spaces["public"])
    for browser in client, browser_of(claire), browser_of(lucie):
        assert browser.get(poll.get_absolute_url()).status_code == 404
        assert card(browser, thread) is None
    add_poll(thread, claire)


@pytest.mark.parametrize("author", ["claire", "lucie"])
def test_one_removed_or_left_behind_before_more_readers_never_comes_back(
    thread, claire, jeanne, lucie, spaces, make_person, request, author
):
    animator = viewer_of_person(make_person("Aline Autre", AUTHORITIES, is_animator=True))
    poll = add_poll(thread, request.getfixturevalue(author))
    vote(poll, jeanne, 1)
    if author == "claire":
        remove(poll, animator, "Hors sujet")
    move(thread, lucie, spaces["public"])
    with pytest.raises(Poll.DoesNotExist):
        restore(poll, animator, "Une erreur")


def test_before_fewer_readers_it_stays_as_it_is(
    claire, jeanne, lucie, make_person, spaces, browser_of
):
    thread = start_thread(claire, spaces["public"])
    poll = add_poll(thread, claire, is_named=True)
    vote(poll, jeanne, 2)
    move(thread, lucie, spaces["network"])
    poll.refresh_from_db()
    assert poll.takes_votes and poll.is_named
    assert "Jeanne Brunel" in page_of(browser_of(claire), poll)


def test_who_agrees_to_more_readers_agrees_to_its_words_and_to_no_later_ones(
    thread, claire, lucie, jeanne, spaces
):
    post_reply(jeanne, thread)
    asked = move_thread(thread, viewer_of_person(lucie), spaces["public"])
    answer_move(asked, viewer_of_person(claire), True)
    add_poll(thread, claire)
    answer_move(asked, viewer_of_person(jeanne), True)
    asked.refresh_from_db()
    assert asked.moved_at is None
    answer_move(asked, viewer_of_person(claire), True)
    asked.refresh_from_db()
    assert asked.moved_at


def test_merged_its_polls_go_along_and_of_two_open_ones_its_own_is_closed(
    thread, claire, jeanne, lucie, spaces, browser_of
):
    other = start_thread(jeanne, spaces["network"], title="Une autre visite\u00a0?")
    poll, kept = add_poll(thread, claire), add_poll(other, jeanne, question="Et où\u00a0?")
    vote(poll, lucie, 1)
    merge_threads(thread, other, viewer_of_person(lucie))
    poll.refresh_from_db()
    assert poll.closed_at and poll.thread == other
    assert Poll.objects.get(pk=kept.pk).takes_votes
    assert "Et où ?" in card(browser_of(claire), other)
    assert "Le 3 mars 1 voix" in page_of(browser_of(claire), poll)


def test_merged_into_a_thread_without_one_it_stays_open(
    thread, claire, jeanne, lucie, spaces, browser_of
):
    other = start_thread(jeanne, spaces["network"])
    poll = add_poll(thread, claire)
    merge_threads(thread, other, viewer_of_person(lucie))
    vote(Poll.objects.get(), lucie, 1)
    assert "Le 3 mars 1 voix" in card(browser_of(claire), other)
    assert poll.pk == Poll.objects.get(thread=other).pk


def test_it_goes_with_the_first_post_that_is_undone(thread, claire, jeanne):
    vote(add_poll(thread, claire), jeanne, 1)
    undo_post(thread.posts.get(), viewer_of_person(claire))
    assert not Poll.objects.exists() and not PollVote.objects.exists()


def test_a_closed_account_leaves_its_votes_counted_and_its_words_without_its_name(
    thread, claire, jeanne, browser_of
):
    poll = add_poll(thread, claire, is_named=True, question="Avec Jeanne Brunel\u00a0?")
    vote(poll, jeanne, 1)
    own = start_thread(jeanne, thread.space)
    asked = add_poll(
        own, jeanne, question="Jeanne Brunel vient\u00a0?", choices="Oui\nNon, Jeanne Brunel"
    )
    assert "Jeanne Brunel" in card(browser_of(claire), own)
    ask_to_close(jeanne, days=0)
    close_due_accounts.call()

    said = page_of(browser_of(claire), poll)
    assert "Le 3 mars 1 voix, 100 %" in said and "Ancien membre" in said
    assert "Avec Jeanne Brunel ?" in said  # Claire's words: animators look at them.
    for text in page_of(browser_of(claire), asked), card(browser_of(claire), own):
        assert "Brunel" not in text and "[ancien membre]" in text


def test_the_words_of_an_animator_who_left_are_told_to_open_pages_without_their_name(
    thread, claire, lucie, make_person, browser_of
):
    leaver = make_person("Aline Partante", AUTHORITIES, is_animator=True)
    add_poll(thread, leaver, question="Aline Partante passe\u202f?", choices="Oui\nNon")
    assert "Aline Partante" in card(browser_of(claire), thread)
    seen = Thread.objects.get(pk=thread.pk).seq
    ask_to_close(leaver, days=0)
    close_due_accounts.call()

    assert "[ancien membre] passe ?" in card(browser_of(claire), thread)
    assert Thread.objects.get(pk=thread.pk).seq > seen


def test_one_takes_along_ones_polls_and_votes_and_no_others(thread, claire, jeanne):
    poll = add_poll(thread, claire, is_named=True)
    vote(poll, jeanne, 2)
    (own,), (voted,) = taken_along(claire)["polls"], taken_along(jeanne)["poll_votes"]
    assert own["question"] == poll.question and "Le 10 mars" in own["choices"]
    assert voted["chosen"] == [2]
    assert taken_along(claire)["poll_votes"] == []


@pytest.fixture
def told(viewer_of):
    """What the inbox of a person says of polls."""

    def told(person):
        return notifications_by(closed_polls, person, viewer_of(person))

    return told


def over(poll):
    """Have the last day of ``poll`` be yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Poll.objects.filter(pk=poll.pk).update(closes_on=yesterday)


def test_who_made_it_is_told_once_that_its_last_day_is_over_and_nobody_else(
    thread, claire, jeanne, lucie, told, browser_of
):
    poll = add_poll(thread, claire, closes_on=timezone.localdate())
    vote(poll, jeanne, 1)
    over(poll)
    assert [*told(claire)] == []
    assert close_polls.call() == 1
    (one,) = told(claire)
    assert one.url == poll.get_absolute_url() and "Une visite" in one.text
    assert "est clos" in browser_of(claire).get(reverse("inbox")).text
    assert [*told(jeanne)] == [*told(lucie)] == []


def test_one_that_somebody_closed_tells_nobody(thread, claire, lucie, told):
    poll = add_poll(thread, claire, closes_on=timezone.localdate())
    close_poll(poll, viewer_of_person(lucie))
    assert close_due(Poll) == 0 and [*told(claire)] == []


def test_who_reads_the_thread_no_more_or_whose_poll_is_gone_is_not_told_and_the_bell_knows(
    thread, claire, lucie, told, viewer_of, spaces
):
    def bell():
        return site_menu(viewer_of(claire)).unread_notifications

    poll = add_poll(thread, claire, closes_on=timezone.localdate())
    over(poll)
    assert bell() == 0
    close_due(Poll)
    assert bell() == len([*told(claire)]) == 1
    before = thread.space
    Thread.objects.filter(pk=thread.pk).update(space=spaces["structures-de-soutien"])
    assert bell() == len([*told(claire)]) == 0
    Thread.objects.filter(pk=thread.pk).update(space=before)
    assert bell() == 1
    remove(poll, viewer_of(lucie), "Hors sujet")
    assert bell() == len([*told(claire)]) == 0


def test_its_mail_names_no_thread_of_a_space_that_is_not_named_in_mails(claire, spaces, told):
    room = spaces[AUTHORITIES]
    type(room).objects.filter(pk=room.pk).update(mail_content="nothing")
    poll = add_poll(start_thread(claire, room), claire, closes_on=timezone.localdate())
    over(poll)
    close_due(Poll)
    (one,) = told(claire)
    assert "chaufferie" in one.text and "chaufferie" not in one.in_mail().text
