"""The appeals that wait for animators: of each, those who did not take the measure."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.text import excerpt, one_line
from accounts.review_queue.sources import (
    ReviewItem,
    ReviewSource,
    register_review_source,
)
from forum.moderation.appeals.models import Appeal

#: Characters of an appeal that the queue shows.
_EXCERPT = 160


def _waiting(viewer, _at):
    return Appeal.objects.visible_to(viewer).waiting_for(viewer.person_id or 0)


def _items(viewer, pks):
    rows = _waiting(viewer, None).filter(pk__in=pks).select_related("measure__reason")
    return [_item(appeal) for appeal in rows]


def _item(appeal):
    measure = appeal.measure
    values = {"what": measure.get_kind_display(), "why": measure.reason}
    return ReviewItem(
        appeal.pk,
        appeal.made_at,
        _("Recours : %(what)s, %(why)s") % values,
        appeal.get_absolute_url(),
        excerpt(one_line(appeal.text), _EXCERPT),
        is_quoted=True,
    )


register_review_source(
    ReviewSource("recours", gettext_lazy("Recours"), "made_at", _waiting, _items, 20)
)
