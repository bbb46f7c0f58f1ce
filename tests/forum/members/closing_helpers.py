"""Closing accounts, and deciding about the names that stay in others' words."""

from accounts.closing.actions import ask_to_close
from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.members.closing.actions import close_account
from forum.members.closing.names.actions import decide
from forum.members.closing.names.models import NamePassage, NameRemoval


def close(person):
    """Close the account of ``person`` now, and return their row as it is then."""
    ask_to_close(person, days=0)
    assert close_account(person)
    return User.objects.get(pk=person.pk)


def waiting_for(animator):
    """The passages that wait for ``animator``."""
    seen = NamePassage.objects.visible_to(viewer_of_person(animator))
    return list(seen.filter(replaced_at=None).order_by("pk"))


def replace_all(animator):
    """Have ``animator`` replace the name in all passages that they read; return how many."""
    pks = [one.pk for one in waiting_for(animator)]
    viewer = viewer_of_person(animator)
    return sum(decide(one, viewer, pks, pks) for one in list(NameRemoval.objects.all()))
