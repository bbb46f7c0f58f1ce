"""An archive speaks in nobody's name: members say yes to what came from their address."""

import re

import pytest
from django.core import mail as outbox
from django.urls import reverse

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.inbox.queries import notifications_of
from forum.mail.mail_archives.authentication import (
    UNVERIFIED_ADDRESS,
    UNVERIFIED_NAME,
    fails_dmarc,
)
from forum.mail.mail_archives.claims.actions import claim_posts
from forum.models import Post
from tests.forum.mail.mail_archives.helpers import import_mails, mail, publish, reply
from tests.forum.moderation.move_helpers import rung_for

pytestmark = pytest.mark.django_db
ADDRESS = "marie@mairie.example"
FAILED = {"Authentication-Results": "mx.listes.example; spf=pass; dmarc=fail (p=none)"}


@pytest.fixture
def marie(jeanne):
    """Jeanne, who has proved the address of Marie, with a capital."""
    jeanne.emailaddress_set.create(email="Marie@mairie.example", verified=True)
    return jeanne


def told(person):
    found = notifications_of(person, viewer_of_person(person))
    return [one.text for one in found if "ancienne liste" in one.text]


def test_a_member_is_no_author_of_an_archive_before_their_own_yes(
    archive, marie, lucie, viewer_of, browser_of
):
    rung = rung_for(browser_of(marie))
    publish(archive, viewer_of(lucie))

    assert not Post.objects.filter(author=marie).exists()
    assert Post.objects.filter(author__full_name="Marie Dubosc").count() == 2
    assert [ADDRESS in text for text in told(marie)] == [True]
    assert rung_for(browser_of(marie)) == rung + 1
    browser = browser_of(marie)
    assert f'value="{ADDRESS}"' in browser.get(reverse("claim-posts")).text
    browser.post(reverse("claim-posts"), {"address": ADDRESS})
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", outbox.outbox[-1].body, re.MULTILINE)[0]
    browser.post(reverse("confirm-claim"), {"code": code})
    assert Post.objects.filter(author=marie).count() == 2 and told(marie) == []


def test_nobody_else_is_told_and_an_address_that_is_not_proved_tells_nothing(
    archive, claire, jeanne, lucie, viewer_of
):
    jeanne.emailaddress_set.create(email=ADDRESS, verified=False)
    publish(archive, viewer_of(lucie))

    assert [told(person) for person in (claire, jeanne, lucie)] == [[], [], []]
    jeanne.emailaddress_set.filter(email=ADDRESS).update(verified=True)
    assert len(told(jeanne)) == 1


def test_what_a_later_archive_brings_is_claimed_anew(archive, marie, lucie, spaces, viewer_of):
    publish(archive, viewer_of(lucie))
    assert claim_posts(viewer_of(marie), ADDRESS) == 2

    later = import_mails(spaces["public"], mail(50, "Plus tard.", Subject="Plus tard"))
    publish(later, viewer_of(lucie))
    assert Post.objects.filter(author=marie).count() == 2 and len(told(marie)) == 1
    assert claim_posts(viewer_of(marie), ADDRESS) == 1
    assert Post.objects.filter(author=marie).count() == 3
    assert not User.objects.filter(full_name="Marie Dubosc").exists()


def test_a_mail_that_says_that_it_failed_bears_no_name_and_is_claimed_by_nobody(
    marie, lucie, spaces, viewer_of
):
    archive = import_mails(
        spaces["public"],
        mail(1, "La vraie Marie."),
        reply(2, 1, "Une fausse.", From="Marie Dubosc <marie@mairie.example>", **FAILED),
        mail(3, "Un autre faux.", Subject="Argent", **FAILED),
    )
    publish(archive, viewer_of(lucie))

    by = dict(Post.objects.values_list("text", "author__full_name"))
    assert by == {
        "La vraie Marie.": "Marie Dubosc",
        "Une fausse.": UNVERIFIED_NAME,
        "Un autre faux.": UNVERIFIED_NAME,
    }
    assert claim_posts(viewer_of(marie), ADDRESS) == 1
    assert claim_posts(viewer_of(marie), UNVERIFIED_ADDRESS) == 0
    assert not any("Argent" in one.title for one in viewer_threads(marie))


def viewer_threads(person):
    return [post.thread for post in Post.objects.filter(author=person)]


@pytest.mark.parametrize(
    ("value", "fails"),
    [
        ("mx.example; dmarc=fail header.from=a.example", True),
        ("i=1; mx.example; spf=pass; DMARC = Fail (p=reject)", True),
        ("mx.example; dmarc=pass header.from=a.example", False),
        ("mx.example; spf=fail; dmarc=none", False),
        ("", False),
    ],
)
def test_what_headers_say_of_dmarc_is_read(value, fails):
    assert fails_dmarc([value]) is fails
