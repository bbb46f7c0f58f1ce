"""An open poll or consent round in the week and in digests: a line, without its words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.base.dates import date_format
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.models import MailContent, Space
from forum.conversation.consultations.actions import remove
from forum.conversation.polls.actions import close_poll
from forum.conversation.polls.models import Poll
from forum.mail.thread_mail.actions import save_mail_setting
from tests.factories import post_reply, start_thread
from tests.forum.conversation.poll_helpers import QUESTION, add_poll, vote
from tests.forum.conversation.round_helpers import open_round
from tests.forum.library.newsletter.newsletter_helpers import digest_of, issue_of, text_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
LINE = "Sondage ouvert"


@pytest.fixture(autouse=True)
def only_claire(claire, jeanne, lucie):
    """Nobody but Claire has digests."""
    for person in User.objects.exclude(pk=claire.pk):
        save_mail_setting(person.pk, digest="never", channel="site")
    save_mail_setting(claire.pk, channel="digest")


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Notre silo")


def lines_about(sent, thread):
    """How often each part of a mail says that a poll is open."""
    parts = sent.body, sent.alternatives[0][0]
    assert all(thread.title in part for part in parts)
    return [part.count(LINE) for part in parts]


def test_a_digest_says_it_of_a_followed_thread_with_its_last_day_and_without_its_words(
    thread, claire, jeanne
):
    last_day = timezone.localdate() + timedelta(days=3)
    poll = add_poll(thread, claire, results="closed", closes_on=last_day)
    vote(poll, jeanne, 1)
    post_reply(jeanne, thread)
    sent = digest_of(claire)
    assert lines_about(sent, thread) == [1, 1]
    words = f"{LINE} jusqu’au {date_format(last_day, 'j F')}"
    for part in sent.body, sent.alternatives[0][0]:
        assert words in part
        assert QUESTION not in part and "Le 3 mars" not in part and "voix" not in part


@pytest.mark.parametrize("end", ["closed", "removed", "over"])
def test_of_one_that_takes_no_votes_nothing_is_said(thread, claire, jeanne, lucie, end):
    poll = add_poll(thread, claire, closes_on=timezone.localdate())
    vote(poll, jeanne, 1)
    if end == "closed":
        close_poll(poll, viewer_of_person(claire))
    elif end == "removed":
        remove(poll, viewer_of_person(lucie), "Hors sujet")
    else:
        Poll.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    issue_of(thread)
    post_reply(jeanne, thread)
    assert lines_about(digest_of(claire), thread) == [0, 0]


def test_the_week_says_it_on_the_site_and_in_mails(thread, claire, jeanne, browser_of):
    add_poll(thread, claire)
    other = start_thread(jeanne, thread.space, title="Sans sondage")
    issue = issue_of(thread, other)
    assert text_of(browser_of(jeanne), issue.get_absolute_url()).count(LINE) == 1
    assert lines_about(digest_of(claire), thread) == [1, 1]


def test_a_space_that_is_not_named_in_mails_has_none_said(thread, claire, jeanne):
    add_poll(thread, claire)
    Space.objects.filter(pk=thread.space_id).update(mail_content=MailContent.NOTHING)
    issue_of(thread, "Un lien")
    post_reply(jeanne, thread)
    sent = digest_of(claire)
    assert LINE not in sent.body and LINE not in sent.alternatives[0][0]


def test_a_poll_alone_sends_no_digest(thread, claire):
    add_poll(thread, claire)
    assert digest_of(claire) is None


def test_a_consent_round_is_told_of_likewise(thread, claire, jeanne):
    open_round(thread, claire)
    add_poll(thread, claire)
    post_reply(jeanne, thread)
    sent = digest_of(claire)
    for part in sent.body, sent.alternatives[0][0]:
        assert "Tour de consentement ouvert jusqu’au" in part and LINE in part
        assert "Chacun réserve" not in part
