"""Who may open a college's room."""

from accounts.people.factors import is_administrator


def may_open(viewer, person):
    """Animators, while they are members, and administrators."""
    return viewer.is_animator or is_administrator(person)
