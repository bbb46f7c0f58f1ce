"""The authentication backend."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.viewers.viewers import get_person_with_viewer_annotations


class AnnotatedUserBackend(AuthenticationBackend):
    """allauth's backend (sign-in by e-mail address), which loads the rights with the person."""

    def get_user(self, user_id):
        """The active person of this id with the annotations of a viewer, or None."""
        person = get_person_with_viewer_annotations(user_id)
        return person if person and person.is_active else None
