"""The form of a draft of the charter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField
from accounts.charter.drafts.models import DEFAULT_GRACE_DAYS
from accounts.charter.urls import reserved_names

if TYPE_CHECKING:
    from accounts.charter.drafts.models import CharterDraft
    from accounts.charter.models import CharterVersion


_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")
MAX_TEXT_LENGTH = 60_000
MAX_GRACE_DAYS = 365
_BEHIND = _(
    "Le texte français a changé, et sa traduction non. Mettez-la à jour, ou videz-la ; si "
    "elle convient telle quelle, enregistrez de nouveau."
)


class CharterDraftForm(forms.Form):
    """A draft's text, name, date of adoption, kind of change and days to sign."""

    name = forms.CharField(
        label=_("Nom de la version"),
        max_length=20,
        help_text=_("Par exemple 1.1 ou 2.0."),
        error_messages={"required": _("Donnez un nom à cette version, comme 2.0.")},
    )
    adopted_on = DayField(
        label=_("Adoptée le"),
        max_days_ahead=0,
        out_of_range=_("Cette date est à venir : une version se publie une fois adoptée."),
        error_messages={"required": _("Dites quand ce texte a été adopté.")},
    )
    text = forms.CharField(
        label=_("Le texte, en Markdown"),
        max_length=MAX_TEXT_LENGTH,
        strip=False,
        help_text=_(
            "Un titre commence par ##, un article par 1., 2., 3. ; **deux astérisques** "
            "mettent en gras. Une ligne vide sépare deux paragraphes."
        ),  # fmt: skip
        widget=forms.Textarea(attrs={"rows": 24, "lang": "fr"}),
        error_messages={"required": _("Écrivez le texte de la charte.")},
    )
    text_en = forms.CharField(
        label=_("Sa traduction en anglais, en Markdown"),
        max_length=MAX_TEXT_LENGTH,
        required=False,
        strip=False,
        help_text=_(
            "Pour information, à qui lit le site en anglais : on signe le texte français. "
            "Laissez vide si elle n’est pas à jour : il est alors montré à sa place."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "lang": "en"}),
    )
    nature = forms.ChoiceField(
        label=_("Nature du changement"),
        choices=[
            ("substantive", _("De fond : chaque membre signe de nouveau")),
            ("editorial", _("De forme : les signatures valent toujours")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si le changement est de fond ou de forme.")},
    )
    grace_days = forms.IntegerField(
        label=_("Délai pour signer, en jours"),
        min_value=1,
        max_value=MAX_GRACE_DAYS,
        required=False,
        help_text=_(
            "Pour un changement de fond. Ensuite les espaces des membres se ferment à "
            "qui n’a pas signé ; rien n’est supprimé."
        ),  # fmt: skip
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Écrivez un nombre de jours."),
            "min_value": _("Laissez au moins un jour pour signer."),
            "max_value": _("Laissez un an au plus pour signer."),
        },
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    keeps_translation = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, previous: CharterDraft | CharterVersion | None = None, **kwargs: Any
    ) -> None:
        """``previous`` is what the form began with, a draft or a version, if anything."""
        super().__init__(*args, **kwargs)
        self._previous = previous

    def clean_name(self) -> str:
        """The name. Raise ValidationError unless it fits the address of a version's page."""
        name = self.cleaned_data["name"].strip()
        if not _NAME.fullmatch(name) or name in reserved_names():
            raise forms.ValidationError(_("Des chiffres, des lettres, des points : 2.0."))
        text: str = name
        return text

    def clean_text(self) -> str:
        """The text with uniform line ends, so that its hash does not depend on the browser."""
        text = _with_uniform_line_ends(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text

    def clean_text_en(self) -> str:
        """The translation, likewise; empty where it has no words."""
        return _with_uniform_line_ends(self.cleaned_data["text_en"])

    def clean(self) -> dict[str, Any]:
        """Require ``grace_days`` of a substantive change."""
        super().clean()
        data = self.cleaned_data
        is_silent = data.get("grace_days") is None and "grace_days" not in self.errors
        if data.get("nature") == "substantive" and is_silent:
            self.add_error("grace_days", _("Dites combien de jours on a pour signer."))
        if self._translation_is_behind(data) and not data.get("keeps_translation"):
            self.add_error("text_en", _BEHIND)
            asked_once: Any = copy(self.data)
            asked_once["keeps_translation"] = "on"
            self.data = asked_once
        return data

    def _translation_is_behind(self, data: Mapping[str, Any]) -> bool:
        """Whether the French text has changed and its translation, if any, has not."""
        if not self._previous or not data.get("text_en") or "text" not in data:
            return False
        was, was_en = (
            _with_uniform_line_ends(text)
            for text in (self._previous.text, self._previous.text_en)
        )
        answer: bool = data["text"] != was and data["text_en"] == was_en
        return answer

    def values(self) -> dict[str, Any]:
        """The values that ``save_draft`` takes, once the form is valid."""
        data = self.cleaned_data
        names = ("name", "text", "text_en", "adopted_on")
        is_substantive = data["nature"] == "substantive"
        days = data["grace_days"] if is_substantive else 0
        values = {name: data[name] for name in names}
        return values | {"is_substantive": is_substantive, "grace_days": days}


def _with_uniform_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n") + "\n" if text.strip() else ""


def draft_initial(draft: CharterDraft) -> dict[str, Any]:
    """The initial values of the form for ``draft``."""
    nature = "substantive" if draft.is_substantive else "editorial"
    names = ("name", "text", "text_en", "adopted_on", "revision")
    values = {name: getattr(draft, name) for name in names} | {"nature": nature}
    return values | {"grace_days": draft.grace_days or DEFAULT_GRACE_DAYS}
