"""The forms of groups: what founds one, what settles it, who is invited, why one is refused."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.parsing import parse_natural_number
from accounts.base.text import fold
from accounts.groups.models import JoinPolicy
from accounts.groups.queries import eligible_people, find_people_by_name
from accounts.models import College
from forum.threads.forms import idempotency_key_field

#: The choice of no college in particular.
ALL_COLLEGES = "tous"
_TOO_LONG = _("Gardez %(limit_value)d caractères ; il y en a %(show_value)d.")
_whole_address = EmailValidator(_("Écrivez l’adresse entière : nom@exemple.fr."))
#: A group is for a time.
_MAX_DURATION = timedelta(days=3660)


class LastDayField(forms.DateField):
    """The last day of a group, or none; gives the moment at which that day is over."""

    def __init__(self, **kwargs):
        """An optional date, with its own words."""
        super().__init__(
            label=_("Dernier jour"),
            required=False,
            help_text=_("Le groupe est archivé ensuite : on le lit, on n’y écrit plus."),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Écrivez une date : 31/12/2027.")},
            **kwargs,
        )

    def clean(self, value):
        """From today on, and within ten years."""
        day = super().clean(value)
        if day is None:
            return None
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("Ce jour est passé. Choisissez-en un à venir."))
        if day > today + _MAX_DURATION:
            raise forms.ValidationError(_("Choisissez un jour d’ici dix ans."))
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class GroupSettingsForm(forms.Form):
    """What a group is for, how one comes in, and when it ends."""

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

    def __init__(self, *args, **kwargs):
        """Say what each way of coming in means for who may know of the group."""
        super().__init__(*args, **kwargs)
        self.fields["join_policy"].choices = [
            (JoinPolicy.REQUEST, _("Sur demande : les membres voient le groupe et son objet")),
            (JoinPolicy.INVITATION, _("Sur invitation : nul autre ne sait qu’il existe")),
        ]


class NewGroupForm(GroupSettingsForm):
    """A new group."""

    name = forms.CharField(
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
    key = idempotency_key_field()
    field_order = ["name", "purpose", "college", "join_policy", "ends_at", "key"]

    def __init__(self, *args, viewer, **kwargs):
        """Offer the colleges where ``viewer`` is confirmed."""
        super().__init__(*args, **kwargs)
        self._colleges = {
            college.slug: college for college in College.objects.filter(pk__in=viewer.colleges)
        }
        own = [(slug, college.name) for slug, college in self._colleges.items()]
        self.fields["college"].choices = [(ALL_COLLEGES, _("Tous les collèges")), *own]

    def clean_name(self):
        """One line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_college(self):
        """The college, None for all of them."""
        return self._colleges.get(self.cleaned_data["college"])


class GroupInvitationForm(forms.Form):
    """A member, by name or address; one among several of the name where there are.

    Cleans to ``person``, or to ``address``, of which it asks and says nothing. ``similar``
    holds those one may choose among.
    """

    who = forms.CharField(
        label=_("Nom ou adresse électronique d’un membre"),
        max_length=254,
        error_messages={
            "required": _("Écrivez un nom ou une adresse."),
            "max_length": _TOO_LONG,
        },
    )
    person = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, group, **kwargs):
        """For ``group``, which may be within a college."""
        super().__init__(*args, **kwargs)
        self._group, self.similar = group, []

    def clean_who(self):
        """A whole address, or words that a name may hold."""
        words = self.cleaned_data["who"]
        if "@" in words:
            _whole_address(words)
        elif not fold(words):
            raise forms.ValidationError(_("Écrivez un nom ou une adresse."))
        return words

    def clean(self):
        """Find the person meant by a name."""
        data = super().clean()
        words = data.get("who", "")
        if "@" in words:
            data["address"] = words.lower()[:254]  # Some letters are two in lower case.
        elif words:
            self.similar = find_people_by_name(words, eligible_people(self._group.college))
            chosen = parse_natural_number(data.get("person", ""))
            chosen = [one for one in self.similar if one.pk == chosen]
            data["person"] = self._single_match(words, chosen or self.similar)
        return data

    def _single_match(self, words, found):
        if len(found) == 1:
            return found[0]
        if found:
            self.add_error("who", _("Plusieurs membres répondent à ce nom : choisissez."))
        elif self._group.college and find_people_by_name(words, eligible_people()):
            why = _("Cette personne n’a pas de siège confirmé dans le collège du groupe.")
            self.add_error("who", why)
        else:
            self.add_error("who", _("Aucun membre du réseau ne porte ce nom."))
        return None


class JoinRequestForm(forms.Form):
    """A word to the contact of the group one wants to join."""

    words = forms.CharField(
        label=_("Un mot au contact du groupe"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _TOO_LONG},
    )


class RefuseRequestForm(forms.Form):
    """Why a request is refused; who made it reads it."""

    reason = forms.CharField(
        label=_("Motif, que la personne pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Dites à la personne pourquoi sa demande est refusée."),
            "max_length": _TOO_LONG,
        },
    )
