"""What becomes of consent rounds with their threads, and what inbox and mails say of them."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.models import MailContent, Space
from forum.conversation.consent_rounds import actions
from forum.conversation.consent_rounds.models import ConsentRound, RoundPosition, RoundVoter
from forum.conversation.consent_rounds.notifications import (
    decided_rounds,
    rounds_to_answer,
    rounds_to_decide,
)
from forum.conversation.consultations.actions import remove, restore
from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Level
from forum.conversation.menu.queries import site_menu
from forum.conversation.threads.undo.actions import undo_post
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.mail.thread_mail.notifications.tasks import remind_by_mail
from forum.members.closing.tasks import close_due_accounts
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import AUTHORITIES, move_thread, start_thread
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.conversation.poll_helpers import page_of
from tests.forum.conversation.round_helpers import (
    TITLE,
    answer,
    card,
    decide,
    end_round,
    open_round,
)
from tests.forum.finding.search_helpers import found
from tests.forum.mail.thread_mail.helpers import deliver_notifications, send_notifications
from tests.forum.members.export_helpers import taken_along

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.fixture
def thread(claire, jeanne, lucie, spaces):
    return start_thread(claire, spaces["network"], title="Notre silo")


def by(person):
    return viewer_of_person(person)


@pytest.mark.parametrize("is_decided", [False, True])
def test_before_more_readers_it_stays_behind_for_good(
    thread, claire, jeanne, lucie, spaces, make_person, browser_of, client, is_decided
):
    it = open_round(thread, claire)
    answer(it, jeanne, "objection", "Trop cher.")
    if is_decided:
        decide(end_round(it), claire)
    move_thread(thread, by(lucie), spaces["public"])
    for browser in client, browser_of(claire), browser_of(lucie):
        assert browser.get(it.get_absolute_url()).status_code == 404
        assert card(browser, thread) is None
        assert TITLE not in browser.get(reverse("decisions")).text
    other = by(make_person("Aline Autre", AUTHORITIES, is_animator=True))
    with pytest.raises(ConsentRound.DoesNotExist):
        restore(it, other, "Une erreur")


def test_before_fewer_readers_it_goes_on_and_who_reads_no_more_answers_no_more(
    thread, claire, jeanne, lucie, spaces, viewer_of
):
    it = open_round(thread, lucie)
    answer(it, jeanne)
    move_thread(thread, by(lucie), spaces["structures-de-soutien"])
    assert ConsentRound.objects.get().takes_votes
    answer(it, lucie)
    with pytest.raises(thread.DoesNotExist):
        answer(it, jeanne, "abstain")
    assert notifications_by(rounds_to_answer, claire, viewer_of(claire)) == []


def test_merged_it_goes_along_and_of_two_open_ones_that_of_the_other_stays_open(
    thread, claire, jeanne, lucie, spaces, browser_of, viewer_of
):
    other = start_thread(jeanne, spaces["network"], title="Un autre silo")
    gone, kept = open_round(thread, claire), open_round(other, jeanne, title="Chez nous")
    answer(gone, lucie)
    merge_threads(thread, other, by(lucie))
    gone.refresh_from_db()
    assert gone.closed_at and gone.thread == other
    assert ConsentRound.objects.get(pk=kept.pk).takes_votes
    assert "Chez nous" in card(browser_of(claire), other)
    assert found(viewer_of(claire), "réserve semaine")[:1] == [other.pk]


def test_it_goes_with_the_first_post_that_is_undone(thread, claire, jeanne):
    answer(open_round(thread, claire), jeanne)
    undo_post(thread.posts.get(), by(claire))
    assert not ConsentRound.objects.exists() and not RoundPosition.objects.exists()


def test_a_closed_account_leaves_its_positions_counted_without_its_name(
    thread, claire, jeanne, browser_of
):
    it = open_round(thread, claire)
    answer(it, jeanne, "objection", "Jeanne Brunel ne suit pas.")
    ask_to_close(jeanne, days=0)
    close_due_accounts.call()
    said = page_of(browser_of(claire), it)
    assert "objection : 1" in said and "[ancien membre] ne suit pas." in said
    assert "Jeanne Brunel" not in said.replace("Organisation de Jeanne Brunel", "")


def test_one_takes_along_ones_rounds_and_positions(thread, claire, jeanne):
    it = open_round(thread, claire)
    answer(it, jeanne, "reserve", "C’est court.")
    (own,), (position,) = (
        taken_along(claire)["consent_rounds"],
        taken_along(jeanne)["round_positions"],
    )
    assert own["title"] == TITLE and position["reason"] == "C’est court."
    assert taken_along(claire)["round_positions"] == []


def test_it_is_found_by_its_words_and_its_outcome_by_who_reads_the_thread(
    thread, claire, jeanne, lucie, spaces, make_person, viewer_of
):
    it = open_round(thread, claire, text="Une trancheuse pour tous.")
    assert found(viewer_of(jeanne), "trancheuse") == [thread.pk]
    actions.amend_round(it, by(claire), "Une broyeuse pour tous.", "Mieux", 1)
    assert found(viewer_of(jeanne), "trancheuse") == []
    decide(end_round(it), claire, text="Vive la broyeuse et l’affûteuse.")
    assert found(viewer_of(jeanne), "affûteuse") == [thread.pk]
    assert found(viewer_of(make_person("Rita Inscrite")), "affûteuse") == []
    remove(ConsentRound.objects.get(), by(lucie), "Hors sujet")
    assert found(viewer_of(jeanne), "broyeuse") == []


def told(find, person):
    """What the inbox of ``person`` says by now."""
    notifications = notifications_by(find, person, viewer_of_person(person))
    return [one for one in notifications if one.at <= timezone.now()]


@pytest.fixture
def at(monkeypatch):
    """Go to an hour of the day that is so many days from the one on which the test began."""
    today = timezone.localdate()

    def at(days, hour=8, minute=5):
        moment = datetime.combine(today + timedelta(days=days), time(hour, minute))
        moment = timezone.make_aware(moment)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def test_who_votes_is_asked_until_it_answered_and_anew_after_a_change(
    thread, claire, jeanne, lucie, make_person, browser_of
):
    def bell():
        return site_menu(viewer_of_person(jeanne)).unread_notifications

    before = bell()
    it = open_round(thread, claire)
    late = make_person("Tardive Arrivée", AUTHORITIES)
    (one,) = told(rounds_to_answer, jeanne)
    assert one.is_waiting and one.url == it.get_absolute_url() and TITLE in one.text
    assert bell() == before + 1
    assert "attend votre position" in browser_of(jeanne).get(reverse("inbox")).text
    assert told(rounds_to_answer, late) == []
    answer(it, jeanne)
    assert told(rounds_to_answer, jeanne) == [] and bell() == before
    actions.amend_round(it, by(claire), "Un autre texte.", "Revu", 1)
    (one,) = told(rounds_to_answer, jeanne)
    assert "a changé" in one.text and bell() == before + 1
    choose_follow(thread.pk, by(jeanne), Level.MUTED, "")
    assert told(rounds_to_answer, jeanne) == []


@pytest.mark.usefixtures("mailed_at_once")
def test_who_votes_is_told_as_it_opens_with_questions_and_asked_once_positions_are_taken(
    thread, claire, jeanne, make_person
):
    plan_changed_notifications()
    it = open_round(thread, claire, phase="clarify")
    late = make_person("Tardive Arrivée", AUTHORITIES)
    (sent,) = deliver_notifications(jeanne)
    assert "Un tour de consentement est ouvert" in sent.body and TITLE in sent.body
    (one,) = told(rounds_to_answer, jeanne)
    assert one.url == it.get_absolute_url() and not one.is_waiting
    assert told(rounds_to_answer, claire) == [] == told(rounds_to_answer, late)
    actions.begin_phase(it, by(claire), "react")
    assert deliver_notifications(jeanne) == []
    actions.begin_phase(it, by(claire), "decide")
    (sent,) = deliver_notifications(jeanne)
    assert "attend votre position" in sent.body and "est ouvert" not in sent.body
    (one,) = told(rounds_to_answer, jeanne)
    assert one.is_waiting


def test_reminders_come_half_way_and_on_the_last_day_and_mails_once_each(
    thread, claire, jeanne, at
):
    plan_changed_notifications()
    it = open_round(thread, claire)
    texts = []
    for day, expected in (1, 0), (5, 1), (6, 0), (10, 1), (11, 0):
        at(day)
        remind_by_mail.call()
        sent = send_notifications(jeanne)
        assert len(sent) == expected or day == 1
        texts += [mail.body for mail in sent]
    assert texts and all(it.get_absolute_url() in text for text in texts)
    assert all("Chacun réserve" not in text for text in texts)


def test_its_author_is_asked_for_the_outcome_and_who_votes_is_told_of_it(
    thread, claire, jeanne, lucie
):
    it = end_round(open_round(thread, claire))
    (one,) = told(rounds_to_decide, claire)
    assert one.is_waiting and "écrivez son issue" in one.text
    assert told(rounds_to_decide, jeanne) == []
    decide(it, claire)
    assert told(rounds_to_decide, claire) == [] == told(decided_rounds, claire)
    (one,) = told(decided_rounds, jeanne)
    assert "Adoptée" in one.text and not one.is_waiting


def test_its_mail_names_nothing_of_a_space_that_is_not_named_in_mails(claire, spaces):
    room = spaces[AUTHORITIES]
    Space.objects.filter(pk=room.pk).update(mail_content=MailContent.NOTHING)
    open_round(start_thread(claire, room), claire)
    (one,) = told(rounds_to_answer, claire)
    assert TITLE in one.text and TITLE not in one.in_mail().text


def test_rooms_of_others_are_asked_nothing_and_told_nothing(claire, jeanne, lucie, spaces):
    it = open_round(start_thread(claire, spaces[AUTHORITIES]), claire)
    assert RoundVoter.objects.filter(round=it).count() == 1
    for person in jeanne, lucie:
        assert told(rounds_to_answer, person) == []
    decide(end_round(it), claire)
    assert told(decided_rounds, jeanne) == []
