"""What is said to who cannot sign the charter like this."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


class CannotSign(PermissionDenied):
    """The charter cannot be signed like this. ``field`` is what would have to change."""

    def __init__(self, reason, field=None):
        """Keep where to say ``reason``."""
        super().__init__(reason)
        self.field = field


class VersionSuperseded(CannotSign):
    """Another version has been published since the signatory read theirs."""

    def __init__(self):
        """Say so; nothing is signed."""
        super().__init__(
            _("La charte a changé pendant que vous la lisiez. Voici le nouveau texte.")
        )
