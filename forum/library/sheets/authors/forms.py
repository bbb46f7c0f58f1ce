"""The form that names a person of the directory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.library.sheets.authors.queries import people_named


class NamePersonForm(forms.Form):
    """A person by their name; ``person`` is its answer, ``suggestions`` whom it may mean."""

    name = forms.CharField(
        label=_("Son nom"),
        max_length=120,
        help_text=_("Quelqu’un de l’annuaire, de toute organisation."),
        error_messages={
            "required": _("Écrivez le nom d’une personne de l’annuaire."),
            "max_length": _("C’est trop long : %(limit_value)d caractères au plus."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    person = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    suggestions: list[User] = []

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean(self) -> dict[str, Any]:
        """Find whom the name means; ask where it is several, or nobody."""
        super().clean()
        data = self.cleaned_data
        if not (name := data.get("name")):
            return data
        self.suggestions = people_named(self.viewer, name)
        chosen = [person for person in self.suggestions if str(person.pk) == data.get("person")]
        matches = chosen or self.suggestions
        data["person"] = matches[0] if len(matches) == 1 else None
        if not matches:
            self.add_error("name", _("Personne de ce nom dans l’annuaire."))
        elif len(matches) > 1:
            self.add_error("name", _("Lequel est-ce ? Choisissez ci-dessous."))
        return data
