"""Whom one may mute, and whom one has."""

from django.db.models import Exists, Q, QuerySet

from accounts.models import DirectorySeat, User
from accounts.viewers.viewers import Viewer
from forum.conversation.mutes.models import Mute
from forum.models import Post


def mutable_person(viewer: Viewer, pk: int) -> User:
    """The person of this id, of whom ``viewer`` sees something; raise DoesNotExist if none."""
    wrote = Post.objects.visible_to(viewer).filter(author=pk)
    is_known = Q(Exists(wrote))
    if viewer.is_member:
        is_known |= Q(Exists(DirectorySeat.objects.listed().filter(person=pk)))
    return User.objects.exclude(pk=viewer.person_id or 0).get(is_known, pk=pk, is_active=True)


def mutes_of(viewer: Viewer) -> QuerySet[Mute]:
    """Whom ``viewer`` has muted, by name."""
    own = Mute.objects.filter(person=viewer.person_id).select_related("muted")
    return own.order_by("muted__full_name", "pk")
