"""The forms of groups: a new one, its settings, an invitation, a request, a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import DayField, start_of_day
from accounts.base.forms import NameField, field_of, hidden_field, validate_mail_address
from accounts.base.parsing import parse_natural_number
from accounts.base.text import fold
from accounts.groups.models import JoinPolicy
from accounts.groups.queries import eligible_people, find_people_by_name
from accounts.models import College
from forum.base.spaces.models import MailContent
from forum.conversation.threads.forms import idempotency_key_field

if TYPE_CHECKING:
    from accounts.groups.models import WorkingGroup
    from accounts.users.models import User
    from accounts.viewers.viewers import Viewer


#: The value of ``college`` for a group across all colleges.
ALL_COLLEGES = "tous"
_TOO_LONG = _("Gardez %(limit_value)d caractères ; il y en a %(show_value)d.")
_validate_email = EmailValidator(_("Écrivez l’adresse entière : nom@exemple.fr."))
#: From today to the last day of a group.
_MAX_DURATION = timedelta(days=3660)


class LastDayField(DayField):
    """The last day of a group, or none; cleans to the moment at which that day is over."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Dernier jour"),
            required=False,
            help_text=_("Le groupe est archivé ensuite : on le lit, on n’y écrit plus."),
            error_messages={"invalid": _("Écrivez une date : 31/12/2027.")},
            **kwargs,
        )

    def clean(self, value: str) -> datetime | None:
        """Accept a day from today on, within ten years."""
        day = super().clean(value)
        if day is None:
            return None
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("Ce jour est passé. Choisissez-en un à venir."))
        if day > today + _MAX_DURATION:
            raise forms.ValidationError(_("Choisissez un jour d’ici dix ans."))
        return start_of_day(day + timedelta(days=1))


class GroupSettingsForm(forms.Form):
    """The purpose, join policy and last day of a group, and what mails tell of it."""

    purpose = forms.CharField(
        label=_("Objet"),
        max_length=300,
        help_text=_("Ce que le groupe veut produire ou décider, en une phrase ou deux."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Dites ce que le groupe veut faire."),
            "max_length": _TOO_LONG,
        },
    )
    join_policy = forms.ChoiceField(
        label=_("Comment y entre-t-on ?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites comment on entre dans le groupe."),
            "invalid_choice": _("Choisissez l’une des deux manières d’entrer."),
        },
    )
    ends_at = LastDayField()
    mail_content = forms.ChoiceField(
        label=_("Ce que les courriels en disent"),
        choices=MailContent.choices,
        help_text=_("Un courriel reste dans des boîtes que le site ne tient pas."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "join_policy", forms.ChoiceField).choices = [
            (JoinPolicy.REQUEST, _("Sur demande : les membres voient le groupe et son objet")),
            (JoinPolicy.INVITATION, _("Sur invitation : nul autre ne sait qu’il existe")),
        ]


class NewGroupForm(GroupSettingsForm):
    """A new group."""

    mail_content = None  # type: ignore[assignment]  # So Django takes a field away.

    name = NameField(
        label=_("Nom"),
        min_length=3,
        max_length=120,
        error_messages={
            "required": _("Donnez un nom au groupe."),
            "min_length": _("Ce nom est trop court."),
            "max_length": _TOO_LONG,
        },
    )
    college = forms.ChoiceField(
        label=_("Entre qui ?"),
        widget=forms.RadioSelect,
        help_text=_("Ceci ne change plus ensuite : c’est ce qui dit qui peut lire."),
        error_messages={
            "required": _("Dites entre qui le groupe travaille."),
            "invalid_choice": _("Choisissez l’un de vos collèges, ou tous."),
        },
    )
    idempotency_key = idempotency_key_field()
    field_order = ["name", "purpose", "college", "join_policy", "ends_at", "idempotency_key"]

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._colleges = {
            college.slug: college
            for college in College.objects.filter(pk__in=viewer.college_ids)
        }
        own = [(slug, str(college)) for slug, college in self._colleges.items()]
        field_of(self, "college", forms.ChoiceField).choices = [
            (ALL_COLLEGES, _("Tous les collèges")),
            *own,
        ]

    def clean_name(self) -> str:
        """Join the lines and words by single spaces."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_college(self) -> College | None:
        """Clean to the college, None for all of them."""
        return self._colleges.get(self.cleaned_data["college"])


class GroupInvitationForm(forms.Form):
    """A member to invite, by name or e-mail address.

    Cleans to ``person``, or to ``address``, which is not looked up. ``matches`` are the people
    of the name, to choose among where there are several.
    """

    unsaved_fields = frozenset({"person"})

    who = forms.CharField(
        label=_("Nom ou adresse électronique d’un membre"),
        max_length=254,
        error_messages={
            "required": _("Écrivez un nom ou une adresse."),
            "max_length": _TOO_LONG,
        },
    )
    person = hidden_field()

    def __init__(self, *args: Any, group: WorkingGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._group = group
        self.matches: list[User] = []

    def clean_who(self) -> str:
        """Accept an e-mail address, or something that may be a name."""
        words = self.cleaned_data["who"]
        if "@" in words:
            _validate_email(words)
            validate_mail_address(words)
        elif not fold(words):
            raise forms.ValidationError(_("Écrivez un nom ou une adresse."))
        text: str = words
        return text

    def clean(self) -> dict[str, Any]:
        """Find the person of the name, or the one chosen."""
        super().clean()
        data = self.cleaned_data
        words = data.get("who", "")
        if "@" in words:
            data["address"] = words.lower()[:254]  # Some letters are two in lower case.
        elif words:
            self.matches = find_people_by_name(words, eligible_people(self._group.college))
            chosen_pk = parse_natural_number(data.get("person", ""))
            chosen = [person for person in self.matches if person.pk == chosen_pk]
            data["person"] = self._single_match(words, chosen or self.matches)
        return data

    def _single_match(self, words: str, people: list[User]) -> User | None:
        if len(people) == 1:
            return people[0]
        if people:
            self.add_error("who", _("Plusieurs membres répondent à ce nom : choisissez."))
        elif self._group.college and find_people_by_name(words, eligible_people()):
            error = _("Cette personne n’a pas de siège confirmé dans le collège du groupe.")
            self.add_error("who", error)
        else:
            self.add_error("who", _("Aucun membre du réseau ne porte ce nom."))
        return None


class JoinRequestForm(forms.Form):
    """A request to join, with a message to the group's contact."""

    message = forms.CharField(
        label=_("Un mot au contact du groupe"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _TOO_LONG},
    )


class RefuseRequestForm(forms.Form):
    """The reason for refusing a request, shown to the person who made it."""

    reason = forms.CharField(
        label=_("Motif, que la personne pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Dites à la personne pourquoi sa demande est refusée."),
            "max_length": _TOO_LONG,
        },
    )
