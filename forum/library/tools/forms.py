"""The forms that offer tools, say what they are, publish versions and take tools out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.base.text import one_line
from accounts.territories.forms import TerritoryChoiceForm, initial_territory
from accounts.viewers.middleware import ViewerRequest
from accounts.viewers.viewers import Viewer
from forum.base.licences import Licence
from forum.base.spaces.models import Topic
from forum.conversation.files.sent_files import sent_files
from forum.conversation.threads.forms import (
    ReplyForm,
    TitleField,
    TypedTextField,
    reason_field,
    text_field,
)
from forum.conversation.threads.models import Post
from forum.library.tools.actions import ToolFacts
from forum.library.tools.models import ToolType, ToolVersion

_TOO_LONG = _("C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus.")
_CHOOSE = _("Choisissez l’une des réponses proposées.")


class ToolForm(TerritoryChoiceForm):
    """The form of a tool's description; ``facts`` is its answer."""

    title = TitleField(
        label=_("Titre"),
        min_length=4,
        max_length=120,
        help_text=_(
            "Ce que c’est, pour qui le cherche : « Cahier des charges d’une étude de réseau de "
            "chaleur »."
        ),
        error_messages={
            "required": _("Donnez un titre à cet outil."),
            "min_length": _("Ce titre est trop court pour qu’on comprenne de quoi il s’agit."),
            "max_length": _TOO_LONG,
        },
    )
    type = forms.ChoiceField(
        label=_("Nature"),
        choices=[("", _("Choisissez…")), *ToolType.choices],
        error_messages={"required": _("Dites ce que c’est."), "invalid_choice": _CHOOSE},
    )
    licence = forms.ChoiceField(
        label=_("Licence"),
        choices=[("", _("Choisissez…")), *Licence.choices],
        help_text=_("Ce que les autres ont le droit d’en faire."),
        error_messages={
            "required": _("Dites ce que les autres ont le droit d’en faire."),
            "invalid_choice": _CHOOSE,
        },
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Sujet"),
        to_field_name="slug",
        empty_label=None,
        error_messages={
            "required": _("Choisissez le sujet le plus proche."),
            "invalid_choice": _("Ce sujet n’existe pas ; choisissez dans la liste."),
        },
    )
    label = TypedTextField(
        label=_("Version"),
        required=False,
        max_length=40,
        help_text=_("Un numéro ou une date : « 2 », « mars 2026 »."),
        error_messages={"max_length": _TOO_LONG},
    )
    used_for = TypedTextField(
        label=_("À quoi il a servi"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Où, quand, avec quel résultat : ce qui dit à d’autres s’il leur convient."
        ),
        error_messages={
            "required": _("Dites en une phrase à quoi il a servi."),
            "max_length": _TOO_LONG,
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory_words"].label = _("Territoire")

    def clean(self) -> dict[str, Any]:
        """Find the territory, where one is named."""
        super().clean()
        data = self.cleaned_data
        data["title"] = one_line(data.get("title") or "")
        data["place"] = self.chosen_territory(data)
        return data

    @property
    def facts(self) -> ToolFacts:
        """The description of the tool, once the form is valid."""
        data = self.cleaned_data
        return ToolFacts(
            data["title"], data["type"], data["licence"], data["topic"], data["place"],
            one_line(data["label"]), data["used_for"],
        )  # fmt: skip


class NewVersionForm(ReplyForm, ToolForm):
    """A reply that publishes a version: its text says what changed, its file is the version."""

    text = text_field(_("Ce qui change"))
    # It is a field alone: Django takes it off the class, and ``files`` is what was sent.
    files = forms.FileField(label=_("Le fichier"), required=False)  # type: ignore[assignment]
    field_order = ["files", "text", "label", "title", "type", "licence", "topic"]

    def take_files(
        self, request: ViewerRequest, viewer: Viewer, post: Post | None = None, **about: Any
    ) -> None:
        """Take the one document that comes with the form, and its errors."""
        self.sent_files = sent = sent_files(request, viewer)
        for error in sent.errors:
            self.add_error("files", error)
        if not sent.errors and len(sent.attachments) != 1:
            self.add_error("files", _now("Choisissez le fichier de cette version : un seul."))
        elif any(attachment.file.is_image for attachment in sent.attachments):
            self.add_error("files", _now("Un outil est un document, non une image."))


class WithdrawToolForm(forms.Form):
    """Why a tool is taken out of the library; asked of animators, of other people's tools."""

    reason = reason_field(_("Motif"), required=_("Dites pourquoi : le journal le garde."))

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["reason"]


def initial_of(version: ToolVersion) -> dict[str, Any]:
    """The initial values of a form that edits what ``version`` is."""
    values = {name: getattr(version, name) for name in ("title", "type", "licence", "used_for")}
    named = initial_territory(version.territory)
    return values | named | {"topic": version.topic.slug, "label": version.label}
