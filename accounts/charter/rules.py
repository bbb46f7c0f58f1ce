"""TODO."""

from accounts.organisations.queries import is_contact


def may_read_document(viewer, person, signature):
    """Who signed, the contact of the organisation, and the animators who check."""
    if signature.person_id == person.pk or viewer.is_animator:
        return True
    return is_contact(person, signature.organisation_id)
