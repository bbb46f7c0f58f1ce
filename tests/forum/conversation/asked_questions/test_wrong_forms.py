"""What is typed wrong about an asked question comes back with why, and nothing is lost."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.addressees.referrals import views as referrals
from forum.conversation.addressees.referrals.queries import similar_names
from forum.conversation.addressees.selection import views as selection
from forum.conversation.threads.settlements import views as settlements
from tests.forum.conversation.asked_questions.helpers import ask, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter")]
ONCE = RateLimit("wrong_forms", "1/h/user")
DECLINE = {"reason": "no_time", "words": ""}


@pytest.fixture
def received(asker, make_town, spaces):
    """A question that was put to somebody, who is returned with its row."""
    asked = make_town("Brec")
    thread = ask(asker, spaces["network"], organisation(asked))
    return asked, ThreadAddressee.objects.get(thread=thread)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choisissez quelqu’un de chez vous"),
        ({"organisation": "Nulle part"}, "ne porte ce nom"),
        ({"colleague": "999999"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_question_is_passed_on_to_somebody_who_is_there(received, browser_of, typed, said):
    asked, row = received
    address = reverse("pass-on-question", args=[row.pk])
    answer = browser_of(asked).post(address, typed | {"word": "Un mot qui reste"})
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert said in page and "Un mot qui reste" in page


def test_who_types_part_of_a_name_is_told_the_names_that_it_is_part_of(
    received, make_town, browser_of, viewer_of
):
    asked, row = received
    make_town("Saint-Élan")
    address = reverse("pass-on-question", args=[row.pk])
    answer = browser_of(asked).post(address, {"organisation": "saint-elan", "word": "Un mot"})

    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "Écrivez le nom entier" in page and "Mairie de Saint-Élan" in page
    named = similar_names(viewer_of(asked), "mairie")
    assert "Mairie de Saint-Élan" in named and "Mairie de Brec" not in named


def test_a_question_is_declined_for_a_reason_of_the_list_and_again_waited_for(
    received, browser_of
):
    asked, row = received
    browser = browser_of(asked)
    address = reverse("decline-question", args=[row.pk])
    assert browser.post(address, {"reason": "rien"}).status_code == 422
    assert browser.post(address, DECLINE).status_code == 302
    row.refresh_from_db()
    assert row.decline_reason == "no_time"
    assert browser.get(address).status_code == 200
    browser.post(reverse("take-decline-back", args=[row.pk]))
    row.refresh_from_db()
    assert not row.decline_reason


def test_who_asks_others_without_naming_any_is_told_so(received, asker, browser_of):
    _asked, row = received
    browser, address = browser_of(asker), reverse("ask-others", args=[row.thread_id])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"ask": "rien"}).status_code == 422
    nobody = browser.post(address, {"ask": "named", "names": ""})
    assert nobody.status_code == 200
    found = browser.post(address, {"ask": "expertise", "propose": "1"})
    assert found.status_code == 200


def test_a_question_is_settled_otherwise_by_words(received, asker, browser_of):
    _asked, row = received
    browser, address = browser_of(asker), reverse("settle-question", args=[row.thread_id])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"settlement": " "}).status_code == 422
    long = browser.post(address, {"settlement": "a" * 1001})
    assert long.status_code == 422 and "a" * 1001 in long.text


def test_each_form_is_bounded_and_comes_back_with_its_words(
    received, asker, browser_of, monkeypatch
):
    asked, row = received
    monkeypatch.setattr(referrals, "_REFERRALS", ONCE)
    monkeypatch.setattr(settlements, "_SETTLEMENTS", ONCE)
    monkeypatch.setattr(selection, "QUESTIONS_TO_SEVERAL", ONCE)
    browser, address = browser_of(asked), reverse("decline-question", args=[row.pk])
    assert browser.post(address, DECLINE).status_code == 302
    again = browser.post(address, DECLINE | {"reason": "other", "words": "Mes mots"})
    assert again.status_code == 429
    assert "Mes mots" in again.text
    browser.post(reverse("take-decline-back", args=[row.pk]))

    own = browser_of(asker)
    settle = reverse("settle-question", args=[row.thread_id])
    typed = {"settlement": "Le syndicat s’en charge."}
    answers = [own.post(settle, typed) for _time in range(2)]
    assert [it.status_code for it in answers] == [302, 429]
    assert typed["settlement"] in unescape(answers[-1].text)
