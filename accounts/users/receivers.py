"""What follows when someone signs in, verifies an address or sets up a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.constants import LoginStageKey
from allauth.account.models import EmailAddress
from allauth.account.stages import LoginStageController
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.factor_waits.actions import begin_wait, forget_wait
from accounts.users.actions import discard_sign_up, end_other_sessions
from accounts.users.known_browsers import note_sign_in
from accounts.users.second_factors import SECOND_FACTOR_TYPES, needs_second_factor

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.viewers.middleware import ViewerRequest


def on_email_confirmed(
    request: ViewerRequest, email_address: EmailAddress, **kwargs: Any
) -> None:
    """Discard a sign-up that another browser than the one that verifies it has made.

    Who signs up with the address of someone else never verifies it. When its owner enters
    later by a mailed code, the stranger's password must not work. In the browser of the
    sign-up itself, or of a sign-in with its password, whoever reads the mail knows it.
    """
    person = email_address.user
    stage = LoginStageController.enter(request, LoginStageKey.VERIFY_EMAIL.value)
    is_own = stage is not None and stage.login.user == person
    others = EmailAddress.objects.filter(user=person, verified=True).exclude(
        pk=email_address.pk
    )
    if is_own or request.user.is_authenticated or others.exists():
        return
    if person.has_usable_password():
        discard_sign_up(person)
        messages.warning(
            request,
            _(
                "Quelqu’un s’était inscrit avec votre adresse sans la confirmer. Son mot de "
                "passe et le nom écrit sont effacés : écrivez le vôtre dans « Mon compte »."
            ),
        )


def on_user_logged_in(
    request: ViewerRequest, response: HttpResponse, user: User, **kwargs: Any
) -> None:
    """Mail a person who signs in in a browser where they never did."""
    note_sign_in(request, response, user)


def on_second_factor_saved(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """End the sessions that were opened before it, but the one that set it up.

    They never proved it: one that was opened with a stolen password would else have the
    rights that wait for a second factor. With the first one these wait for a day; of who has
    none, it is not known to be theirs, whatever was confirmed of one before it.
    """
    if not created or instance.type not in SECOND_FACTOR_TYPES:
        return
    others = instance.user.authenticator_set.filter(type__in=SECOND_FACTOR_TYPES)
    if not others.exclude(pk=instance.pk).exists():
        begin = begin_wait if needs_second_factor(instance.user) else forget_wait
        begin(instance.user)
    request = context.request
    is_own = request is not None and request.user == instance.user
    end_other_sessions(instance.user, request.session if is_own else None)
