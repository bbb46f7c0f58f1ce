"""What the inbox asks of quiet questions: whether they are settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.inbox.notification import Notification, mailed_as, waiting_source
from forum.conversation.questions.quiet_questions.queries import reminders_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from accounts.viewers.viewers import Rights, Viewer
    from forum.conversation.questions.quiet_questions.models import QuestionReminder


#: The newest.
_MAX_REMINDERS = 20


def _reminders(rights: Rights, person_id: int, at: datetime) -> QuerySet[QuestionReminder]:
    return reminders_of(rights, person_id, at)[:_MAX_REMINDERS]


_REMINDERS = CompiledQuery(_reminders, "person_id", "at")


@waiting_source(_REMINDERS)
def unsettled_questions(
    _person: User, _viewer: Viewer, reminders: Iterable[QuestionReminder]
) -> Iterator[Notification]:
    """The person's questions that have replies, are not settled, and have been quiet."""
    for reminder in reminders:
        text = _("Votre question « %(title)s » a reçu des réponses : est-elle réglée ?")
        text %= {"title": reminder.thread.title}
        url = reverse("question-state", args=[reminder.thread_id])
        mailed = mailed_as(reminder.thread.space)
        yield Notification(reminder.asked_at, text, url, True, **mailed)
