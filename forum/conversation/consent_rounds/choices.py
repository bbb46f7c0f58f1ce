"""What is chosen in consent rounds: who votes, what they say, what comes of it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    """What is done in a round; positions are taken in the last."""

    CLARIFY = "clarify", _("Éclaircir : les questions d’abord, dans le fil")
    REACT = "react", _("Réagir : chacun dit ce qu’il en pense, dans le fil")
    DECIDE = "decide", _("Se prononcer : chacun donne sa position")


class PositionKind(TextChoices):
    """What a voter says of the proposal."""

    CONSENT = "consent", _("Consentement : ce texte convient, ou l’on fera avec")
    RESERVE = "reserve", _("Réserve : oui, en disant ce qui inquiète")
    OBJECTION = (
        "objection",
        _("Objection : non, il empêcherait d’agir, et voici pourquoi"),
    )
    ABSTAIN = "abstain", _("Abstention : ni oui ni non, les autres décident")


class RoundOutcome(TextChoices):
    """What came of a round."""

    ADOPTED = "adopted", _("Adoptée")
    RESERVES = "reserves", _("Adoptée avec réserves")
    NOT_ADOPTED = "not_adopted", _("Non adoptée")


#: The kinds of positions that say why, each with what is told where it does not.
MISSING_REASONS = {
    PositionKind.RESERVE: _("Une réserve dit ce qui inquiète ; sinon, c’est un consentement."),
    PositionKind.OBJECTION: _(
        "Une objection dit pourquoi : sans raison, elle ne se traite pas."
    ),
}
#: What a kind of positions is called in tables.
KIND_NAMES = {
    PositionKind.CONSENT: _("consentement"),
    PositionKind.RESERVE: _("réserve"),
    PositionKind.OBJECTION: _("objection"),
    PositionKind.ABSTAIN: _("abstention"),
}


def counted(voters: int, kinds: list[str]) -> list[tuple[str, int]]:
    """``(name, how many)`` of those of ``kinds`` there are, and of ``voters`` without one."""
    rows = [(str(name), kinds.count(kind)) for kind, name in KIND_NAMES.items()]
    rows.append((str(_("sans réponse")), voters - len(kinds)))
    return [(name, number) for name, number in rows if number]
