"""Questions about spaces."""

from django.db.models import F, Q, Subquery

from accounts.base.expressions import IsOneOf
from accounts.viewers.viewers import Rights, Viewer
from forum.spaces.models import Space


def in_visible_spaces(viewer: Viewer | Rights) -> Q:
    """The condition of ``visibility.spaces`` on what has a space, without a join for each."""
    return Q(
        IsOneOf(F("space"), Subquery(Space.objects.visible_to(viewer).order_by().values("pk")))
    )
