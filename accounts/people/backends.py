"""Sign-in by e-mail address, loading the person's standing along with the person."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.viewers import person_with_standing


class PersonBackend(AuthenticationBackend):
    """allauth's backend; a request's person and rights come in one query."""

    def get_user(self, user_id):
        """The active person of this id with the annotations of ``standing_of``, or None."""
        person = person_with_standing(user_id)
        return person if person and person.is_active else None
