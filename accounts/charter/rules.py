"""Who may read what is kept with a signature."""

from accounts.charter.models import Signature
from accounts.organisations.queries import is_contact
from accounts.users.models import User
from accounts.viewers.viewers import Viewer


def may_read_document(viewer: Viewer, person: User, signature: Signature) -> bool:
    """Whether ``person`` may: the signatory, the organisation's contacts, and animators."""
    if signature.person_id == person.pk or viewer.is_animator:
        return True
    return bool(is_contact(person, signature.organisation_id))
