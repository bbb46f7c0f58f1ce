"""What every page shows around its own content: the viewer, the menu and the badge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.base.prefetch import is_viewed
from accounts.base.translations import network_name
from accounts.models import User
from accounts.users.themes import chosen_theme
from accounts.viewers.viewers import GUEST
from forum.conversation.inbox.actions import mark_notifications_read
from forum.conversation.inbox.unread import unread_of_page
from forum.conversation.menu.queries import menu_state_of, site_menu
from forum.members.onboarding.queries import has_first_steps_left

if TYPE_CHECKING:
    from accounts.viewers.viewers import Viewer
    from forum.conversation.menu.queries import SiteMenu


def layout(request: HttpRequest) -> dict[str, Any]:
    """The viewer, the menu, the site's name, who is let in and the theme, for templates."""
    viewer = getattr(request, "viewer", GUEST)  # A guest where no middleware has set it.
    return {
        "account": SimpleLazyObject(lambda: _account_name(request)),
        "viewer": viewer,
        "menu": SimpleLazyObject(lambda: _menu(request, viewer)),
        "has_first_steps_left": SimpleLazyObject(
            lambda: _has_first_steps_left(request, viewer)
        ),
        "menu_path": _current_menu_path(request),
        "network": network_name(),
        "publisher": settings.FORUM_PUBLISHER,
        "is_demo": settings.FORUM_DEMO,
        "admission": settings.FORUM_ADMISSION,
        "theme": chosen_theme(request),
    }


def _menu(request: HttpRequest, viewer: Viewer) -> SiteMenu:
    """The menu, once notifications that lead to this page are marked as read."""
    state = menu_state_of(viewer)
    if state and viewer.is_registered and is_viewed(request):
        version = state.own_changes, state.shared_changes
        if unread := unread_of_page(viewer, version, request.path):
            mark_notifications_read(viewer.person_id or 0, unread)
            state = menu_state_of(viewer)
    return site_menu(viewer, state)


class AccountName(NamedTuple):
    """What the header says of whoever is signed in."""

    name: str
    initials: str
    photo_address: str


def _account_name(request: HttpRequest) -> AccountName | None:
    user = getattr(request, "user", None)  # None where no middleware has looked for it.
    if user is None or not user.is_authenticated:
        return None
    return AccountName(user.full_name, user.initials, user.photo_address)


def _has_first_steps_left(request: HttpRequest, viewer: Viewer) -> bool:
    """Whether home leads whoever is signed in to their first steps; asked by home alone."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and has_first_steps_left(viewer, user)


def _current_menu_path(request: HttpRequest) -> str:
    """The address of this page where the menu leads to it, else nothing."""
    match = request.resolver_match
    if match and match.url_name in _WITHIN:  # Within what the menu leads to.
        return f"{reverse(_WITHIN[match.url_name])}#"
    return request.path if match and match.url_name in _MENU_URL_NAMES else ""


_MENU_URL_NAMES = {
    "home",
    "territories",
    "organisations",
    "groups",
    "members",
    "charter",
    "follows",
    "inbox",
    "topic",
    "space",
    "tags",
    "sheets",
    "tools",
    "meetings",
}
#: Pages of one thing, and the list that the menu has of its kind.
_WITHIN = {
    "group": "groups",
    "sheet": "sheets",
    "public-sheet": "sheets",
    "tool": "tools",
    "meeting": "meetings",
    "territory": "territories",
    "organisation": "organisations",
    "member": "members",
}
