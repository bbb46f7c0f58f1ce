"""Who thanked for a post."""

from django.db.models import QuerySet

from accounts.viewers.viewers import Viewer
from forum.conversation.thanks.models import Thank
from forum.conversation.threads.models import Post


def thanks_for(viewer: Viewer, post: Post) -> QuerySet[Thank]:
    """The thanks for ``post`` with their people, newest first, where ``viewer`` sees it."""
    seen = Thank.objects.visible_to(viewer).filter(post=post)
    return seen.select_related("person").order_by("-thanked_at", "-pk")
