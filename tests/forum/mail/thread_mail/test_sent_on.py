"""Whoever is sent a mail of ours on publishes nothing in the name of who sent it on."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.reception.answers import ServerAnswer, answer_to
from forum.models import Follow
from tests.factories import post_reply
from tests.forum.mail.thread_mail.helpers import answer, deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
OURS = "mx.example.org"


def said_by_server(person, result, server=OURS):
    """What ``server`` wrote on a mail in the name of ``person``."""
    domain = person.email.partition("@")[2]
    return {"Authentication_Results": f"{server}; dmarc={result} header.from={domain}"}


def own_posts(thread, person):
    return thread.posts.filter(author=person, number__gt=1).count()


def test_nothing_in_the_text_of_a_mail_is_a_key_by_which_one_answers(
    settings, thread, claire, jeanne
):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    post_reply(jeanne, thread)
    deliver()
    (sent,) = (one for one in mail.outbox if one.to == [claire.email])
    (address,) = sent.reply_to
    own_key = address.partition("+")[2].partition("@")[0]
    shown = sent.body + sent.alternatives[0][0]
    links = set(re.findall(r"/c/(\w+)/", shown))

    assert links and own_key not in shown
    for key in links:
        raw = answer(claire, "Je démissionne.").as_bytes()
        result = receive_mail(raw, f"reponse+{key}@forum.example.org")
        assert result is MailResult.UNKNOWN_ADDRESS
    assert own_posts(thread, claire) == 0


def test_the_key_by_which_one_answers_opens_no_page(address, client):
    key = address.partition("+")[2].partition("@")[0]

    assert client.get(reverse("stop-mail", args=[key])).status_code == 404


def test_what_our_server_says_is_anothers_is_not_published_and_its_member_is_told(
    settings, address, thread, claire
):
    settings.FORUM_AUTHSERV_ID = OURS
    raw = answer(claire, "Je démissionne.", **said_by_server(claire, "fail")).as_bytes()

    assert answer_to(raw, address) is ServerAnswer.UNKNOWN_ADDRESS
    assert own_posts(thread, claire) == 0
    (told,) = mail.outbox
    assert told.to == [claire.email] and "réponse n’est pas publiée" in told.subject
    assert "Rien ne prouve" in told.body and "démissionne" not in told.body


def test_a_forged_one_does_not_take_the_place_of_ones_own(settings, address, thread, claire):
    settings.FORUM_AUTHSERV_ID = OURS
    for result in ("fail", "pass"):
        raw = answer(claire, f"Le {result}.", **said_by_server(claire, result)).as_bytes()
        receive_mail(raw, address)

    assert thread.posts.last().text == "Le pass." and own_posts(thread, claire) == 1


@pytest.mark.parametrize("said", [("pass", OURS), ("none", OURS), ("fail", "mx.other.org"), ()])
def test_what_our_server_does_not_call_anothers_is_published(
    said, settings, address, thread, claire
):
    settings.FORUM_AUTHSERV_ID = OURS
    headers = said_by_server(claire, *said) if said else {}

    result = receive_mail(answer(claire, **headers).as_bytes(), address)
    assert result is MailResult.PUBLISHED and own_posts(thread, claire) == 1


def test_where_no_server_is_named_none_is_believed(settings, address, thread, claire):
    settings.FORUM_AUTHSERV_ID = ""
    raw = answer(claire, **said_by_server(claire, "fail")).as_bytes()

    assert receive_mail(raw, address) is MailResult.PUBLISHED


def test_one_that_was_set_aside_stays_there(
    settings, address, thread, claire, lucie, browser_of
):
    settings.FORUM_AUTHSERV_ID = OURS
    raw = answer(claire, **said_by_server(claire, "fail")).as_bytes()
    kept = QuarantinedMail.objects.create(
        person=claire, thread=thread, fault="x", digest="x", raw=raw
    )
    press = reverse("retry-quarantined-mail", args=[kept.pk])

    assert "pas de la personne" in browser_of(lucie).post(press, follow=True).text
    assert QuarantinedMail.objects.exists() and own_posts(thread, claire) == 0


def test_nor_does_it_follow_a_thread_in_its_members_name(settings, address, thread, claire):
    settings.FORUM_AUTHSERV_ID = OURS
    Follow.objects.filter(person=claire).delete()
    raw = answer(claire, "", **said_by_server(claire, "fail")).as_bytes()

    assert receive_mail(raw, address.replace("@", "+follow@")) is MailResult.UNPROVED
    assert not Follow.objects.filter(person=claire).exists()
    raw = answer(claire, "", **said_by_server(claire, "pass")).as_bytes()
    assert receive_mail(raw, address.replace("@", "+follow@")) is MailResult.FOLLOW
    assert Follow.objects.filter(person=claire).exists()
