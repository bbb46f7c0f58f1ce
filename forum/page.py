"""What every page shows around its own content: the menu, per viewer."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts import viewers
from forum.models import Space, Topic


def page(request):
    """The viewer, the menu and the site's own name, for the templates of pages."""
    return {
        "viewer": SimpleLazyObject(lambda: viewers.of_request(request)),
        "menu": SimpleLazyObject(lambda: _menu(request)),
        "network": settings.FORUM_NETWORK,
        "publisher": settings.FORUM_PUBLISHER,
        "is_demo": settings.FORUM_DEMO,
    }


def _menu(request):
    viewer = viewers.of_request(request)
    spaces = Space.objects.visible_to(viewer).select_related("college", "group")
    return {"topics": list(Topic.objects.with_counts(viewer)), "spaces": list(spaces)}
