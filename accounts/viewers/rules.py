"""TODO."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.viewers.viewers import viewer_of_person


def require_animator(person):
    """Raise PermissionDenied unless ``person`` is an animator at this moment."""
    if not viewer_of_person(person).is_animator:
        raise PermissionDenied(_("Ceci revient à l’équipe d’animation."))
