"""The authentication backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend

from accounts.viewers.viewers import get_person_with_viewer_annotations

if TYPE_CHECKING:
    from accounts.users.models import User


class AnnotatedUserBackend(AuthenticationBackend):
    """allauth's backend (sign-in by e-mail address), which loads the rights with the person."""

    def get_user(self, user_id: int) -> User | None:
        """The active person of this id with the annotations of a viewer, or None."""
        person = get_person_with_viewer_annotations(user_id)
        return person if person and person.is_active else None
