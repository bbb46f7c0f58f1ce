"""Who receives mail at an address of the list takes what they wrote there for their own."""

import re

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from forum.base.rules import Refused
from forum.mail.mail_archives.claims.actions import claim_posts
from forum.mail.mail_archives.claims.codes import LIFETIME
from forum.mail.mail_archives.models import MailAuthor
from forum.models import Post, Thread
from forum.moderation.actions import hide_post
from forum.moderation.measures.models import Measure
from tests.forum.mail.mail_archives.helpers import import_mails, mail, publish
from tests.forum.moderation.move_helpers import rung_for

ADDRESS = "marie@mairie.example"


@pytest.fixture
def opened(archive, lucie, viewer_of):
    publish(archive, viewer_of(lucie))
    return archive


def ask(browser, address=ADDRESS):
    """Ask for a code; return that of the last mail, empty where none left."""
    before = len(outbox.outbox)
    browser.post(reverse("claim-posts"), {"address": address})
    if len(outbox.outbox) == before:
        return ""
    assert outbox.outbox[-1].to == [address.lower()]
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", outbox.outbox[-1].body, re.MULTILINE)[0]


def give(browser, code):
    return browser.post(reverse("confirm-claim"), {"code": code}, follow=True)


def test_the_code_that_was_mailed_makes_the_posts_ones_own(opened, jeanne, browser_of):
    browser = browser_of(jeanne)
    code = ask(browser, ADDRESS.upper())

    answer = give(browser, code.lower().replace("-", " "))

    assert "2 messages sont désormais les vôtres" in answer.text.replace("\u00a0", " ")
    assert set(Post.objects.filter(author=jeanne).values_list("number", flat=True)) == {1}
    assert Thread.objects.filter(author=jeanne).count() == 2
    assert not User.objects.filter(full_name="Marie Dubosc").exists()
    assert User.objects.filter(full_name="Paul Riou").exists()
    text = browser.get(Thread.objects.get(title="Réunion").get_absolute_url()).text
    assert "Jeanne Brunel" in text and "Marie Dubosc" not in text
    assert give(browser, code).redirect_chain[-1][0] == reverse("claim-posts")


def test_the_page_does_not_say_whether_there_are_any(opened, jeanne, browser_of):
    browser = browser_of(jeanne)
    known, unknown = (
        browser.post(reverse("claim-posts"), {"address": it}, follow=True)
        for it in (ADDRESS, "nobody@mairie.example")
    )

    assert len(outbox.outbox) == 1
    assert (
        known.text.replace(ADDRESS, "x").split("csrf")[0]
        == unknown.text.replace("nobody@mairie.example", "x").split("csrf")[0]
    )


def test_of_an_archive_that_waits_nothing_is_told_or_given(
    archive, jeanne, browser_of, viewer_of
):
    assert ask(browser_of(jeanne)) == ""
    assert claim_posts(viewer_of(jeanne), ADDRESS) == 0
    author = MailAuthor.objects.get(address=ADDRESS)
    assert author.person is None and author.unclaimed is None


def test_a_wrong_code_gives_nothing_and_three_end_it(opened, jeanne, browser_of):
    browser = browser_of(jeanne)
    code = ask(browser)

    for _time in range(2):
        assert "Ce n’est pas le code" in give(browser, "BBBB-BBBB").text
    assert "demandez un autre code" in give(browser, "BBBB-BBBB").text
    give(browser, code)
    assert not Post.objects.filter(author=jeanne).exists()


def test_a_code_ends_after_a_quarter_of_an_hour(opened, jeanne, browser_of):
    browser = browser_of(jeanne)
    code = ask(browser)
    session = browser.session
    session["claim_code"] = session["claim_code"] | {
        "at": timezone.now().timestamp() - LIFETIME - 1
    }
    session.save()

    give(browser, code)
    assert not Post.objects.filter(author=jeanne).exists()


def test_a_code_is_for_the_address_that_it_was_mailed_to(opened, jeanne, browser_of):
    browser = browser_of(jeanne)
    code = ask(browser)
    ask(browser, "paul@sivom.example")

    give(browser, code)
    assert not Post.objects.filter(author=jeanne).exists()


def test_what_was_claimed_is_nobody_elses(opened, jeanne, claire, browser_of, viewer_of):
    claim_posts(viewer_of(jeanne), ADDRESS)

    assert ask(browser_of(claire)) == ""
    assert claim_posts(viewer_of(claire), ADDRESS) == 0
    assert Post.objects.filter(author=jeanne).count() == 2


def test_guests_and_the_suspended_claim_nothing(opened, jeanne, viewer_of, browser_of):
    jeanne.suspended_at = timezone.now()
    jeanne.save()

    for viewer in (viewer_of(None), viewer_of(jeanne)):
        with pytest.raises(Refused):
            claim_posts(viewer, ADDRESS)
    assert browser_of(None).get(reverse("claim-posts")).status_code == 302


def test_codes_are_not_asked_for_without_end(opened, jeanne, browser_of):
    answers = [
        browser_of(jeanne).post(reverse("claim-posts"), {"address": f"a{n}@x.example"})
        for n in range(6)
    ]

    assert [it.status_code for it in answers] == [302] * 5 + [429]


def test_a_measure_about_a_post_is_then_read_by_whoever_claimed_it(
    opened, jeanne, lucie, viewer_of
):
    post = Post.objects.get(thread__title="Réunion")
    hide_post(post, viewer_of(lucie), "Hors charte.")

    claim_posts(viewer_of(jeanne), ADDRESS)

    assert Measure.objects.get().person == jeanne
    assert ModerationLogEntry.objects.filter(action="hide_post").count() == 1
    assert not User.objects.filter(full_name="Marie Dubosc").exists()


def test_what_was_claimed_is_edited_and_deleted_as_ones_own(
    opened, jeanne, browser_of, viewer_of
):
    claim_posts(viewer_of(jeanne), ADDRESS)
    post = Post.objects.get(thread__title="Réunion")

    assert browser_of(jeanne).get(reverse("edit-post", args=[post.pk])).status_code == 200
    assert post.text in browser_of(jeanne).get(reverse("own-posts")).text


#: How a list passes mails on that it wrote its own address in.
LIST = "tepos@listes.example"
OF_LIST = {"List_Post": f"<mailto:{LIST}>", "To": LIST, "Reply_To": LIST}


def test_who_wrote_through_a_list_that_hid_them_keeps_their_name_and_is_claimed_by_nobody(
    jeanne, lucie, spaces, viewer_of, browser_of
):
    jeanne.emailaddress_set.create(email=LIST, verified=True)  # A subscriber receives it.
    marie, paul = (f"{it} via tepos <{LIST}>" for it in ("Marie Dubosc", "Paul Riou"))
    mails = [
        mail(1, "C’est Marie.", From=marie, **OF_LIST),
        mail(2, "Et moi Paul.", From=paul, Subject="Autre", **OF_LIST),
        mail(3, "Encore Marie.", From=marie.upper(), Subject="Suite", **OF_LIST),
    ]
    publish(import_mails(spaces["public"], *mails), viewer_of(lucie))

    by = dict(Post.objects.values_list("text", "author__full_name"))
    assert by["Et moi Paul."] == "Paul Riou"
    assert len({by["C’est Marie."], by["Encore Marie."]}) == 1
    assert User.objects.filter(is_unclaimed=True).count() == 2
    assert ask(browser_of(jeanne), LIST) == "" and claim_posts(viewer_of(jeanne), LIST) == 0
    for author in MailAuthor.objects.all():
        assert ask(browser_of(jeanne), author.address) == ""
    assert "ancienne liste" not in browser_of(jeanne).get(reverse("inbox")).text


def test_the_address_of_a_list_is_claimed_by_nobody_whatever_mails_say_of_it(
    jeanne, lucie, spaces, viewer_of, browser_of
):
    jeanne.emailaddress_set.create(email=LIST, verified=True)
    unsaid = mail(1, "Au nom de tous.", From=f"Tepos <{LIST}>", List_Id=None)
    archive = import_mails(spaces["network"], unsaid, mail(2, **OF_LIST | {"Reply_To": None}))
    import_mails(spaces["network"], unsaid)  # Again, a file that does not say it.
    publish(archive, viewer_of(lucie))

    assert MailAuthor.objects.filter(address=LIST, unclaimed__isnull=False).exists()
    assert ask(browser_of(jeanne), LIST) == "" and claim_posts(viewer_of(jeanne), LIST) == 0
    assert "ancienne liste" not in browser_of(jeanne).get(reverse("inbox")).text


def test_the_address_of_a_space_is_claimed_by_nobody(
    jeanne, opened, spaces, viewer_of, browser_of
):
    jeanne.emailaddress_set.create(email=ADDRESS, verified=True)
    rung = rung_for(browser_of(jeanne))
    call_command("set_mail_address", spaces["public"].slug, ADDRESS)

    assert rung_for(browser_of(jeanne)) == rung - 1
    assert ask(browser_of(jeanne)) == "" and claim_posts(viewer_of(jeanne), ADDRESS) == 0
    call_command("set_mail_address", spaces["public"].slug)
    assert rung_for(browser_of(jeanne)) == rung
    assert claim_posts(viewer_of(jeanne), ADDRESS) == 2
