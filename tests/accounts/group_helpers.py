"""Who is in a group."""

from accounts.viewers.viewers import viewer_of_person


def is_in(person, group):
    return group.pk in viewer_of_person(person).group_ids
