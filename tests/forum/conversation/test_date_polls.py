"""Polls about dates: made, answered by yes, if need be or no, and made a meeting."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.meetings.models import Meeting
from forum.conversation.polls import actions
from forum.conversation.polls.models import Poll, PollVote
from tests.factories import start_thread
from tests.forum.conversation.poll_helpers import add_date_poll, card, page_of
from tests.forum.members.export_helpers import taken_along

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

YEAR = timezone.localdate().year + 1
FORM = {
    "question": "Quelle date\u202f?",
    "start_1": f"{YEAR}-03-12T14:00",
    "start_2": f"{YEAR}-03-10T09:30",
    "minutes": "90",
    "time_zone": "Indian/Reunion",
    "results": "always",
    "is_named": "on",
}


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Une visite\u00a0?")


def add_url(thread):
    return reverse("add-date-poll", args=[thread.pk])


def answer(poll, person, yes=(), if_needed=()):
    actions.vote(poll, viewer_of_person(person), yes, 1, if_needed)


def test_dates_are_proposed_answered_and_one_becomes_a_meeting_without_a_script(
    thread, claire, jeanne, browser_of
):
    claires, jeannes = browser_of(claire), browser_of(jeanne)
    assert add_url(thread) in claires.get(thread.get_absolute_url()).text
    claires.post(add_url(thread), FORM)
    poll = Poll.objects.get()
    said = page_of(jeannes, poll)
    assert f"10 mars {YEAR}, 9 h 30 – 11 h 00 (heure locale : La Réunion)" in said
    assert said.index("10 mars") < said.index("12 mars")

    sent = {"date_1": "yes", "date_2": "if_needed", "version": "1"}
    jeannes.post(poll.get_absolute_url(), sent)
    claires.post(poll.get_absolute_url(), sent | {"date_2": "no"})

    assert re.search(r"10 mars \d+, .* 2 oui, 0 si besoin .* 0 oui, 1 si besoin",
                     card(jeannes, thread))  # fmt: skip
    said = page_of(claires, poll)
    assert "Convient le mieux" in said.split("Résultats")[1].split("12 mars")[0]
    assert "Si besoin : Jeanne Brunel" in said
    assert "En faire une rencontre" not in page_of(jeannes, poll)
    page = claires.get(poll.get_absolute_url()).text
    assert re.search(r"11\Wh\W00[^<]* <span[^>]*>Convient le mieux", page)
    address = re.search(r'href="([^"]*rencontre/\?[^"]*)"', page)[1].replace("&amp;", "&")
    form = claires.get(address).context["form"]
    typed = {it.name: it.value() for it in form if it.value() not in (None, "")}
    claires.post(address, typed | {"place": "À la mairie"})
    meeting = Meeting.objects.get()
    assert meeting.thread == thread and meeting.when == poll.choice_list[0][1]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("start_2", "", "Choisissez un jour et une heure."),
        ("start_2", "demain", "Choisissez un jour et une heure."),
        ("start_2", FORM["start_1"], "Deux dates sont les mêmes."),
        ("start_7", "2020-01-01T10:00", "Choisissez un jour à venir, d’ici deux ans."),
        ("start_7", "9999-12-31T23:59", "Choisissez un jour"),
        ("start_7", "0001-01-01T00:00", "Choisissez un jour"),
        ("minutes", "61", "Sélectionnez un choix valide"),
        ("time_zone", "Mars/Base", "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    thread, claire, browser_of, field, value, said
):
    page = browser_of(claire).post(add_url(thread), FORM | {field: value})
    assert page.status_code == 422 and said in page.text
    assert FORM["start_1"] in page.text and not Poll.objects.exists()
    assert (field != "start_7") or "<details open>" in page.text


def test_an_hour_that_clocks_skip_is_refused(thread, claire, browser_of):
    sunday = 31 - (date(YEAR, 3, 31).weekday() + 1) % 7
    skipped = {"start_2": f"{YEAR}-03-{sunday}T02:30", "time_zone": "Europe/Paris"}
    page = browser_of(claire).post(add_url(thread), FORM | skipped)
    assert "les horloges sautent cette heure" in page.text


def test_each_date_is_answered_and_none_may_suit(thread, claire, jeanne, browser_of):
    poll, browser = add_date_poll(thread, claire), browser_of(jeanne)
    page = browser.post(poll.get_absolute_url(), {"date_1": "if_needed", "version": "1"})
    assert page.status_code == 422 and "Répondez pour cette date." in page.text
    assert re.search(r'name="date_1" value="if_needed"[^>]* checked', page.text)
    sent = {"version": "1"} | {f"date_{n}": "no" for n in (1, 2, 3)}
    browser.post(poll.get_absolute_url(), sent)
    vote = PollVote.objects.get()
    assert (vote.chosen, vote.if_needed) == ([], [])
    assert "1 personne a voté" in card(browser, thread)
    page = browser.get(poll.get_absolute_url()).text
    assert page.count(" checked") == 3 and "Changer mon vote" in page
    assert "Convient le mieux" not in page


def test_what_is_not_proposed_is_refused_and_so_is_if_need_be_of_other_polls(
    thread, claire, jeanne
):
    poll = add_date_poll(thread, claire)
    for yes, if_needed in ([4], []), ([], [4]), ([0], []):
        with pytest.raises(Refused):
            answer(poll, jeanne, yes, if_needed)
    Poll.objects.update(starts=[], takes_several=True)
    with pytest.raises(Refused):
        answer(poll, jeanne, [1], [2])
    assert not PollVote.objects.exists()


def test_the_best_date_is_that_on_which_most_come_then_that_of_most_yes(
    thread, claire, jeanne, lucie
):
    poll = add_date_poll(thread, claire)
    answer(poll, claire, [1], [2, 3])
    answer(poll, jeanne, [1, 3], [2])
    answer(poll, lucie, [], [2, 3])
    best = [(it.is_best, it.vote_count, it.if_needed_count, it.no_count)
            for it in poll.choice_results]  # fmt: skip
    assert best == [(False, 2, 0, 1), (False, 0, 3, 0), (True, 1, 2, 0)]


def test_sent_twice_it_is_one_and_edited_it_shows_what_there_was(thread, claire, browser_of):
    browser = browser_of(claire)
    for _n in range(2):
        browser.post(add_url(thread), FORM)
    poll = Poll.objects.get()
    address = reverse("edit-poll", args=[poll.pk])
    page = browser.get(address)
    assert page.context["form"]["start_2"].value() == datetime(YEAR, 3, 12, 14)
    browser.post(address, FORM | {"start_3": f"{YEAR}-04-01T10:00"})
    poll.refresh_from_db()
    assert len(poll.dates) == 3 and poll.version == 2


def test_its_dates_are_found_in_french_and_shown_in_ones_language(
    thread, claire, jeanne, browser_of
):
    poll = add_date_poll(thread, claire, start=datetime(YEAR, 3, 10, 8))
    with translation.override("en"):
        assert "March" in poll.choice_list[0][1]
    assert "mars" in poll.choices
    answer(poll, jeanne, [1], [3])
    row = taken_along(jeanne)["poll_votes"][0]
    assert row["chosen"] == [1] and row["if_needed"] == [3] and "mars" in row["choices"]


def test_an_address_with_anything_else_shows_an_empty_form(thread, claire, browser_of):
    address = reverse("add-meeting", args=[thread.pk])
    now = timezone.now()
    right = {"debut": now.isoformat(), "fin": now + timedelta(hours=1), "heure": "Asia/Tokyo"}
    wrong = {"debut": "x", "fin": "0001-01-01T00:00:00+14:00", "heure": "Europe/Paris"}
    for params in right, wrong, right | {"heure": "Europe/Paris", "fin": "9999-12-31T23:00"}:
        form = browser_of(claire).get(address, params).context["form"]
        assert form["day"].value() is None
