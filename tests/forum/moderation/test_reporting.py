"""Anyone reports what they see, is answered at once, and follows what becomes of it."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from forum.moderation.measures.models import ModerationReason
from forum.moderation.reports.models import Report
from forum.moderation.reports.subjects import find_subject
from tests.factories import AUTHORITIES, moderation_reason, post_reply, start_thread
from tests.forum.moderation.report_helpers import STRANGER, reported, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture
def thread(claire, spaces):
    """A public thread."""
    return start_thread(claire, spaces["public"])


def test_a_stranger_reports_a_message_and_is_answered_at_once_by_the_page_and_by_mail(
    thread, browser_of
):
    post, guest = thread.posts.get(), browser_of(None)
    page = guest.get(reverse("report"), {"adresse": reverse("post", args=[post.pk])})
    assert page.context["form"]["address"].value() == f"/messages/{post.pk}/"
    assert post.text[:18] in page.text

    answer = sent(guest, f"http://testserver/messages/{post.pk}/", **STRANGER)

    report = Report.objects.get()
    assert (report.post, report.thread, report.person) == (post, thread, post.author)
    assert (report.reported_text, report.reporter) == (post.text, None)
    assert answer.url == reverse("report-status", args=[report.token])
    status = guest.get(answer.url)
    assert "est reçu" in status.text and report.text in status.text
    assert status["Referrer-Policy"] == "strict-origin"  # Not "no-referrer": forms are refused.
    (message,) = mail.outbox
    assert message.to == ["odile@exemple.fr"]
    assert report.follow_up_url == f"http://testserver{answer.url}"
    assert report.follow_up_url in message.body
    assert report.text not in message.body


def test_who_has_an_account_chooses_a_reason_and_sends(thread, jeanne, browser_of):
    page = browser_of(jeanne)
    link = f"{reverse('report')}?adresse=/messages/{thread.posts.get().pk}/"
    assert link in page.get(thread.get_absolute_url()).text
    form = page.get(link).context["form"]
    assert "reporter_email" not in form.fields

    sent(page, form["address"].value(), text="")

    assert Report.objects.get().reporter == jeanne
    assert mail.outbox == []
    assert "Votre signalement est reçu." in page.get(reverse("inbox")).text


def test_the_address_is_asked_only_where_the_page_shows_not_all_that_it_names(
    thread, jeanne, browser_of
):
    page = browser_of(jeanne)

    def asks(address):
        return "Adresse exacte" in page.get(reverse("report"), {"adresse": address}).text

    assert not asks(f"/messages/{thread.posts.get().pk}/")
    assert asks(thread.get_absolute_url())  # Any of its posts.
    assert asks("/charte/") and asks("/messages/987654/")


def test_what_is_missing_is_said_beside_its_field_and_all_that_was_typed_stays(
    thread, browser_of
):
    answer = sent(browser_of(None), "/", text="", reporter_name="Odile")
    assert answer.status_code == 422
    asked = {"text", "reporter_email", "is_in_good_faith"}
    assert set(answer.context["form"].errors) == asked
    assert 'value="Odile"' in answer.text
    assert not Report.objects.exists()


def test_the_sexual_abuse_of_a_child_is_reported_without_a_name(thread, browser_of):
    reason = ModerationReason.objects.create(slug="child-abuse", name="Abus", reference="Loi")
    sent(browser_of(None), "/", reason=reason.slug, is_in_good_faith="on")
    report = Report.objects.get()
    assert (report.reporter_name, report.reporter_email) == ("", "")
    assert "Gardez son adresse" in browser_of(None).get(report.follow_up_url).text


def test_the_same_form_sent_twice_is_one_report_and_many_are_too_often(
    thread, jeanne, browser_of
):
    page, key = browser_of(jeanne), "7b1f8c1e-0000-4000-8000-000000000001"
    urls = {sent(page, "/", idempotency_key=key).url for _time in range(2)}
    assert len(urls) == Report.objects.count() == 1
    for _time in range(18):
        sent(page, "/")
    answer = sent(page, "/", text="Gardé.")
    assert answer.status_code == 429 and "Gardé." in answer.text
    assert "Réessayez dans" in answer.text


def test_an_address_gets_few_mails_whoever_gives_it(thread, browser_of):
    for _time in range(5):
        sent(browser_of(None), "/", **STRANGER)
    assert Report.objects.count() == 5
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("place", ["post", "thread"])
def test_what_one_does_not_see_is_reported_by_its_address_as_what_is_not_there(
    place, jeanne, claire, spaces, browser_of
):
    hidden = start_thread(claire, spaces[AUTHORITIES], title="Secret du collège")
    pk = hidden.posts.get().pk if place == "post" else hidden.pk
    address = {"post": f"/messages/{pk}/", "thread": hidden.get_absolute_url()}[place]
    absent = address.replace(str(pk), "987654")
    answers = [sent(browser_of(None), one, **STRANGER) for one in (address, absent)]

    first, second = Report.objects.order_by("pk")
    assert [answer.status_code for answer in answers] == [302, 302]
    for report in (first, second):
        assert (report.post, report.thread, report.person) == (None, None, None)
        assert report.reported_text == ""
        assert "secret" not in report.address
    guest = browser_of(None)
    contexts = [
        guest.get(reverse("report"), {"adresse": one}).context for one in (address, absent)
    ]
    assert [context["words"] for context in contexts] == ["", ""]


def test_a_whole_address_names_a_message_by_its_number_a_person_and_an_organisation(
    thread, claire, jeanne, viewer_of
):
    reply, viewer = post_reply(jeanne, thread), viewer_of(jeanne)
    organisation = claire.seats.get().organisation
    named = {
        f"http://testserver{reply.page_url()}": f"post-{reply.pk}",
        thread.get_absolute_url(): f"thread-{thread.pk}",
        claire.get_absolute_url(): f"person-{claire.pk}",
        organisation.get_absolute_url(): f"organisation-{organisation.pk}",
        "/charte/": "address-/charte/",
        "n’importe quoi": "address-n’importe quoi",
        "http://[": "address-http://[",
    }
    assert {address: find_subject(viewer, address).name for address in named} == named


def test_the_footer_leads_to_the_form_with_the_page_one_comes_from(thread, browser_of):
    page, address = browser_of(None), thread.get_absolute_url()
    assert f'href="{reverse("report")}"' in page.get(address).text
    for referrer, expected in (
        (f"http://testserver{address}", address),
        ("http://ailleurs.example/fils/1/", ""),
        ("http://[", ""),
    ):
        form = page.get(reverse("report"), headers={"referer": referrer}).context["form"]
        assert form["address"].value() == expected


def test_no_word_of_the_title_is_in_the_report_of_a_thread(thread, jeanne, viewer_of):
    report = reported(viewer_of(jeanne), thread.get_absolute_url())
    assert report.address == f"/fils/{thread.pk}/"
    assert report.reported_text == thread.posts.get().text
    assert moderation_reason() == report.reason


def test_four_reasons_are_shown_at_once_and_the_others_on_request(thread, jeanne, browser_of):
    for slug in ("illegal", "personal-data", "insult", "charter", "off-topic", "child-abuse"):
        ModerationReason.objects.get_or_create(
            slug=slug, defaults={"name": slug.title(), "reference": "Loi"}
        )
    page = browser_of(jeanne)

    form = page.get(reverse("report")).text.partition("<main")[2]
    shown, others = form.split("<details>")
    assert re.findall(r'name="reason" value="([^"]+)"', shown) == [
        it.slug for it in ModerationReason.objects.all()
        if it.slug in {"insult", "personal-data", "off-topic", "charter"}
    ]  # fmt: skip
    assert {"illegal", "child-abuse", "other"} <= {*re.findall(r'value="([^"]+)"', others)}
    assert "<details open>" in sent(page, "/", reason="other", text="").text
