"""The forms that write threads and posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.base.forms import NameField, field_of, hidden_field
from accounts.models import Seat
from accounts.viewers.viewers import Viewer
from forum.base import visibility
from forum.base.spaces.models import Space, Topic
from forum.conversation.addressees.addressee import Addressee
from forum.conversation.addressees.queries import busy_names, refusal_of_space
from forum.conversation.addressees.selection.forms import CriteriaForm, busy_reason
from forum.conversation.files.forms import PostForm
from forum.conversation.threads.kinds import ThreadKind
from forum.conversation.threads.posting_limits import MAX_TEXT_LENGTH
from forum.conversation.threads.thread_templates.queries import is_untouched

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


MAX_TAGS = 6
MAX_TAG_LENGTH = 40


class TypedTextField(forms.CharField):
    """A text that is too long is refused in words; a browser would cut it without any."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The attributes of the widget, without a maximal length for the browser."""
        attrs = super().widget_attrs(widget)
        return {name: value for name, value in attrs.items() if name != "maxlength"}


class TitleField(NameField, TypedTextField):
    """A title, on one line."""


def text_field(label: str | _StrPromise) -> TypedTextField:
    """A field for the Markdown text of a post."""
    return TypedTextField(
        label=label,
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Écrivez votre message avant de l’envoyer."),
            "max_length": _(
                "Votre message est trop long : %(show_value)d caractères, "
                "pour %(limit_value)d au plus. Partagez-le en plusieurs messages."
            ),
        },
    )


def reason_field(
    label: str | _StrPromise,
    *,
    max_length: int = 300,
    required: str | _StrPromise = "",
    help_text: str | _StrPromise = "",
    rows: int = 1,
) -> TypedTextField:
    """A text that says why; asked for where there are words for who leaves it empty."""
    return TypedTextField(
        widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput,
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=max_length,
        error_messages={
            "required": required,
            "max_length": _(
                "C’est trop long : %(show_value)d caractères, pour %(limit_value)d au plus."
            ),
        },
    )


def shown_readers_field() -> forms.CharField:
    """The hidden ``stamps`` of who reads, as forms show it (``forum/base/readership.py``)."""
    return hidden_field(max_length=20_000)


def idempotency_key_field() -> forms.UUIDField:
    """The hidden UUID of a form, new with each page: sending the form twice posts once."""
    message = _("Cette page ne peut plus servir : copiez votre texte, puis rechargez-la.")
    errors = {"required": message, "invalid": message}
    return forms.UUIDField(widget=forms.HiddenInput, error_messages=errors)


class SeatField(forms.TypedChoiceField):
    """The organisation the writer writes for: of ``seat_choices``."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Vous écrivez pour"),
            required=False,
            coerce=int,
            empty_value=None,
            error_messages={
                "invalid_choice": _("Vous n’avez plus ce siège : choisissez-en un autre.")
            },
        )


def seat_choices(viewer: Viewer) -> tuple[tuple[int, str], ...]:
    """The confirmed seats of ``viewer`` if there are several, the usual one first."""
    if len(viewer.seat_ids) < 2:
        return ()
    seats = Seat.objects.filter(pk__in=viewer.seat_ids).select_related("organisation")
    usual = sorted(seats, key=lambda seat: (seat.pk != viewer.seat_id, seat.pk))
    return tuple((seat.pk, seat.organisation.name) for seat in usual)


class TagsField(NameField):
    """Tags typed with commas between them; cleans to a list of names."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("Séparez-les par des virgules : Fonds Chaleur, régie, bocage.")
        super().__init__(label=_("Mots-clés"), required=False, help_text=help_text, **kwargs)

    def clean(self, value: Any) -> list[str]:
        """Accept ``MAX_TAGS`` names of ``MAX_TAG_LENGTH`` characters at most."""
        names = [" ".join(name.split()) for name in super().clean(value).split(",")]
        names = [name for name in names if name]
        if len(names) > MAX_TAGS:
            raise forms.ValidationError(
                _("Gardez %(most)d mots-clés au plus ; vous en avez écrit %(count)d."),
                params={"most": MAX_TAGS, "count": len(names)},
            )
        if long := [name for name in names if len(name) > MAX_TAG_LENGTH]:
            raise forms.ValidationError(
                _("« %(name)s… » est trop long : %(most)d caractères au plus."),
                params={"name": long[0][:MAX_TAG_LENGTH], "most": MAX_TAG_LENGTH},
            )
        return names


class ReplyForm(PostForm):
    """A reply to a thread."""

    text = text_field(_("Votre réponse"))
    idempotency_key = idempotency_key_field()
    shown_readers = shown_readers_field()
    seat = SeatField()

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seat = self.fields["seat"]
        assert isinstance(seat, SeatField)
        seat.choices = seat_choices(viewer)


class ThreadForm(forms.Form):
    """The kind, title, topic and tags of a thread."""

    kind = forms.ChoiceField(
        label=_("Vous voulez…"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez l’une des réponses proposées."),
            "invalid_choice": _("Choisissez l’une des réponses proposées."),
        },
    )
    title = TitleField(
        label=_("Titre"),
        max_length=160,
        min_length=8,
        error_messages={
            "required": _("Donnez un titre, sous forme de question si vous en posez une."),
            "min_length": _("Ce titre est trop court pour qu’on comprenne de quoi il s’agit."),
            "max_length": ngettext_lazy(
                "Le titre compte %(show_value)d caractères ; gardez-en %(limit_value)d.",
                "Le titre compte %(show_value)d caractères ; gardez-en %(limit_value)d.",
                "limit_value",
            ),
        },
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Sujet"),
        to_field_name="slug",
        empty_label=_("Choisissez un sujet"),
        error_messages={
            "required": _("Choisissez le sujet le plus proche."),
            "invalid_choice": _("Ce sujet n’existe pas ; choisissez dans la liste."),
        },
    )
    tags = TagsField()

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [k for k in ThreadKind.choices if viewer.is_animator or k[0] != "announcement"]
        field_of(self, "kind", forms.ChoiceField).choices = kinds


class NewThreadForm(PostForm, CriteriaForm, ThreadForm):
    """A new thread: its first post, the space that it goes to, and whom it asks, if any.

    A thread put to somebody is a question, and no other kind.
    """

    space: forms.ModelChoiceField[Space] = forms.ModelChoiceField(
        None,  # Set with the viewer, who sees only some.
        label=_("Qui lira ceci ?"),
        to_field_name="slug",
        empty_label=None,
        error_messages={
            "required": _("Dites qui pourra lire votre message."),
            "invalid_choice": _("Cet espace n’existe pas ; choisissez dans la liste."),
        },
    )
    text = text_field(_("Votre message"))
    idempotency_key = idempotency_key_field()
    shown_readers = shown_readers_field()
    seat = SeatField()
    then = hidden_field(max_length=20)
    field_order = ["addressee", "kind", "title", "text", "topic", "space", "tags", "seat",
                   "idempotency_key"]  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        spaces = Space.objects.visible_to(viewer, visibility.writable_spaces)
        field_of(self, "space", forms.ModelChoiceField).queryset = spaces.select_related(
            "college", "group"
        )
        field_of(self, "seat", SeatField).choices = seat_choices(viewer)
        self.set_viewer(viewer)
        if self.named_values:
            kind = field_of(self, "kind", forms.ChoiceField)
            kind.choices = [it for it in ThreadKind.choices if it[0] == ThreadKind.QUESTION]

    def clean(self) -> dict[str, Any]:
        """Require that the addressees read the space, and that a template is filled in."""
        super().clean()
        cleaned = self.cleaned_data
        if is_untouched(cleaned.get("text", "")):
            words = _("Le modèle attend vos mots : complétez-le avant de publier.")
            self.add_error("text", words)
        space: Space | None = cleaned.get("space")
        addressees: list[Addressee] = cleaned.get("addressee") or []
        for addressee in addressees if space else ():
            if space and (reason := refusal_of_space(addressee, space)):
                self.add_error("space", reason)
                break
        if space and (names := busy_names(addressees, space)):
            self.add_error("addressee", busy_reason(names))
        return cleaned

    @property
    def spaces(self) -> QuerySet[Space]:
        """Those among which one chooses."""
        spaces = field_of(self, "space", forms.ModelChoiceField).queryset
        assert spaces is not None  # Set with the viewer.
        return spaces

    @property
    def thread_values(self) -> dict[str, Any]:
        """What ``start_thread`` takes, by its names; with ``seat``."""
        names = "space", "topic", "kind", "title", "text", "tags", "idempotency_key"
        values = {name: self.cleaned_data[name] for name in (*names, "shown_readers", "seat")}
        files = self.values_with_files.get("files", ())
        return values | {"files": files, "addressees": self.cleaned_data["addressee"]}
