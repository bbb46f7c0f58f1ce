"""Answering a question that one received, passing it on, and saying that it is not for one."""

import pytest
from django.urls import reverse

from forum.base.rules import Refused
from forum.conversation.addressees.models import DeclineReason, ThreadAddressee
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.referrals import actions
from forum.conversation.addressees.referrals.queries import colleague
from forum.conversation.questions.actions import accept_answer
from forum.moderation import actions as moderation
from tests import factories
from tests.forum.conversation.asked_questions.conftest import territory_of, town_of
from tests.forum.conversation.asked_questions.helpers import (
    ask,
    head_of,
    inbox_of,
    organisation,
    words_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def asked_one(make_town):
    return make_town("Asked")


@pytest.fixture
def other(make_town):
    return make_town("Other")


@pytest.fixture
def question(asker, asked_one, spaces):
    return ask(asker, spaces["network"], organisation(asked_one))


@pytest.fixture
def to_other(asked_one, other, viewer_of):
    return find_addressee(viewer_of(asked_one), organisation(other))


def row_of(thread, person):
    return ThreadAddressee.objects.get(thread=thread, organisation=town_of(person))


def states(thread, browser):
    """The states in the head of a thread, as words."""
    return head_of(browser, thread)


def test_the_thread_says_to_all_alike_who_was_asked_and_who_answered(
    asker, asked_one, other, make_town, spaces, browser_of
):
    third = make_town("Third")
    values = [organisation(asked_one), territory_of(other), organisation(third)]
    thread = ask(asker, spaces["public"], *values)
    factories.post_reply(other, thread)
    for reader in (None, asker, asked_one, other):
        head = states(thread, browser_of(reader))
        assert "3 interrogés · 1 a répondu" in head
        assert "Mairie de Asked interrogé" in head and "Other a répondu" in head


@pytest.mark.deep
def test_an_answer_that_is_hidden_is_no_answer_any_more(
    question, asked_one, lucie, browser_of, viewer_of
):
    answer = factories.post_reply(asked_one, question)
    assert "1 a répondu" in states(question, browser_of(lucie))
    assert question.title not in inbox_of(browser_of(asked_one))
    moderation.hide_post(answer, viewer_of(lucie), "Hors sujet.")
    assert "a répondu" not in states(question, browser_of(lucie))
    assert question.title in inbox_of(browser_of(asked_one))


def test_who_is_asked_finds_what_to_do_on_the_page(question, asked_one, other, browser_of):
    row = row_of(question, asked_one)
    page = browser_of(asked_one).get(question.get_absolute_url())
    addresses = [reverse(it, args=[row.pk]) for it in ("pass-on-question", "decline-question")]
    assert all(address in page.text for address in addresses)
    page = browser_of(other).get(question.get_absolute_url())
    assert not any(address in page.text for address in addresses)
    assert all(browser_of(other).get(it).status_code == 404 for it in addresses)
    factories.post_reply(asked_one, question)
    page = browser_of(asked_one).get(question.get_absolute_url())
    assert not any(address in page.text for address in addresses)


def test_it_is_passed_on_to_another_organisation_with_a_word_and_the_chain_shows(
    question, asked_one, other, browser_of, lucie
):
    address = reverse("pass-on-question", args=[row_of(question, asked_one).pk])
    sent = {"organisation": "mairie de OTHER", "word": "Vous l’avez fait en 2024."}
    assert browser_of(asked_one).post(address, sent).status_code == 302
    inbox = inbox_of(browser_of(other))
    assert f"{asked_one.full_name} vous transmet une question" in inbox
    assert "Vous l’avez fait en 2024." in inbox
    assert question.title not in inbox_of(browser_of(asked_one))
    head = states(question, browser_of(lucie))
    assert "Mairie de Asked a transmis" in head
    assert "Mairie de Other transmise par Mairie de Asked interrogé" in head
    assert "Vous l’avez fait" not in browser_of(lucie).get(question.get_absolute_url()).text
    page = browser_of(other).get(reverse("pass-on-question", args=[row_of(question, other).pk]))
    assert "Vous l’avez fait en 2024." in page.text


def test_it_is_passed_on_to_a_colleague_of_the_same_organisation(
    question, asked_one, make_person, browser_of, viewer_of
):
    mate = make_person("Anne Collègue")
    seat = factories.create_seat(mate, factories.AUTHORITIES, organisation=town_of(asked_one))
    row = row_of(question, asked_one)
    assert colleague(viewer_of(asked_one), row, asked_one.seats.get().pk) is None
    address = reverse("pass-on-question", args=[row.pk])
    page = browser_of(asked_one).get(address)
    assert "Anne Collègue" in page.text
    assert browser_of(asked_one).post(address, {"colleague": seat.pk}).status_code == 302
    assert "vous transmet une question" in inbox_of(browser_of(mate))
    factories.post_reply(mate, question)
    assert question.title not in inbox_of(browser_of(mate))


def test_it_does_not_go_back_to_who_was_asked_nor_to_who_asks(
    question, asker, asked_one, other, to_other, viewer_of
):
    actions.pass_on(row_of(question, asked_one), viewer_of(asked_one), to_other, "")
    back = find_addressee(viewer_of(other), organisation(asked_one))
    with pytest.raises(Refused, match="a déjà reçu cette question"):
        actions.pass_on(row_of(question, other), viewer_of(other), back, "")
    to_asker = find_addressee(viewer_of(other), organisation(asker))
    with pytest.raises(Refused, match="qui pose la question"):
        actions.pass_on(row_of(question, other), viewer_of(other), to_asker, "")
    assert question.addressees.count() == 2


def test_it_is_passed_on_only_to_who_reads_the_space(
    asker, asked_one, jeanne, spaces, viewer_of
):
    room = spaces[factories.AUTHORITIES]
    thread = ask(asker, room, organisation(asked_one))
    outside = find_addressee(viewer_of(asked_one), organisation(jeanne))
    with pytest.raises(Refused, match="ne lit cet espace"):
        actions.pass_on(thread.addressees.get(), viewer_of(asked_one), outside, "")


def test_not_us_is_said_with_a_reason_and_taken_back(
    question, asked_one, browser_of, lucie, viewer_of
):
    row = row_of(question, asked_one)
    sent = {"reason": "no_experience", "words": "Voyez le syndicat."}
    address = reverse("decline-question", args=[row.pk])
    assert browser_of(asked_one).post(address, sent).status_code == 302
    head = states(question, browser_of(lucie))
    assert "1 « pas nous »" in head and str(DeclineReason.NO_EXPERIENCE.label) in head
    assert "Voyez le syndicat." in head
    assert question.title not in inbox_of(browser_of(asked_one))
    back = reverse("take-decline-back", args=[row.pk])
    browser_of(asked_one).post(back)
    assert "pas nous" not in states(question, browser_of(lucie))
    assert question.title in inbox_of(browser_of(asked_one))


def test_an_animator_takes_away_the_words_of_who_declined_and_nobody_else_does(
    question, asked_one, other, lucie, viewer_of, browser_of
):
    row = row_of(question, asked_one)
    actions.decline(row, viewer_of(asked_one), "", "Des mots de trop.")
    back = reverse("take-decline-back", args=[row.pk])
    assert browser_of(other).post(back).status_code == 404
    assert browser_of(lucie).post(back).status_code == 302
    assert "Des mots de trop." not in states(question, browser_of(lucie))


def test_an_answer_counts_for_more_than_not_us(question, asked_one, viewer_of, browser_of):
    actions.decline(row_of(question, asked_one), viewer_of(asked_one), "", "")
    factories.post_reply(asked_one, question)
    head = states(question, browser_of(asked_one))
    assert "1 a répondu" in head and "pas nous" not in head


def test_a_settled_or_closed_question_waits_for_nobody(
    question, asker, asked_one, other, to_other, lucie, viewer_of, browser_of
):
    answer = factories.post_reply(other, question)
    accept_answer(answer, viewer_of(asker))
    row = row_of(question, asked_one)
    for action, more in ((actions.pass_on, (to_other, "")), (actions.decline, ("", ""))):
        with pytest.raises(Refused, match="réglée"):
            action(row, viewer_of(asked_one), *more)
    address = reverse("decline-question", args=[row.pk])
    assert browser_of(asked_one).get(address).status_code == 403


def test_words_that_declined_stay_behind_when_the_thread_changes_its_readers(
    question, asked_one, lucie, spaces, viewer_of, browser_of
):
    actions.decline(row_of(question, asked_one), viewer_of(asked_one), "other", "Entre nous.")
    factories.move_thread(question, viewer_of(lucie), spaces["public"])
    question.refresh_from_db()
    page = browser_of(None).get(question.get_absolute_url())
    assert "pas nous" in words_of(page) and "Entre nous." not in page.text
