"""Writing one's card. Lock, ask, write."""

from django.db import transaction

from accounts.cards.models import Card
from accounts.locks import locked
from accounts.people.models import User


@transaction.atomic(durable=True)
def write_card(person, **chosen):
    """Keep what ``person`` chose to say and to show; return the card.

    One's own, always: there is nothing to ask. A second press writes the same again.
    """
    person = locked(User, person.pk)
    card, _new = Card.objects.update_or_create(person=person, defaults=chosen)
    return card
