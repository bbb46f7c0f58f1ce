"""Rules about a person's own rights, which several features ask."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.users.models import User
from accounts.viewers.viewers import viewer_of_person


def require_animator(person: User) -> None:
    """Raise PermissionDenied unless ``person`` is an animator now."""
    if not viewer_of_person(person).is_animator:
        raise PermissionDenied(_("Ceci revient à l’équipe d’animation."))
