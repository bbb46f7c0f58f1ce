"""What is said of a former version: by who asks to have it blanked, and who does not."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.threads.forms import TypedTextField

_TOO_LONG = _("C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus.")


class AskToBlankForm(forms.Form):
    """Why a version is to be blanked."""

    reason = TypedTextField(
        label=_("Pourquoi l’effacer ?"),
        help_text=_("L’équipe d’animation le lira. Sans y redire ce qui doit disparaître."),
        max_length=300,
        error_messages={
            "required": _("Dites en quelques mots pourquoi."),
            "max_length": _TOO_LONG,
        },
    )


class RefuseToBlankForm(forms.Form):
    """Why it is not."""

    refusal = TypedTextField(
        label=_("Pourquoi ne pas l’effacer ?"),
        help_text=_("L’auteur du message le lira."),
        max_length=300,
        error_messages={
            "required": _("Dites en quelques mots pourquoi."),
            "max_length": _TOO_LONG,
        },
    )
