"""What tells that menus changed."""

from accounts.base.models import CacheVersion


class MenuVersion(CacheVersion):
    """Another one whenever what menus show of spaces and topics changes.

    Only the triggers of ``forum/menu/triggers.py`` write it.
    """
