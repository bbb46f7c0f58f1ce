"""The appeals that wait for animators: of each, those who did not take the measure."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.text import excerpt, one_line
from accounts.review_queue.sources import Words, review_source
from accounts.viewers.viewers import Viewer
from forum.moderation.appeals.models import Appeal, AppealQuerySet

#: Characters of an appeal that the queue shows.
_EXCERPT = 160


def _waiting(viewer: Viewer, _at: datetime | None) -> AppealQuerySet:
    return Appeal.objects.visible_to(viewer).waiting_for(viewer.person_id or 0)


@review_source("recours", gettext_lazy("Recours"), _waiting, "made_at", 20,
               related=("measure__reason",), is_quoted=True)  # fmt: skip
def appeal_item(appeal: Appeal) -> Words:
    """An appeal, by what it is about."""
    measure = appeal.measure
    values = {"what": measure.get_kind_display(), "why": measure.reason}
    title = _("Recours : %(what)s, %(why)s") % values
    return title, appeal.get_absolute_url(), excerpt(one_line(appeal.text), _EXCERPT)
