"""The forms of a consent round: its proposal, another text, a position, its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import date_format
from accounts.base.forms import field_of
from forum.conversation.consent_rounds.choices import (
    MISSING_REASONS,
    Phase,
    PositionKind,
    RoundOutcome,
)
from forum.conversation.consent_rounds.models import (
    MAX_REASON_LENGTH,
    MAX_TEXT_LENGTH,
    MAX_TITLE_LENGTH,
    RoundPosition,
    RoundVoter,
)
from forum.conversation.consent_rounds.queries import Decision
from forum.conversation.consultations.forms import (
    CHOSEN,
    TOO_LONG,
    last_day_field,
    quorum_field,
    voter_field,
    voter_kind_field,
)
from forum.conversation.consultations.models import VoterKind
from forum.conversation.threads.forms import (
    TitleField,
    TypedTextField,
    reason_field,
    shown_readers_field,
)


def _text_field(
    label: Any, required: Any, help_text: Any = "", rows: int = 10
) -> TypedTextField:
    return TypedTextField(
        label=label,
        help_text=help_text,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required, "max_length": TOO_LONG},
    )


class RoundForm(forms.Form):
    """A proposal, whose voters it asks, and until when."""

    title = TitleField(
        label=_("La proposition en une ligne"),
        max_length=MAX_TITLE_LENGTH,
        error_messages={
            "required": _("Dites ce que vous proposez."), "max_length": TOO_LONG
        },
    )  # fmt: skip
    text = _text_field(
        _("Le texte proposé"),
        _("Écrivez le texte que vous proposez."),
        _("Vous pourrez l’amender : chacun se prononce alors à nouveau."),
    )
    phase = forms.ChoiceField(
        label=_("Commencer par"),
        help_text=_("Trois étapes : un bouton mène à la suivante, quand le groupe est prêt."),
        choices=Phase.choices,
        widget=forms.RadioSelect,
        error_messages=CHOSEN,
    )
    voter_kind = voter_kind_field(VoterKind.choices)
    closes_on = last_day_field(
        _("Le tour est clos à la fin de ce jour, même si tous n’ont pas répondu."),
        days_ahead=1,
        required=_("Dites jusqu’à quel jour on se prononce."),
    )
    quorum = quorum_field()
    shown_readers = shown_readers_field()


class AmendForm(forms.Form):
    """Another text of a proposal, why, and the version that its author read."""

    reason = reason_field(
        _("Ce qui change, et pourquoi"),
        max_length=MAX_REASON_LENGTH,
        required=_("Dites pourquoi : chacun est invité à se prononcer à nouveau."),
        rows=3,
    )
    text = _text_field(_("Le nouveau texte"), _("Écrivez le texte que vous proposez."))
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    shown_readers = shown_readers_field()


class PositionForm(forms.Form):
    """What one says of a proposal, as which voter, and which version one read."""

    kind = forms.ChoiceField(
        label=_("Votre position"),
        choices=PositionKind.choices,
        widget=forms.RadioSelect,
        error_messages=CHOSEN,
    )
    reason = reason_field(
        _("Pourquoi"),
        max_length=MAX_REASON_LENGTH,
        help_text=_("Qui lit ce fil le lira, avec votre nom."),
        rows=3,
    )
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, voters: Sequence[RoundVoter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voter"] = voter_field(voters)

    def clean(self) -> dict[str, Any]:
        """The fields, where a reserve and an objection say why."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("reason") and cleaned.get("kind") in MISSING_REASONS:
            self.add_error("reason", MISSING_REASONS[cleaned["kind"]])
        return cleaned


class OutcomeForm(forms.Form):
    """What came of a round, and what becomes of each objection."""

    outcome = forms.ChoiceField(
        label=_("La proposition est"),
        choices=RoundOutcome.choices,
        widget=forms.RadioSelect,
        error_messages=CHOSEN,
    )
    text = _text_field(
        _("Ce qui est décidé"), _("Dites ce qui est décidé, et ce qui vient ensuite."), rows=5
    )

    changes = forms.TypedChoiceField(
        label=_("Décision qu’elle change"),
        help_text=_("Sa page dira qu’une autre l’a changée, à qui peut lire les deux."),
        empty_value=None,
        required=False,
        error_messages=CHOSEN,
    )

    def __init__(
        self,
        *args: Any,
        objections: Sequence[RoundPosition],
        decisions: Sequence[Decision],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = field_of(self, "changes", forms.TypedChoiceField)
        field.choices = [("", _("Aucune"))]
        field.choices += [(one.form_value, _dated(one)) for one in decisions]
        by_value = {one.form_value: one.it for one in decisions}
        field.coerce = by_value.__getitem__
        if not decisions:
            del self.fields["changes"]
        for it in objections:
            label = _("Suite donnée à l’objection : %(who)s") % {"who": it.voter}
            self.fields[f"treatment_{it.pk}"] = reason_field(
                label,
                max_length=MAX_REASON_LENGTH,
                help_text=it.reason,
                required=_("Dites ce que devient cette objection."),
                rows=3,
            )

    def clean(self) -> dict[str, Any]:
        """The fields, where only what is adopted changes another decision."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == RoundOutcome.NOT_ADOPTED and cleaned.get("changes"):
            self.add_error("changes", _("Une proposition non adoptée ne change rien."))
        return cleaned


def _dated(one: Decision) -> str:
    return f"{one.it} ({date_format(timezone.localtime(one.decided_at), 'j F Y')})"
