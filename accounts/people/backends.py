"""Sign-in by e-mail address, loading the person's standing along with the person."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from accounts.viewers import standing_of


class PersonBackend(AuthenticationBackend):
    """allauth's backend; a request's person and rights come in one query."""

    def get_user(self, user_id):
        """The active person of this id with the annotations of ``standing_of``, or None."""
        people = User.objects.filter(is_active=True).annotate(**standing_of("pk"))
        return people.filter(pk=user_id).first()
