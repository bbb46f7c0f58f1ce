"""The forms of reports: making one, dismissing it, and having that looked at again."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from accounts.base.forms import AddressField
from forum.conversation.threads.forms import idempotency_key_field
from forum.moderation.measures.models import ModerationReason
from forum.moderation.reports.models import MAX_TEXT

#: The value of ``reason`` for one in the reporter's own words.
OTHER = "other"
#: The reasons that are shown at once, the others on request: those of everyday life.
_COMMON_REASONS = ("insult", "personal-data", "off-topic", "charter")
#: The reason for which nobody must say who they are (DSA, article 16, 2 c).
ANONYMOUS_REASON = "child-abuse"
_TOO_LONG = _("Gardez %(limit_value)d caractères ; il y en a %(show_value)d.")


class ReportForm(forms.Form):
    """What is reported, where, and why.

    ``is_known``: whether the reporter is signed in. Who is not says who they are, unless they
    report the sexual abuse of a child; and why in their own words.
    """

    idempotency_key = idempotency_key_field()
    reason = forms.ChoiceField(
        label=_("Que reprochez-vous à ce contenu ?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez la raison la plus proche."),
            "invalid_choice": _("Choisissez l’une des raisons proposées."),
        },
    )
    text = forms.CharField(
        label=_("Expliquez"),
        required=False,
        max_length=MAX_TEXT,
        help_text=_("Ce qui est en cause, mot pour mot s’il le faut, et pourquoi."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _TOO_LONG},
    )
    address = forms.CharField(
        label=_("Adresse exacte de la page"),
        max_length=500,
        help_text=_("Telle que le navigateur l’affiche, ou le lien « nº » du message."),
        error_messages={
            "required": _("Donnez l’adresse de la page où se trouve ce contenu."),
            "max_length": _TOO_LONG,
        },
    )
    reporter_name = forms.CharField(
        label=_("Votre nom"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": _TOO_LONG},
    )
    reporter_email = AddressField(
        label=_("Votre adresse électronique"),
        required=False,
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Écrivez une adresse, comme nom@exemple.fr.")},
    )
    is_in_good_faith = forms.BooleanField(
        label=_("Je pense de bonne foi que ce que j’écris ici est exact et complet."),
        error_messages={"required": _("Cochez cette case : la loi demande cette déclaration.")},
    )

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_known = is_known
        reasons = [(reason.slug, str(reason)) for reason in ModerationReason.objects.all()]
        self.fields["reason"].choices = [*reasons, (OTHER, _("Autre raison"))]  # type: ignore[attr-defined]
        if is_known:
            for name in ("reporter_name", "reporter_email", "is_in_good_faith"):
                del self.fields[name]

    @property
    def common_reasons(self) -> list[BoundWidget]:
        """The boxes of the reasons that are shown at once."""
        return [it for it in self["reason"] if it.data["value"] in _COMMON_REASONS]

    @property
    def other_reasons(self) -> list[BoundWidget]:
        """Those of the others."""
        return [it for it in self["reason"] if it.data["value"] not in _COMMON_REASONS]

    @property
    def is_other_reason(self) -> bool:
        """Whether one of the others is chosen."""
        return (self["reason"].value() or "") not in ("", *_COMMON_REASONS)

    def clean(self) -> dict[str, Any]:
        """Ask for the reporter's own words and who they are, where they are needed."""
        super().clean()
        values = self.cleaned_data
        reason = values.get("reason")
        if "text" in values and not values["text"] and (reason == OTHER or not self.is_known):
            self.add_error("text", _("Dites ce qui est en cause, et pourquoi."))
        if not self.is_known and reason != ANONYMOUS_REASON:
            self._require_identity(values)
        return values

    def report_values(self) -> dict[str, Any]:
        """The values that ``make_report`` takes besides the address, once the form is valid."""
        values = {name: self.cleaned_data.get(name, "") for name in self.fields}
        del values["address"]
        reason = ModerationReason.objects.filter(slug=values["reason"]).first()
        return values | {"reason": reason, "is_in_good_faith": True}

    def _require_identity(self, values: dict[str, Any]) -> None:
        if not values.get("reporter_name"):
            self.add_error("reporter_name", _("Écrivez votre nom : la loi le demande."))
        if "reporter_email" in values and not values["reporter_email"]:
            words = _("Écrivez votre adresse : nous vous y répondons.")
            self.add_error("reporter_email", words)


class DismissalForm(forms.Form):
    """Why no measure is taken, as the reporters read it; or what was done without one."""

    answer = forms.CharField(
        label=_("Réponse, que lira la personne qui a signalé"),
        max_length=MAX_TEXT,
        help_text=_("Pourquoi ce contenu reste. Ne nommez personne."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _(
                "Dites pourquoi ce contenu reste : la loi demande une réponse motivée."
            ),
            "max_length": _TOO_LONG,
        },
    )
    is_remedied = forms.BooleanField(
        label=_("Ce qui est signalé a changé : déplacé, renommé, corrigé ou supprimé."),
        help_text=_("Dites alors ce qui a été fait : ce n’est pas sans suite."),
        required=False,
    )
    last_pk = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)


class SecondReadingForm(forms.Form):
    """Why a report is to be read again, by another animator."""

    text = forms.CharField(
        label=_("Pourquoi cette décision ne vous convient pas"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Dites ce que la décision n’a pas vu."),
            "max_length": _TOO_LONG,
        },
    )
