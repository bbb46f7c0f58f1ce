"""What is said of a former version: by who asks to have it blanked, and who does not."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.conversation.threads.forms import reason_field

_REQUIRED = _("Dites en quelques mots pourquoi.")


class AskToBlankForm(forms.Form):
    """Why a version is to be blanked."""

    reason = reason_field(
        _("Pourquoi l’effacer ?"),
        required=_REQUIRED,
        help_text=_("L’équipe d’animation le lira. Sans y redire ce qui doit disparaître."),
    )


class RefuseToBlankForm(forms.Form):
    """Why it is not."""

    refusal = reason_field(
        _("Pourquoi ne pas l’effacer ?"),
        required=_REQUIRED,
        help_text=_("L’auteur du message le lira."),
    )
