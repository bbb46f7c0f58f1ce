"""The forms that pass a question on, and that say that it is not for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import field_of
from accounts.viewers.viewers import Viewer
from forum.conversation.addressees.models import (
    MAX_WORDS_LENGTH,
    DeclineReason,
    ThreadAddressee,
)
from forum.conversation.addressees.referrals.queries import (
    MAX_COLLEAGUES,
    colleague,
    colleague_seats,
    organisation_named,
    similar_names,
)
from forum.conversation.threads.forms import TypedTextField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _words_field(label: _StrPromise, help_text: _StrPromise) -> TypedTextField:
    """A line that is typed; what stands in it is one line of words."""
    return TypedTextField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=MAX_WORDS_LENGTH,
        error_messages={
            "max_length": _(
                "C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus."
            )
        },
    )


class PassOnForm(forms.Form):
    """To whom a question goes, ``to``: a colleague, or another organisation."""

    colleague = forms.TypedChoiceField(
        label=_("À quelqu’un de chez vous"), required=False, coerce=int, empty_value=None
    )
    organisation = forms.CharField(
        label=_("Ou à une autre organisation"),
        required=False,
        max_length=160,
        help_text=_("Son nom, comme dans l’annuaire."),
    )
    word = _words_field(
        _("Un mot pour eux"), _("Ils le liront seuls, dans leur boîte de réception.")
    )

    def __init__(
        self, *args: Any, viewer: Viewer, question: ThreadAddressee, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.question = viewer, question
        seats = colleague_seats(viewer, question)[:MAX_COLLEAGUES]
        choices = [(it.pk, f"{it.person.full_name} ({it.organisation.name})") for it in seats]
        field_of(self, "colleague", forms.TypedChoiceField).choices = [("", "—"), *choices]

    def clean_word(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["word"].split())

    def clean(self) -> dict[str, Any]:
        """Find who is named: one of the two."""
        cleaned = self.cleaned_data
        seat_id, name = cleaned.get("colleague"), cleaned.get("organisation", "")
        if self.errors:
            return cleaned
        if bool(seat_id) == bool(name):
            raise forms.ValidationError(
                _("Choisissez quelqu’un de chez vous, ou une organisation.")
            )
        if seat_id:
            cleaned["to"] = colleague(self.viewer, self.question, seat_id)
        else:
            cleaned["to"] = organisation_named(self.viewer, name)
            if cleaned["to"] is None:
                self.add_error("organisation", _unknown_reason(self.viewer, name))
        return cleaned


def _unknown_reason(viewer: Viewer, name: str) -> str | _StrPromise:
    if similar := similar_names(viewer, name):
        words = _("Écrivez le nom entier. Est-ce l’un de ceux-ci ? %(names)s")
        return words % {"names": " · ".join(similar)}
    return _("Aucune autre organisation du réseau ne porte ce nom.")


class DeclineForm(forms.Form):
    """Why a question is not for one: a reason, words, both or neither."""

    reason = forms.ChoiceField(
        label=_("Pourquoi"),
        choices=[("", _("sans raison particulière")), *DeclineReason.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    words = _words_field(_("En quelques mots"), _("Tous ceux qui lisent le fil les liront."))

    def clean_words(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["words"].split())
