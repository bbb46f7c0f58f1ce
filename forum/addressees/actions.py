"""Putting a question to somebody."""

from accounts.base import compiled_queries
from forum.addressees.addressee import Addressee
from forum.addressees.models import ThreadAddressee
from forum.addressees.queries import refusal_of_space
from forum.follows.models import Follow
from forum.rules import Refused
from forum.threads.models import Thread


def put_to(thread: Thread, addressee: Addressee) -> None:
    """Put the new question ``thread`` to ``addressee``; a person follows it from then on.

    Part of the transaction that starts the thread. Raise Refused where the addressee does not
    read its space. The question itself counts as read in the follow: the inbox tells of it.
    """
    if reason := refusal_of_space(addressee, thread.space):
        raise Refused(reason)
    compiled_queries.insert(
        ThreadAddressee(
            thread=thread,
            person=addressee.person,
            seat=addressee.seat,
            organisation=addressee.organisation,
            territory=addressee.territory,
            asked_by_id=thread.author_id,
        )
    )
    if addressee.person:
        follow = Follow(
            person=addressee.person, thread=thread, last_read_number=thread.post_count
        )
        compiled_queries.insert(follow)


def carry_addressees(thread: Thread, into: Thread) -> None:
    """Put the question ``into``, if it was put to nobody, to whom ``thread`` was put to.

    Part of the transaction that merges ``thread`` into it.
    """
    if not into.addressees.exists():
        thread.addressees.update(thread=into)
