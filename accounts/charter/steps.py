"""The steps of joining the network: what is done, what comes next, who decides, by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.dates import date_format
from accounts.charter import status

if TYPE_CHECKING:
    from accounts.charter.status import CharterStatus
    from accounts.organisations.models import Seat


DONE, CURRENT, AHEAD = "done", "current", "ahead"
#: States in which somebody is on the way in, or has just arrived.
_JOINING = {status.GUEST, status.UNSIGNED, status.UNADMITTED, status.SIGNED}


@dataclass(frozen=True)
class Step:
    """One step: ``name`` in two words, ``text`` says who does or decides it, and by when."""

    name: str
    label: str
    state: str
    text: str


def joining_steps(charter_status: CharterStatus) -> tuple[Step, ...]:
    """The steps of a person with this CharterStatus, in order.

    None for who has been in and signs anew, or is suspended: the status says that better.
    What opens, and when, depends on FORUM_ADMISSION.
    """
    if charter_status.state not in _JOINING:
        return ()
    steps = [_account_step(charter_status), _charter_step(charter_status)]
    if settings.FORUM_ADMISSION == "sponsored":
        steps.append(_sponsors_step(charter_status))
    return (*steps, _seat_step(charter_status), _spaces_step(charter_status))


def joining_context(charter_status: CharterStatus) -> dict[str, Any]:
    """What pages show of it: the status and the steps."""
    return {"charter_status": charter_status, "steps": joining_steps(charter_status)}


def _account_step(charter_status: CharterStatus) -> Step:
    if charter_status.state == status.GUEST:
        words = _(
            "Vous donnez votre nom, votre adresse et un mot de passe ; un code reçu par "
            "courriel confirme l’adresse."
        )
        return Step(_("Votre compte"), _("Votre compte"), CURRENT, words)
    return Step(_("Votre compte"), _("Votre compte"), DONE, _("Il est ouvert."))


def _charter_step(charter_status: CharterStatus) -> Step:
    name = _("La charte")
    label = _("La charte, signée pour votre organisation")
    if charter_status.signatures:
        first = charter_status.signatures[-1]
        words = _("Signée le %(day)s au nom de « %(name)s ».")
        values = {"day": _day(first.signed_at), "name": first.organisation.name}
        return Step(name, label, DONE, words % values)
    if charter_status.state == status.GUEST:
        words = _("Vous la signez, ou son représentant légal par un lien que vous préparez.")
        return Step(name, label, AHEAD, words)
    return Step(name, label, CURRENT, _charter_words(charter_status))


def _charter_words(charter_status: CharterStatus) -> str:
    """Whose turn it is, for someone who has not signed."""
    if given := charter_status.request_to_join:
        words = _("%(who)s a signé pour « %(name)s ». À vous de contresigner, sans délai fixé.")
        return words % {"who": given.full_name, "name": given.organisation_name}
    if not (asked := charter_status.unsigned_requests):
        return _(
            "À vous : signez, ou préparez la signature du représentant légal. Aucun délai "
            "n’est fixé ; s’il faut une délibération, prenez le temps qu’elle demande."
        )
    newest = asked[0]
    words = (
        _("À %(who)s de signer avant le %(day)s, par le lien reçu. Ensuite, à vous.")
        if newest.is_open
        else _("Le lien envoyé à %(who)s a expiré le %(day)s : renvoyez-le.")
    )
    return words % {"who": newest.full_name, "day": _day(newest.expires_at)}


def _sponsors_step(charter_status: CharterStatus) -> Step:
    name = _("Vos parrains")
    label = _("Deux parrains, si votre organisation est nouvelle")
    waiting = _unsponsored(charter_status)
    if waiting:
        words = _(
            "Deux organisations membres doivent présenter « %(name)s », qui en a %(n)d sur "
            "deux. Aucun délai n’est fixé."
        )
        seat = waiting[0]
        values = {"name": seat.organisation.name, "n": seat.sponsors}
        return Step(name, label, CURRENT, words % values)
    if charter_status.signatures:
        return Step(name, label, DONE, _("Votre organisation est admise."))
    return Step(
        name, label, AHEAD, _("Deux organisations membres en décident, après la signature.")
    )


def _seat_step(charter_status: CharterStatus) -> Step:
    name = _("Votre siège")
    label = _("Votre siège, confirmé")
    waiting = charter_status.unconfirmed_seats
    if charter_status.is_member and not waiting:
        return Step(name, label, DONE, _("Il l’est."))
    if waiting:
        seat = waiting[0]
        words = (
            _(
                "Le contact de « %(name)s » ou l’équipe d’animation confirme votre siège, "
                "demandé le %(day)s. Aucun délai n’est fixé ; votre boîte de réception le dira."
            )
            if seat.has_contact
            else _(
                "L’équipe d’animation confirme votre siège pour « %(name)s », demandé le "
                "%(day)s. Aucun délai n’est fixé ; votre boîte de réception le dira."
            )
        )
        if seat.organisation.waits_for_first_seat:
            appears = _("Votre organisation paraîtra alors dans le registre et l’annuaire.")
            words = f"{words} {appears}"
        values = {"name": seat.organisation.name, "day": _day(seat.started_at)}
        state = AHEAD if _unsponsored(charter_status) else CURRENT
        return Step(name, label, state, words % values)
    words = (
        _("Personne n’en décide : il l’est dès votre signature.")
        if settings.FORUM_ADMISSION == "open"
        else _(
            "Le contact de votre organisation ou l’équipe d’animation le confirme, après la "
            "signature. Une adresse d’un domaine que l’organisation a fait vérifier suffit "
            "aussi."
        )
    )
    return Step(name, label, AHEAD, words)


def _spaces_step(charter_status: CharterStatus) -> Step:
    name = _("Vos espaces")
    label = _("Les espaces du réseau et celui de votre collège, à lire et à écrire")
    if charter_status.is_member:
        return Step(name, label, DONE, _("Ils vous sont ouverts."))
    if charter_status.state == status.SIGNED:
        words = _(
            "Ils s’ouvriront dès que votre siège sera confirmé. D’ici là, vous lisez la place "
            "publique et vous y écrivez, en votre nom."
        )
        return Step(name, label, AHEAD, words)
    return Step(name, label, AHEAD, _("Ils s’ouvrent dès que votre siège est confirmé."))


def _unsponsored(charter_status: CharterStatus) -> list[Seat]:
    return [seat for seat in charter_status.seats if seat.organisation.waits_for_sponsors]


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")
