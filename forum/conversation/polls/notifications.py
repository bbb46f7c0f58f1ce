"""What the inbox says of polls: to who made one, that its last day is over."""

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.inbox.notification import (
    Notification,
    mailed_as,
    notification_source,
)
from forum.conversation.polls.models import Poll
from forum.conversation.threads.models import Post

#: The newest.
_MAX_POLLS = 50


def _closed_by_their_day(rights, person_id):
    """The polls of the person that their day has closed, of threads that they read."""
    polls = Poll.objects.visible_to(rights).filter(author=person_id)
    polls = polls.filter(closed_at__isnull=False, closes_on__isnull=False)
    return polls.select_related("thread__space").order_by("-closed_at", "-pk")[:_MAX_POLLS]


_CLOSED = CompiledQuery(_closed_by_their_day, "person_id")


@notification_source(_CLOSED)
def closed_polls(_person, _viewer, polls):
    """The polls of the person that closed by their day."""
    for poll in polls:
        text = _("Votre sondage dans « %(title)s » est clos : voyez ce qu’il donne.")
        text %= {"title": poll.thread.title}
        url = poll.get_absolute_url()
        mailed = mailed_as(poll.thread.space, url)
        mailed["post"] = Post(thread=poll.thread, number=1)
        yield Notification(poll.closed_at, text, url, **mailed)
