"""A mail names the answers: each is a link to the page, where it is chosen and confirmed."""

import re
from datetime import datetime, time, timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.models import MailContent, Space
from forum.conversation.consent_rounds.actions import amend_round
from forum.conversation.consent_rounds.models import RoundPosition
from forum.conversation.follows.actions import follow_thread
from forum.conversation.polls.models import PollVote
from forum.mail.thread_mail.notifications.actions import plan_changed_notifications
from forum.mail.thread_mail.notifications.tasks import remind_by_mail
from tests.factories import start_thread
from tests.forum.conversation.poll_helpers import QUESTION, add_poll, vote, words
from tests.forum.conversation.round_helpers import answer, open_round
from tests.forum.mail.thread_mail.helpers import send_notifications

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    plan_changed_notifications()
    return start_thread(claire, spaces["network"], title="Le silo commun")


@pytest.fixture
def mails_of(monkeypatch):
    """``mails_of(person, days)``: what they are mailed on the morning of that day."""

    def mails_of(person, days):
        day = timezone.localdate() + timedelta(days=days)
        morning = timezone.make_aware(datetime.combine(day, time(8, 5)))
        monkeypatch.setattr("django.utils.timezone.now", lambda: morning)
        remind_by_mail.call()
        return send_notifications(person)

    return mails_of


def links_in(sent):
    """``{what one answers: address}`` of a mail, as its plain part has them."""
    found = re.findall(r"^- (.+)\n  https?://[^/]+(/\S+)$", sent.body, re.MULTILINE)
    page = sent.alternatives[0][0]
    assert all(
        f'{address.replace("&", "&amp;")}">{text}</a>' in page for text, address in found
    )
    return dict(found)


def checked(page):
    """The values that a page has chosen."""
    inputs = re.findall(r"<input[^>]*>", page, re.DOTALL)
    chosen = [it for it in inputs if re.search(r"\bchecked\b", it)]
    return [re.search(r'value="([^"]*)"', it)[1] for it in chosen]


def test_a_round_is_answered_by_one_link_and_counted_once_it_is_confirmed(
    thread, claire, jeanne, browser_of, mails_of
):
    it = open_round(thread, claire)
    (sent,) = mails_of(jeanne, days=5)
    links = links_in(sent)
    assert list(links) == ["consentement", "réserve", "objection", "abstention"]
    assert sent.reply_to == []  # An answer there would be a post to all.

    page = browser_of(jeanne).get(links["réserve"]).text
    assert checked(page) == ["reserve"] and "ne compte qu’une fois confirmée" in page
    assert not RoundPosition.objects.filter(round=it).exists()
    about = {"kind": "reserve", "reason": "Et la poussière ?", "version": 1}
    voter = re.search(r'name="voter" value="(\d+)"', page)[1]
    browser_of(jeanne).post(links["réserve"], about | {"voter": voter})
    assert RoundPosition.objects.get(round=it).kind == "reserve"


def test_an_answer_to_a_text_that_has_changed_is_not_chosen(
    thread, claire, jeanne, browser_of, mails_of
):
    it = open_round(thread, claire)
    (sent,) = mails_of(jeanne, days=5)
    amend_round(it, viewer_of_person(claire), "Un autre texte.", "Revu", 1)

    assert checked(browser_of(jeanne).get(links_in(sent)["consentement"]).text) == []


def test_what_one_said_stays_until_another_link_is_confirmed(
    thread, claire, jeanne, browser_of, mails_of
):
    it = open_round(thread, claire)
    (sent,) = mails_of(jeanne, days=5)
    answer(it, jeanne, "objection", "Trop cher")
    links = links_in(sent)

    page = browser_of(jeanne).get(links["objection"]).text
    assert checked(page) == ["objection"] and "Trop cher" in page
    assert "ne compte qu’une fois confirmée" not in page
    page = browser_of(jeanne).get(links["abstention"]).text
    assert checked(page) == ["abstain"]
    assert RoundPosition.objects.get(round=it).kind == "objection"


@pytest.fixture
def remind(thread, claire, jeanne, mails_of):
    """``remind(…)``: the poll with these values, and the mail of its last day to Jeanne."""

    def remind(**about):
        follow_thread(thread.pk, viewer_of_person(jeanne))
        last_day = timezone.localdate() + timedelta(days=3)
        poll = add_poll(thread, claire, closes_on=last_day, **about)
        return poll, *mails_of(jeanne, days=3)

    return remind


def test_a_poll_is_answered_by_one_link_and_counted_once_it_is_confirmed(
    remind, jeanne, browser_of
):
    poll, sent = remind()
    links = links_in(sent)
    assert list(links) == ["Le 3 mars", "Le 10 mars", "Le 17 mars"] and QUESTION in sent.body

    page = browser_of(jeanne).get(links["Le 10 mars"]).text
    assert checked(page) == ["2"] and "ne compte qu’une fois confirmée" in page
    assert not PollVote.objects.filter(poll=poll).exists()
    browser_of(jeanne).post(links["Le 10 mars"], {"chosen": 2, "version": poll.version})
    assert PollVote.objects.get(poll=poll).chosen == [2]


def test_where_several_are_chosen_a_link_adds_one_to_ones_own(remind, jeanne, browser_of):
    poll, sent = remind(takes_several=True)
    vote(poll, jeanne, 1)

    assert checked(browser_of(jeanne).get(links_in(sent)["Le 17 mars"]).text) == ["1", "3"]


@pytest.mark.parametrize("asked", ["reponse=9&version=1", "reponse=x&version=1", "reponse=2"])
def test_a_link_that_names_no_answer_opens_the_page_as_ever(remind, jeanne, browser_of, asked):
    poll, _sent = remind()
    answered = browser_of(jeanne).get(f"{poll.get_absolute_url()}?{asked}")

    assert answered.status_code == 200 and checked(answered.text) == []


@pytest.mark.parametrize("content", [MailContent.TITLE, MailContent.NOTHING])
def test_a_mail_that_brings_no_text_of_its_space_has_no_choices(remind, content):
    Space.objects.update(mail_content=content)
    _poll, sent = remind()

    assert links_in(sent) == {} and QUESTION not in words(sent.body)


def test_a_stranger_who_follows_the_link_signs_in_and_comes_back_to_it(
    thread, claire, jeanne, browser_of, mails_of
):
    open_round(thread, claire)
    (sent,) = mails_of(jeanne, days=5)
    link = links_in(sent)["consentement"]

    page = browser_of(None).get(link).text
    assert f"next={quote(link)}" in page
