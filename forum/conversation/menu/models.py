"""What tells that menus changed."""

from accounts.base.models import CacheVersion


class MenuVersion(CacheVersion):
    """Another one whenever what menus show of spaces and topics changes, and at new names.

    Of people and organisations, that is: those who wrote in a thread are kept under it, too.

    Only the triggers of ``forum/conversation/menu/triggers.py`` write it.
    """
