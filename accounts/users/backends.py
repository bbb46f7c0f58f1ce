"""Sign-in by e-mail address, loading the person's standing along with the person."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.viewers.viewers import get_person_with_viewer_annotations


class AnnotatedUserBackend(AuthenticationBackend):
    """allauth's backend; a request's person and rights come in one query."""

    def get_user(self, user_id):
        """The active person of this id with the annotations of ``viewer_annotations``, or None."""
        person = get_person_with_viewer_annotations(user_id)
        return person if person and person.is_active else None
