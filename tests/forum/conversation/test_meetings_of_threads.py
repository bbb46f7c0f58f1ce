"""What becomes of meetings with their threads and people, and what the inbox says of them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.meetings.actions import cancel_meeting, edit_meeting, withdraw
from forum.conversation.meetings.lost_registrations.notifications import lost_registrations
from forum.conversation.meetings.models import Meeting, Registration
from forum.conversation.meetings.notifications import meeting_news
from forum.conversation.meetings.tasks import keep_meetings
from forum.conversation.menu.queries import site_menu
from forum.conversation.threads.undo.actions import undo_post
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.members.closing.tasks import close_due_accounts
from forum.moderation.thread_moves.actions import answer_move, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import AUTHORITIES, SUPPORT, post_reply, start_thread
from tests.factories import move_thread as move_with_all
from tests.forum.conversation.meeting_helpers import (
    CALL,
    PLACE,
    add_meeting,
    card,
    create_meeting,
    meeting_values,
    page_of,
    register,
)
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.conversation.poll_helpers import words
from tests.forum.mail.thread_mail.helpers import deliver_notifications
from tests.forum.members.export_helpers import taken_along

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Visite de la chaufferie")


def news_of(person):
    """What the inbox says to ``person`` of meetings, with plain spaces."""
    texts = [it.text for it in notifications_by(meeting_news, person, viewer_of_person(person))]
    return [text.replace("\u00a0", " ") for text in texts]


def test_before_more_readers_the_one_of_who_opened_the_thread_stays_as_it_is(
    thread, claire, jeanne, lucie, spaces, client
):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    move_with_all(thread, viewer_of_person(lucie), spaces["public"])

    said = page_of(client, meeting)
    assert PLACE in said and "1 personne inscrite" in said
    assert "Jeanne" not in said and CALL not in said


def test_where_another_one_is_stays_behind_and_who_registered_is_told(
    thread, claire, jeanne, lucie, spaces, client, browser_of
):
    meeting = add_meeting(thread, lucie)
    register(meeting, jeanne)
    move_with_all(thread, viewer_of_person(lucie), spaces["public"])

    assert PLACE not in page_of(client, meeting) and PLACE not in card(client, thread)
    assert CALL not in page_of(browser_of(jeanne), meeting)
    assert Meeting.objects.get().sequence == 1
    assert len(news_of(jeanne)) == 1 and "a changé" in news_of(jeanne)[0]


def test_before_fewer_readers_it_stays_as_it_is(claire, jeanne, lucie, spaces, browser_of):
    thread = start_thread(claire, spaces["public"])
    meeting = add_meeting(thread, lucie)
    register(meeting, jeanne)
    move_with_all(thread, viewer_of_person(lucie), spaces["network"])
    assert PLACE in page_of(browser_of(jeanne), meeting)
    assert news_of(jeanne) == []


def test_who_agrees_to_more_readers_agrees_to_its_place_and_to_no_later_one(
    thread, claire, lucie, jeanne, spaces
):
    post_reply(jeanne, thread)
    asked = move_thread(thread, viewer_of_person(lucie), spaces["public"])
    answer_move(asked, viewer_of_person(claire), True)
    add_meeting(thread, claire)
    answer_move(asked, viewer_of_person(jeanne), True)
    asked.refresh_from_db()
    assert asked.moved_at is None
    answer_move(asked, viewer_of_person(claire), True)
    asked.refresh_from_db()
    assert asked.moved_at


def test_merged_its_meetings_go_along_with_who_registered_and_the_next_is_at_the_head(
    thread, claire, jeanne, lucie, spaces, browser_of
):
    other = start_thread(jeanne, spaces["network"])
    meeting = add_meeting(thread, claire, days=3)
    later = add_meeting(other, jeanne, days=5)
    register(meeting, lucie)
    merge_threads(thread, other, viewer_of_person(lucie))
    meeting.refresh_from_db()
    assert meeting.thread == other
    assert meeting.when.replace("\u00a0", " ") in card(browser_of(claire), other)
    assert later.when in browser_of(claire).get(meeting.get_absolute_url()).text
    assert Registration.objects.get().meeting == meeting


def test_it_goes_with_the_first_post_that_is_undone(thread, claire, jeanne):
    register(add_meeting(thread, claire), jeanne)
    undo_post(thread.posts.get(), viewer_of_person(claire))
    assert not Meeting.objects.exists() and not Registration.objects.exists()


def test_who_closes_their_account_leaves_their_place_to_who_waits(
    thread, claire, jeanne, lucie, browser_of
):
    meeting = add_meeting(thread, claire, max_people=1)
    own = add_meeting(start_thread(jeanne, thread.space), jeanne)
    register(meeting, jeanne, lucie)
    ask_to_close(jeanne, days=0)
    close_due_accounts.call()
    assert not Registration.objects.filter(person=jeanne).exists()
    register(meeting, claire)  # Who comes before the worker does not come before who waits.
    keep_meetings.call()
    placed = Registration.objects.filter(placed_at__isnull=False)
    assert [it.person for it in placed] == [lucie] and len(news_of(lucie)) == 1
    said = page_of(browser_of(claire), own)
    assert PLACE in said and "Jeanne" not in said


def test_who_registered_is_told_of_changes_since_of_a_place_and_that_it_is_cancelled(
    thread, claire, jeanne, lucie, make_person, browser_of
):
    nora = make_person("Nora Pons", SUPPORT)
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne, nora)
    edit_meeting(meeting, viewer_of_person(claire), meeting_values(days=12, max_people=1))
    register(meeting, lucie)
    assert ["a changé" in it for it in news_of(jeanne)] == [True]
    assert news_of(lucie) == [] and news_of(claire) == []
    withdraw(meeting, viewer_of_person(jeanne))
    assert news_of(jeanne) == []
    assert {"Une place est à vous" in it for it in news_of(nora)} == {True, False}
    cancel_meeting(meeting, viewer_of_person(claire))
    assert "Visite de la chaufferie" in news_of(lucie)[0]
    assert ["est annulée" in it for it in news_of(lucie)] == [True]
    assert site_menu(viewer_of_person(lucie)).unread_notifications == 1
    browser_of(lucie).get(meeting.get_absolute_url())
    assert site_menu(viewer_of_person(lucie)).unread_notifications == 0


@pytest.mark.usefixtures("mailed_at_once")
def test_moved_and_cancelled_it_is_mailed_to_who_waits_and_to_who_has_a_place_only_as_a_file(
    thread, claire, jeanne, lucie, mailoutbox
):
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne, lucie)
    plan_changed_notifications()
    edit_meeting(meeting, viewer_of_person(claire), meeting_values(days=12, max_people=1))
    (sent,) = deliver_notifications(lucie)
    assert "a changé" in sent.body and CALL not in sent.body
    cancel_meeting(meeting, viewer_of_person(claire))
    (sent,) = deliver_notifications(lucie)
    assert "est annulée" in sent.body
    assert {it.to[0] for it in mailoutbox} == {lucie.email} and len(news_of(jeanne)) == 1


def test_who_may_no_longer_read_the_thread_is_told_nothing(
    claire, jeanne, lucie, spaces, browser_of
):
    thread = start_thread(claire, spaces["network"])
    meeting = create_meeting(thread)
    register(meeting, jeanne)
    meeting.cancelled_at = timezone.now()
    meeting.save()
    assert len(news_of(jeanne)) == 1
    type(thread).objects.filter(pk=thread.pk).update(space=spaces[AUTHORITIES])
    assert news_of(jeanne) == []
    assert browser_of(lucie).get(meeting.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("state", ["open", "cancelled", "over"])
def test_who_may_no_longer_read_the_thread_withdraws_on_a_page_that_shows_nothing_else(
    thread, claire, jeanne, lucie, spaces, browser_of, state
):
    meeting = add_meeting(thread, claire)
    register(meeting, jeanne)
    if state == "cancelled":
        cancel_meeting(meeting, viewer_of_person(claire))
    elif state == "over":
        Meeting.objects.update(**create_times(-3))
    type(thread).objects.update(space=spaces[AUTHORITIES])
    said = page_of(browser_of(jeanne), meeting)
    assert said == page_of(browser_of(jeanne), meeting)
    for word in thread.title, PLACE, CALL, meeting.when, "annulée", "eu lieu", "Claire":
        assert word not in said
    answer = browser_of(jeanne).post(withdraw_url(meeting), follow=True)
    assert "Votre inscription est retirée." in answer.text
    assert not Registration.objects.exists()
    assert browser_of(jeanne).get(meeting.get_absolute_url()).status_code == 404
    assert browser_of(jeanne).post(withdraw_url(meeting)).status_code == 404


def test_a_place_of_who_may_no_longer_read_the_thread_is_for_who_waits_for_one(
    thread, claire, jeanne, lucie, make_person, spaces
):
    nora, ida = make_person("Nora Pons", AUTHORITIES), make_person("Ida Roux", AUTHORITIES)
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne)
    type(thread).objects.update(space=spaces[AUTHORITIES])
    keep_meetings.call()
    assert going(meeting) == ["Jeanne Brunel"]  # Nobody waits: they may read it again.
    register(meeting, nora)
    assert going(meeting) == ["Nora Pons"]
    register(meeting, ida)
    nora.seats.update(ended_at=timezone.now())
    keep_meetings.call()
    assert going(meeting) == ["Ida Roux"]
    assert keep_meetings.call() == 0


@pytest.mark.usefixtures("mailed_at_once")
def test_who_loses_a_place_is_told_that_they_did_and_nothing_of_the_meeting(
    thread, claire, jeanne, make_person, spaces, browser_of
):
    nora = make_person("Nora Pons", AUTHORITIES)
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne)
    plan_changed_notifications()
    type(thread).objects.update(space=spaces[AUTHORITIES])
    keep_meetings.call()
    assert going(meeting) == ["Jeanne Brunel"] and lost(jeanne) == []

    register(meeting, nora)
    (told,) = lost(jeanne)
    assert lost(nora) == [] == lost(claire)
    (sent,) = deliver_notifications(jeanne)
    assert told.text in sent.body
    inbox = words(browser_of(jeanne).get(reverse("inbox")).text)
    assert "Votre inscription à une rencontre est retirée" in inbox
    for word in thread.title, PLACE, CALL, meeting.when, "Claire", meeting.get_absolute_url():
        assert word not in sent.body + sent.subject + told.text


def lost(person):
    return notifications_by(lost_registrations, person, viewer_of_person(person))


def test_a_thread_that_is_removed_for_a_time_takes_nobody_their_place(
    thread, claire, jeanne, lucie
):
    meeting = add_meeting(thread, claire, max_people=1)
    register(meeting, jeanne, lucie)
    type(thread).objects.update(removed_at=timezone.now())
    keep_meetings.call()
    assert going(meeting) == ["Jeanne Brunel"]


def going(meeting):
    rows = meeting.registrations.filter(placed_at__isnull=False)
    return [str(it.person) for it in rows.order_by("pk")]


def withdraw_url(meeting):
    return reverse("withdraw-registration", args=[meeting.pk])


def create_times(days):
    values = meeting_values(days)
    return {"starts_at": values.starts_at, "ends_at": values.ends_at}


def test_one_takes_along_the_meetings_that_one_set_and_those_one_comes_to(
    thread, claire, jeanne
):
    register(add_meeting(thread, claire), jeanne)
    assert [it["place"] for it in taken_along(claire)["meetings"]] == [PLACE]
    assert len(taken_along(jeanne)["meeting_registrations"]) == 1
    assert CALL not in str(taken_along(jeanne))
