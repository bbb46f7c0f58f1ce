"""Issues of the newsletter, and what people are shown of them."""

from datetime import timedelta
from html import unescape

import lxml.html as lxml_html
from django.core import mail
from django.utils import timezone

from forum.base.outgoing_mail.actions import Sent
from forum.library.newsletter.models import NewsletterIssue, NewsletterItem, monday_of
from forum.library.tools.models import ToolVersion
from forum.mail.thread_mail.digests.actions import (
    begin_digests,
    plan_due_digests,
    schedule_digests,
    send_next_digest,
)
from forum.mail.thread_mail.digests.models import Digest
from forum.mail.thread_mail.models import MailSetting
from forum.models import Thread


def issue_of(*named, introduction="Bonne lecture.", ago=timedelta(hours=1), weeks_ago=0):
    """An issue that names these threads, tools, organisations, or words with a link.

    Published ``ago``; None is never. A pair is what it names, with the note on it.
    """
    week = monday_of(timezone.localdate()) - timedelta(weeks=weeks_ago)
    published_at = ago and timezone.now() - ago
    issue = NewsletterIssue.objects.create(
        week=week, introduction=introduction, published_at=published_at
    )
    for position, one in enumerate(named, start=1):
        what, note = one if isinstance(one, tuple) else (one, "")
        about = _about(what)
        NewsletterItem.objects.create(issue=issue, position=position, note=note, **about)
    return issue


def _about(what):
    if isinstance(what, str):
        return {"words": what, "address": "https://exemple.fr/lien"}
    if isinstance(what, ToolVersion):
        return {"tool_id": what.file.tool_id}
    return {"thread" if isinstance(what, Thread) else "organisation": what}


def text_of(browser, address):
    """The page at ``address``, as one reads its source without entities."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return unescape(answer.text)


def fields_of(page):
    """What the form of an issue in ``page`` sends, by the names of its fields."""
    (form,) = lxml_html.document_fromstring(page).xpath("//form[.//input[@name='items']]")
    return dict(form.form_values())


def aged(thread, **lapse):
    """``thread``, as if it had been started so long ago."""
    at = timezone.now() - timedelta(**lapse)
    Thread.objects.filter(pk=thread.pk).update(created_at=at, last_posted_at=at)
    return thread


def digest_of(person):
    """The digest of ``person`` that leaves now, or None where there is nothing to say."""
    begin_digests(), schedule_digests()
    MailSetting.objects.filter(person=person).update(next_digest_at=timezone.now())
    plan_due_digests()
    Digest.objects.filter(settled_at=None).update(due_at=timezone.now())
    before = len(mail.outbox)
    while (sent := send_next_digest()) is not None:
        assert sent in (Sent.SENT, Sent.DROPPED)
    return next((it for it in mail.outbox[before:] if it.to == [person.email]), None)
