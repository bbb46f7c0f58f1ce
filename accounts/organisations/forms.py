"""The forms of organisations and seats: which organisation is meant, why a seat is refused."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.dates import LONGEST_MANDATE, DayField
from accounts.organisations.founding import NewOrganisation, close_to, named, other_college
from accounts.organisations.models import College
from accounts.territories.choosing import NONE_OF_THESE, TerritoryChoice
from accounts.territories.forms import CountryField, DepartmentField
from accounts.territories.models import HOME, Territory, in_department
from accounts.territories.search import official
from accounts.text import fold

_LONGEST_NAME = 160
#: What a radio button says where none of those that resemble the name is meant.
NEW = "-"


class OrganisationForm(TerritoryChoice):
    """Which organisation one acts for, by name, in its college.

    ``organisation`` cleans to one of ours, or to a NewOrganisation. A name that is not
    known comes back once, with ``is_unknown`` and ``close``, those that resemble it: one
    chooses one of these, or says that it is new, and where: on which territory, else in
    which department or country. Sending that again is the answer. A name of the official
    list that resembles none of ours is no slip: it does not come back. All in plain pages,
    nothing typed lost.
    """

    college = forms.ModelChoiceField(
        College.objects.all(),
        label=_("Au titre de quel collège signez-vous ?"),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez le collège de votre organisation."),
            "invalid_choice": _("Choisissez l’un des collèges proposés."),
        },
    )
    organisation = forms.CharField(
        label=_("Au nom de"),
        max_length=_LONGEST_NAME,
        help_text=_("Le nom complet de votre organisation."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
        error_messages={"required": _("Écrivez le nom de votre organisation.")},
    )
    same = forms.CharField(required=False, widget=forms.HiddenInput)
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    department_code = DepartmentField()
    country = CountryField(label=_("Son pays"))

    field_order = ["college", "organisation"]

    def __init__(self, *args, **kwargs):
        """Nothing is unknown until something is typed."""
        super().__init__(*args, **kwargs)
        self.is_unknown, self.close, self.unlisted = False, [], ""

    def clean(self):
        """Find the organisation, or what founds it."""
        data = super().clean()
        self._place_errors = {
            name: self.errors.pop(name)
            for name in ("department_code", "country")
            if name in self.errors
        }
        if name := " ".join(data.get("organisation", "").split()):
            data["organisation"] = self._organisation(name, data)
        return data

    def _organisation(self, name, data):
        """The organisation meant, None where that is not clear yet."""
        known = named(name)
        if known is None:
            self.is_unknown, self.close = True, close_to(name)
            known = self._chosen(name, data)
            if known is None:
                return self._new(name, data)
        if data.get("college") and known.college_id != data["college"].pk:
            self.add_error("college", other_college(known))
        return known

    def _chosen(self, name, data):
        """The one picked among those that resemble this very name."""
        if data.get("asked") != fold(name):
            return None
        return next((one for one in self.close if one.slug == data.get("same")), None)

    def _new(self, name, data):
        if not (data.get("territory") or data.get("territory_words")):
            self.offered = official(name)
        if len(fold(name)) > _LONGEST_NAME:
            self.add_error("organisation", _("Ce nom est trop long."))
        elif self._is_meant(name, data) or self._is_official(name):
            return self._founded(name, data)
        else:
            self.add_error("organisation", self._unknown(name, data.get("asked")))
        return None

    def _is_meant(self, name, data):
        """Whether one knows that it is new: one was asked, and has seen all that resemble it.

        Who put the name right meanwhile is not asked again, unless it now resembles others.
        """
        if not (asked := data.get("asked")):
            return False
        shown = self.close if asked == fold(name) else close_to(asked)
        is_said = not shown or data.get("same") == NEW
        return is_said and all(one in shown for one in self.close)

    def _is_official(self, name):
        return not self.close and len(official(name)) == 1

    def _founded(self, name, data):
        """What founds it, if where it acts is clear."""
        if territory := self._territory(name, data):
            country, code = territory.country, territory.department
        elif self._place_errors:
            self.errors.update(self._place_errors)
            return None
        else:
            country, code = data.get("country", HOME), self._code(data)
        if "territory_words" in self.errors or not data.get("college"):
            return None
        if country == HOME and not code:
            words = _("Choisissez son département, ou donnez son territoire : l’un des deux.")
            self.add_error("department_code", words)
            return None
        return NewOrganisation(name, data["college"], code, territory, country)

    def _territory(self, name, data):
        """The territory chosen, else the one that bears the name of the organisation.

        Words that no territory has are no obstacle where the department is said: they are
        kept as ``unlisted``, for one to be told what became of them.
        """
        words = data.get("territory_words")
        if territory := self.chosen_territory(data):
            return territory
        code, country = self._code(data), data.get("country", HOME)
        if "territory_words" in self.errors:
            if code and words and not self.offered:
                del self.errors["territory_words"]
                self.unlisted = words
            return None
        if data.get("territory") == NONE_OF_THESE:
            return None
        return _called(name, code, country)

    def _code(self, data):
        """The department, which is asked for in France only."""
        return data.get("department_code", "") if data.get("country", HOME) == HOME else ""

    def _unknown(self, name, asked):
        """Why the name comes back; of a name that was changed, that it was."""
        if not self.close:
            words = _(
                "Nous ne connaissons pas « %s ». Si ce nom est juste, dites plus bas où elle "
                "agit : votre signature l’inscrira."
            )
        elif not asked:
            words = _("Nous ne connaissons pas « %s ». Est-ce l’une de celles-ci ?")
        elif asked == fold(name):
            words = _("« %s » : dites plus bas si c’est l’une de celles-ci ou une nouvelle.")
        else:
            words = _("Vous avez changé le nom : est-ce bien « %s », ou l’une de celles-ci ?")
        return words % name

    @property
    def where(self):
        """The fields that say where it is, to keep while they are not asked for."""
        typed = ("territory", "territory_words", "territory_asked")
        return [self[name] for name in (*typed, "department_code", "country")]

    @property
    def territory_now(self):
        """The slug chosen among those ``offered``, or of the only one that bears the name."""
        said = self.data.get("territory") or self.data.get("territory_words")
        alone = len(self.offered) == 1 and not said
        return self.offered[0].slug if alone else self.data.get("territory", "")

    @property
    def asked_now(self):
        """The name that the question about an unknown organisation is about."""
        return fold(self.data.get("organisation", ""))

    @property
    def chosen(self):
        """The slug picked among ``close``, to show again."""
        return self.data.get("same", "") if self.data.get("asked") == self.asked_now else ""


class RefuseForm(forms.Form):
    """Why something is refused; who asked for it reads it."""

    reason = forms.CharField(
        label=_("Motif, que la personne pourra lire"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites à la personne pourquoi vous refusez.")},
    )


class EndForm(forms.Form):
    """When a mandate ends; left empty, it is now."""

    day = DayField(
        label=_("Dernier jour du mandat"),
        required=False,
        earliest=0,
        latest=LONGEST_MANDATE,
        bounds=_(
            "Cette date est passée, ou trop lointaine : laissez vide pour y mettre fin "
            "maintenant."
        ),
        help_text=_("Vide : maintenant."),
    )

    def __init__(self, *args, seat=None, initial=None, **kwargs):
        """Show the day that is set for ``seat``, where there is one."""
        set_end = seat.ended_at and timezone.localdate(seat.ended_at) if seat else None
        super().__init__(*args, initial={"day": set_end} | (initial or {}), **kwargs)


def _called(name, code, country):
    """The territory that bears this name in this place, which it surely acts on, or None.

    Where no place is said, the only official one of the name.
    """
    same = official(name) if country == HOME else []
    if country == HOME and not code:
        return same[0] if len(same) == 1 else None
    found = Territory.objects.filter(folded=fold(name), country=country)
    if not code:
        return found.first()
    here = (one for one in same if code in one.department_codes.split("|"))
    return next(here, None) or found.filter(in_department(code)).first()
