"""The forms of appeals."""

from django import forms
from django.utils.translation import gettext_lazy as _

_LENGTH = 4000


class AppealForm(forms.Form):
    """What someone says against a measure."""

    text = forms.CharField(
        label=_("Pourquoi cette mesure vous paraît injuste"),
        help_text=_("Un autre membre de l’équipe que celui qui l’a prise vous répondra."),
        max_length=_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Dites pourquoi, même en quelques mots.")},
    )


class DecideAppealForm(forms.Form):
    """Whether an appeal is granted, and why."""

    is_granted = forms.TypedChoiceField(
        label=_("Votre décision"),
        coerce=lambda value: value == "1",
        choices=(("1", _("Lever la mesure")), ("0", _("La maintenir"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez.")},
    )
    answer = forms.CharField(
        label=_("Votre réponse, que la personne lira"),
        max_length=_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Dites-lui pourquoi.")},
    )
