"""Beginning the wait of a second factor, ending it, and taking the factor away."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.base.exceptions import FieldRefusal
from accounts.base.locks import lock_row
from accounts.factor_waits.mail import mail_first_factor
from accounts.factor_waits.models import STOPPABLE, WAIT, FactorWait
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.users.actions import end_other_sessions
from accounts.users.models import User
from accounts.users.second_factors import has_unproved_factor


class NothingWaits(FieldRefusal):
    """The factor is not there, opens rights already, or was stopped."""


def begin_wait(person: User) -> FactorWait:
    """Delay the rights of ``person`` by ``WAIT``, and mail them how to stop it.

    Part of what adds the factor. A link that was mailed before stops nothing any more.
    """
    now = timezone.now()
    key = get_random_string(32)
    values = {"started_at": now, "opens_at": now + WAIT, "confirmed_by": None, "key": key}
    wait, _is_new = FactorWait.objects.update_or_create(person=person, defaults=values)
    mail_first_factor.enqueue(person.pk)  # It is written with what it is about.
    return wait


def forget_wait(person: User) -> None:
    """Delete that a factor of ``person`` was confirmed: the one they now have was not."""
    FactorWait.objects.filter(person=person).delete()


@transaction.atomic
def begin_wait_of_proved(person: User) -> None:
    """Delay the rights of ``person``, who has proved their address, as for a first factor.

    Nothing where their factor waits already, or opens their rights.
    """
    person = lock_row(User, person.pk)
    if has_unproved_factor(person):
        begin_wait(person)


@transaction.atomic(durable=True)
def confirm_factor(person_id: int, actor: User | None) -> FactorWait:
    """Open the rights of a person now: ``actor``, another animator, knows the factor is theirs.

    None: the operator does, even if the address was not proved. Raise NothingWaits where they
    wait no more.
    """
    person = lock_row(User, person_id)
    if actor is not None and actor.pk == person_id:
        raise NothingWaits(_("Une autre personne de l’équipe le confirme."))
    if actor is None and has_unproved_factor(person):
        begin_wait(person)
    waiting = FactorWait.objects.filter(person=person_id, opens_at__gt=timezone.now())
    if (wait := waiting.first()) is None:
        raise NothingWaits(_("Cette double protection n’attend plus."))
    wait.opens_at, wait.confirmed_by = timezone.now(), actor
    wait.save(update_fields=["opens_at", "confirmed_by"])
    actor_id = actor.pk if actor else None
    record_action(LoggedAction.CONFIRM_FACTOR, actor_id, person_id=person_id)
    return wait


def wait_of_key(key: str) -> FactorWait | None:
    """The wait whose mailed link has this ``key``, as long as it stops something."""
    since = timezone.now() - STOPPABLE
    rows = FactorWait.objects.select_related("person").filter(key=key, opens_at__gt=since)
    return rows.first()


@transaction.atomic(durable=True)
def stop_factor(key: str) -> User:
    """Take all second factors of whoever was mailed ``key`` away; return them.

    All their sessions end, and their password opens nothing any more: somebody knows it. They
    come in by a mailed code. Raise NothingWaits where the link is of before.
    """
    wait = wait_of_key(key)
    if wait is not None:
        person = lock_row(User, wait.pk)
        wait = wait_of_key(key)
    if wait is None:
        raise NothingWaits(_("Ce lien a déjà servi, ou il est trop ancien."))
    Authenticator.objects.filter(user=person).delete()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_other_sessions(person)
    wait.delete()
    record_action(LoggedAction.STOP_FACTOR, None, person_id=person.pk)
    return person
