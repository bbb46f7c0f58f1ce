"""Who may open a college's room."""


def may_open(viewer, person):
    """Animators, while they are members, and administrators."""
    return viewer.is_animator or is_administrator(person)


def is_administrator(person):
    """Whether ``person`` administers the site, with an account that stands."""
    return person.is_active and person.is_superuser and not person.suspended_at
