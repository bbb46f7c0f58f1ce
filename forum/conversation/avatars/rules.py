"""Who may choose the logo of an organisation, and who may see the photo of a person."""

from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.territories.rules import may_choose_territories
from accounts.viewers.viewers import Viewer


def may_choose_logo(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether ``viewer`` may: as its territories, who represents it, and animators."""
    return may_choose_territories(viewer, organisation)


def logo_reason() -> str:
    """Why somebody may not choose a logo."""
    return _(
        "Le logo d’une organisation est choisi par les personnes qui y ont un siège confirmé, "
        "ou par l’équipe d’animation."
    )


def may_see_photo(viewer: Viewer, person_id: int) -> bool:
    """Whether ``viewer`` may see photos, of this person: members, and who chose it."""
    return viewer.is_member or viewer.person_id == person_id
