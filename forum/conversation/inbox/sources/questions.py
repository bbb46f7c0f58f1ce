"""Questions that are put to a person, or to what they represent, until they are answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.addressees.models import Origin, ThreadAddressee
from forum.conversation.addressees.queries import concerns
from forum.conversation.addressees.referrals.queries import waiting
from forum.conversation.follows.models import Level, is_at_level, muted_author
from forum.conversation.follows.subscriptions.queries import is_subscribed_at
from forum.conversation.inbox.notification import (
    Notification,
    Reason,
    mailed_as,
    waiting_source,
)
from forum.conversation.threads.models import Post

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights, Viewer


#: The newest.
_MAX_QUESTIONS = 50


def _questions(rights: Rights, person_id: int, at: datetime) -> QuerySet[ThreadAddressee]:
    asked = ThreadAddressee.objects.visible_to(rights).filter(concerns(person_id, at))
    questions = asked.filter(waiting()).exclude(thread__author=person_id)
    questions = questions.exclude(is_at_level(person_id, "thread", Level.MUTED))
    is_muted = is_subscribed_at(person_id, Level.MUTED, thread="thread__")
    questions = questions.exclude(is_muted, person=None)
    muted = muted_author(person_id, "thread__author")
    questions = questions.exclude(muted, person=person_id)
    questions = questions.exclude(muted, origin=Origin.QUIET)
    questions = questions.select_related(
        "asked_by",
        "thread__author",
        "thread__seat__organisation",
        "thread__space",
        "organisation",
        "territory",
    )
    return questions.order_by("-asked_at")[:_MAX_QUESTIONS]


_QUESTIONS = CompiledQuery(_questions, "person_id", "at")


@waiting_source(_QUESTIONS)
def questions_to_answer(
    _person: User, viewer: Viewer, rows: Iterable[ThreadAddressee]
) -> Iterator[Notification]:
    """The open questions that wait for an answer of the person, or of their organisation."""
    for row in rows if viewer.is_member else ():
        thread = row.thread
        asker = thread.seat.organisation.name if thread.seat else thread.author.full_name
        values = {"who": asker, "title": thread.title}
        if row.origin == Origin.REFERRAL:
            text = _("%(by)s vous transmet une question : « %(title)s »")
            values["by"] = row.asked_by.full_name
        elif row.origin == Origin.QUIET:
            text = _(
                "Sans réponse depuis des jours, et vous connaissez le sujet : « %(title)s »"
            )
        elif row.person_id:
            text = _("%(who)s vous demande : « %(title)s »")
        else:
            text = _("%(who)s demande à « %(name)s » : « %(title)s »")
            asked = row.organisation or row.territory
            assert asked is not None
            values["name"] = asked.name
        # One that was held is put to them as it is approved.
        at = max(row.asked_at, thread.created_at)
        mailed = mailed_as(thread.space, reverse("thread-short", args=[thread.pk]))
        text %= values
        if row.word:
            if not thread.space.is_quoted_in_mails:
                mailed = mailed or {"mail_text": text}
            text = f"{text} {row.word}"
        post, url = Post(thread=thread, number=1), thread.get_absolute_url()
        yield Notification(at, text, url, True, post=post, reason=Reason.ASKED, **mailed)
