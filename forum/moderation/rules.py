"""Who moderates."""

from django.utils.translation import gettext as _

from accounts.viewers.viewers import Viewer
from forum import rules


def require_moderator(viewer: Viewer) -> None:
    """Raise Refused unless ``viewer`` may moderate."""
    rules.require(rules.may_moderate(viewer), _("Ceci revient à l’équipe d’animation."))
