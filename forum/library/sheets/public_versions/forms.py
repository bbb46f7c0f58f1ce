"""The form that proposes a sheet to the public, and that by which an author answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.base.licences import PUBLIC_LICENCES, Licence
from forum.conversation.threads.forms import TypedTextField, reason_field
from forum.library.sheets.public_versions.consents.models import ShownName
from forum.library.sheets.public_versions.models import MAX_SUMMARY_LENGTH
from forum.library.sheets.public_versions.snapshot import Proposal


class ProposeVersionForm(forms.Form):
    """What stands beside the sheet as the public reads it."""

    summary = TypedTextField(
        label=_("En bref, pour des élus"),
        max_length=MAX_SUMMARY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "En mots simples, 800 caractères au plus : ce qui a été fait, ce que cela a coûté "
            "et donné, ce qu’il faut savoir avant de s’y mettre. On le lira en premier."
        ),
        error_messages={
            "required": _("Écrivez ce qu’un élu doit savoir, en quelques phrases."),
            "max_length": _(
                "C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus."
            ),
        },
    )
    licence = forms.ChoiceField(
        label=_("Licence"),
        choices=[(choice.value, choice.label) for choice in PUBLIC_LICENCES],
        widget=forms.RadioSelect,
        initial=Licence.ETALAB,
        help_text=_(
            "Toutes deux permettent de reprendre la fiche en citant la source. CC BY-SA "
            "demande que ce qu’on en fait soit partagé de même."
        ),
        error_messages={
            "required": _("Choisissez une licence."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    with_contacts = forms.BooleanField(
        label=_("Montrer aussi la partie « Qui contacter »"),
        required=False,
        help_text=_("Elle nomme des personnes : assurez-vous de leur accord."),
    )

    def proposal(self) -> Proposal:
        """The proposal of the form, which is valid."""
        data = self.cleaned_data
        return Proposal(data["summary"].strip(), data["licence"], data["with_contacts"])


class ConsentForm(forms.Form):
    """How an author is named, what they take out, and what they would have changed."""

    shown_name = forms.ChoiceField(
        label=_("La page me nomme par"),
        choices=ShownName,
        widget=forms.RadioSelect,
        initial=ShownName.NAME,
        error_messages={
            "required": _("Choisissez l’une des réponses proposées."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    without_prices = forms.BooleanField(
        label=_("Retirer les prix : tous les chiffres en euros"),
        required=False,
        help_text=_(
            "Ils seront retirés pour tous. Les montants écrits dans le texte y restent : "
            "demandez de les changer, ci-dessous."
        ),
    )
    remark = reason_field(
        _("Ce qu’il faudrait changer"),
        max_length=1000,
        rows=3,
        help_text=_("Les auteurs de la fiche, et qui la propose, liront ces mots."),
    )
