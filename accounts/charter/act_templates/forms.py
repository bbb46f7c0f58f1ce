"""The form that fills in an act template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField
from accounts.charter.act_templates.documents import ActFacts

if TYPE_CHECKING:
    from accounts.charter.models import CharterVersion


class ActTemplateForm(forms.Form):
    """What is known of the act. Nothing is required, and what is not well formed stays blank.

    Its fields have the names of those of ``SignForm``, which posts to the same view, as does
    ``SigningRequestForm``.
    """

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        required=False,
        help_text=_("Son nom complet."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    typed_name = forms.CharField(
        label=_("Qui signera"),
        max_length=120,
        required=False,
        help_text=_("Prénom et nom."),
    )
    position = forms.CharField(
        label=_("Sa fonction"),
        max_length=120,
        required=False,
        help_text=_("Maire, présidente, directeur…"),
    )
    representative = forms.CharField(
        label=_("Qui donne pouvoir"),
        max_length=120,
        required=False,
        help_text=_("Le représentant légal, si vous préparez un pouvoir."),
    )
    authority_detail = forms.CharField(required=False, max_length=200)
    act_date = DayField(required=False)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        """Take who will sign from the field in which another form asks for it.

        ``signatory`` is whose account it is, who has not signed yet.
        """
        if data is not None and not data.get("typed_name"):
            name = data.get("full_name") or data.get("signatory", "")
            data = data.copy()
            data["typed_name"] = name
        super().__init__(data, **kwargs)

    def facts(self, version: CharterVersion) -> ActFacts:
        """The ActFacts of ``version``, with what is well formed of the rest."""
        self.is_valid()
        data: dict[str, Any] = {name: value or "" for name, value in self.cleaned_data.items()}
        day = act_date.strftime("%d/%m/%Y") if (act_date := data.get("act_date")) else ""
        return ActFacts(
            version,
            organisation=data.get("organisation", ""),
            name=data.get("typed_name", ""),
            position=data.get("position", ""),
            representative=data.get("representative", ""),
            reference=data.get("authority_detail", ""),
            day=day,
        )
