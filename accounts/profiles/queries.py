"""TODO."""

from django.db.models import Q

from accounts.profiles.models import Profile


def listed(prefix=""):
    """The condition that a person has not opted out of the directory.

    Who has no card has not. ``prefix`` is the path to the person, such as ``person__``.
    """
    return Q((f"{prefix}profile", None)) | Q((f"{prefix}profile__is_listed", True))


def profile_of(person):
    """The card of ``person``, as chosen or as it is by default."""
    return Profile.objects.filter(person=person).first() or Profile(person=person)
