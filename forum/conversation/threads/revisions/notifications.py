"""What the inbox says of versions that were blanked, or not: to who wrote them."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Rights, Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, mailed_as, notification_source
from forum.conversation.threads.revisions.models import Revision, RevisionQuerySet

#: The newest.
_MAX_ANSWERS = 50


def _decided(rights: Rights, person_id: int) -> RevisionQuerySet:
    decided = Q(blanked_at__isnull=False) | Q(refused_at__isnull=False)
    revisions = Revision.objects.visible_to(rights).filter(decided, author=person_id)
    return revisions.select_related("thread__space").order_by("-pk")[:_MAX_ANSWERS]


_DECIDED = CompiledQuery(_decided, "person_id")


@notification_source(_DECIDED)
def blanked_versions(
    _person: User, _viewer: Viewer, rows: list[Revision]
) -> Iterator[Notification]:
    """The person's versions that an animator blanked, or did not though they asked."""
    for row in rows:
        values = {"title": row.thread.title, "reason": row.refusal}
        if row.blanked_at:
            text = _("Une ancienne version est effacée dans « %(title)s ».")
        else:
            text = _("Une ancienne version reste dans « %(title)s » : %(reason)s")
        mailed = mailed_as(row.thread.space)
        at, url = row.blanked_at or row.refused_at, row.get_absolute_url()
        assert at is not None  # The query says so.
        yield Notification(at, text % values, url, channel=Channel.DIGEST, **mailed)
