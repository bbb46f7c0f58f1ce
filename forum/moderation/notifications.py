"""What the inbox says of measures, to those whom they concern.

Of hidden posts ``forum/conversation/inbox/sources/moderation.py`` tells, where the post is.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.follows.models import Channel
from forum.conversation.inbox.notification import Notification, notification_source
from forum.moderation.measures.models import Measure, MeasureKind, MeasureQuerySet

#: The newest.
_MAX_MEASURES = 50


def _measures(person_id: int) -> MeasureQuerySet:
    rows = Measure.objects.filter(person=person_id).exclude(kind=MeasureKind.HIDE_POST)
    return rows.select_related("reason").order_by("-pk")[:_MAX_MEASURES]


_MEASURES: CompiledQuery[Measure] = CompiledQuery(_measures, "person_id")


@notification_source(_MEASURES)
def measures(_person: User, _viewer: Viewer, rows: list[Measure]) -> Iterator[Notification]:
    """The measures against the person, and those that were ended."""
    for measure in rows:
        values = {"what": measure.get_kind_display(), "why": measure.reason}
        url = measure.get_absolute_url()
        text = _("%(what)s : %(why)s. Lisez la décision et vos recours.")
        yield Notification(measure.starts_at, text % values, url, channel=Channel.DIGEST)
        if measure.ended_at:
            text = _("%(what)s : cette mesure est levée.")
            yield Notification(measure.ended_at, text % values, url, channel=Channel.DIGEST)
