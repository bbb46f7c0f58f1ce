"""The form by which animators edit an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.mail import site_address
from accounts.base.parsing import parse_natural_number
from accounts.base.text import one_line
from accounts.models import Organisation
from accounts.viewers.viewers import Viewer
from forum.base.rules import is_read_only
from forum.conversation.threads.forms import TypedTextField
from forum.conversation.threads.models import Thread
from forum.conversation.threads.thread_field import thread_id_at
from forum.library.newsletter.actions import AddedItem, IssueEdit, Publication
from forum.library.newsletter.models import MAX_INTRODUCTION, MAX_NOTE, MAX_WORDS
from forum.library.newsletter.queries import MAX_ITEMS
from forum.library.tools.models import Tool, ToolVersion

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _text_field(
    label: _StrPromise | str = "", length: int = MAX_NOTE, **about: Any
) -> TypedTextField:
    too_long = gettext_lazy(
        "C’est trop long\u00a0: %(show_value)d caractères, pour %(limit_value)d au plus."
    )
    errors = {"max_length": too_long}
    return TypedTextField(
        label=label, required=False, max_length=length, error_messages=errors, **about
    )


#: One note for each place of an item; named by place, so that they are saved as forms are.
_NotesForm = type(
    "_NotesForm",
    (forms.Form,),
    {f"note_{n}": _text_field(gettext_lazy("Votre ligne")) for n in range(MAX_ITEMS)},
)


# A class that is made by a call is no type to mypy.
class IssueForm(_NotesForm):  # type: ignore[valid-type, misc]
    """What an animator writes of an issue; ``items``: the ids of those that they were shown."""

    introduction = _text_field(
        gettext_lazy("Introduction"),
        MAX_INTRODUCTION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Quelques lignes, lues par tous les membres du réseau."),
    )
    address = _text_field(
        gettext_lazy("Adresse"),
        500,
        help_text=gettext_lazy(
            "D’un fil, d’un outil ou d’une organisation, comme le navigateur la montre, ou "
            "d’une page d’ailleurs."
        ),
    )
    words = _text_field(
        gettext_lazy("Mots du lien"),
        MAX_WORDS,
        help_text=gettext_lazy("Pour une page d’ailleurs seulement\u00a0: ce qu’elle est."),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    items = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, host: str, **kwargs: Any) -> None:
        """``host``: that by which ``viewer`` reached the site."""
        super().__init__(*args, **kwargs)
        self._viewer, self._host = viewer, host

    def note_fields(self) -> list[tuple[int, forms.BoundField]]:
        """``(item id, field)`` of each item that the form was shown with, in order."""
        typed = str(self["items"].value() or "").split(",")
        pks = [pk for pk in map(parse_natural_number, typed) if pk]
        return [(pk, self[f"note_{n}"]) for n, pk in enumerate(pks[:MAX_ITEMS])]

    def clean(self) -> dict[str, Any]:
        """Find what the address names; its words are asked for where it leads elsewhere."""
        cleaned: dict[str, Any] = super().clean()
        address, words = cleaned.get("address", ""), one_line(cleaned.get("words", ""))
        if words and not address:
            self.add_error("address", _("Où ces mots mènent-ils\u202f?"))
        if address:
            try:
                cleaned["added"] = self._added(address, words)
            except ValidationError as error:
                self.add_error("words" if error.code == "required" else "address", error)
        return cleaned

    def edit(self, pressed: str) -> IssueEdit:
        """What was written, with the button that was ``pressed``, ``raise-12`` for example."""
        typed, (act, _dash, value) = self.cleaned_data, pressed.partition("-")
        notes = {pk: one_line(typed[field.name]) for pk, field in self.note_fields()}
        pk = parse_natural_number(value)
        publications = {it.value: it for it in Publication}
        return IssueEdit(
            version=typed["version"],
            introduction=typed["introduction"].replace("\r\n", "\n").strip(),
            notes=notes,
            added=typed.get("added"),
            raised=pk if act == "raise" else None,
            lowered=pk if act == "lower" else None,
            removed=pk if act == "remove" else None,
            publication=publications.get(value) if act == "publish" else None,
        )

    def _added(self, address: str, words: str) -> AddedItem:
        """What ``address`` names that the viewer sees, or a link with ``words``."""
        try:
            parts = urlsplit(address)
        except ValueError:
            raise ValidationError(_nothing_there()) from None
        own = "", self._host, urlsplit(site_address()).netloc
        if parts.netloc in own:
            return self._named(address, parts.path)
        URLValidator(["https", "http"], message=_("Cette adresse n’est pas entière."))(address)
        if not words:
            raise ValidationError(_("Dites ce que l’on y lit."), "required")
        return AddedItem(words=words, address=address)

    def _named(self, address: str, path: str) -> AddedItem:
        pk = thread_id_at(self._viewer, address, self._host)
        if pk is not None:
            threads = Thread.objects.visible_to(self._viewer).select_related("space")
            thread = threads.filter(pk=pk).first()
            if thread and not is_read_only(self._viewer, thread.space):
                return AddedItem(thread=thread)
        try:
            match = resolve(path)
        except Resolver404:
            raise ValidationError(_nothing_there()) from None
        if match.url_name in ("tool", "tool-short"):
            versions = ToolVersion.objects.visible_to(self._viewer)
            tools = Tool.objects.filter(
                pk__in=versions.filter(file__tool=match.kwargs["pk"]).values("file__tool")
            )
            if tool := tools.first():
                return AddedItem(tool=tool)
        if match.url_name == "organisation":
            organisations = Organisation.objects.in_network().filter(slug=match.kwargs["slug"])
            if organisation := organisations.first():
                return AddedItem(organisation=organisation)
        raise ValidationError(_nothing_there())


def _nothing_there() -> str:
    return _("Rien que vous lisez n’est à cette adresse.")
