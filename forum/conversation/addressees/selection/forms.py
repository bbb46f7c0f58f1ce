"""Whom a question is put to: by criteria, and as boxes that are ticked."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.base.forms import field_of, hidden_field
from accounts.base.parsing import parse_natural_number
from accounts.models import College, Territory
from accounts.territories.queries import territories_of_seat
from accounts.viewers.viewers import Viewer
from forum.conversation.addressees.actions import MAX_ADDRESSEES, too_many_reason
from forum.conversation.addressees.addressee import VALUE_SEPARATOR, Addressee
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.selection.queries import (
    COLLEGE,
    MODES,
    NAMED,
    SIMILAR,
    Criteria,
    Proposals,
)
from forum.conversation.addressees.selection.similarity import (
    DEPARTMENT,
    REGION,
    leading_topics,
)

#: Between how many times fewer and how many times more inhabitants.
_FACTORS = {
    "1.5": _("une fois et demie plus ou moins"),
    "2": _("deux fois plus ou moins"),
    "5": _("cinq fois plus ou moins"),
    "": _("peu importe"),
}
_AREAS = {"": _("partout"), REGION: _("ma région"), DEPARTMENT: _("mon département")}
_MAX_NAMES_LENGTH = 600
#: Of those proposed, how many are ticked at once: each of them gets a mail of it.
MAX_TICKED = 5
#: What is usual of the criteria.
CRITERIA = {"same_type": True, "factor": "2"}


class AddresseesField(forms.CharField):
    """To whom a question is put, by what URLs say for them; cleans to a list of ``Addressee``.

    The page shows each as a box that is ticked, so that one may untick it.
    """

    widget = forms.MultipleHiddenInput

    viewer: Viewer  # Set with the form.

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> list[Addressee]:
        """The addressees; none where the question is put to nobody in particular."""
        values = values_in(value)
        if len(values) > MAX_ADDRESSEES:
            raise forms.ValidationError(too_many_reason())
        named = [find_addressee(self.viewer, it) for it in values]
        addressees = [it for it in named if it is not None]
        if len(addressees) < len(named):
            raise forms.ValidationError(
                _("On ne peut pas lui adresser de question ici. Décochez pour la poser à tous.")
            )
        return addressees


def busy_reason(names: list[str]) -> str:
    """What the form says of those who have been told of enough questions this week."""
    words = ngettext(
        "%(names)s a déjà reçu assez de questions cette semaine : décochez, et proposez la "
        "vôtre à d’autres.",
        "%(names)s ont déjà reçu assez de questions cette semaine : décochez, et proposez la "
        "vôtre à d’autres.",
        len(names),
    )
    return words % {"names": ", ".join(names)}


#: Characters of the values that a page keeps: of more than may be asked.
_MAX_KEPT_LENGTH = 10_000


def values_in(value: list[str] | str | None) -> list[str]:
    """The values of addressees that a form or URL sends, each alone or several in one text."""
    texts = [value] if isinstance(value, str) else value or []
    values = [it.strip() for text in texts for it in str(text).split(VALUE_SEPARATOR)]
    return list(dict.fromkeys(it for it in values if it))


class CriteriaForm(forms.Form):
    """Whom one looks for, to put a question to them."""

    ask = forms.ChoiceField(
        label=_("À qui l’adresser en particulier ?"),
        choices=[("", _("À tous ceux qui liront")), *MODES.items()],
        required=False,
        widget=forms.RadioSelect,
    )
    similar_to: forms.ModelChoiceField[Territory] = forms.ModelChoiceField(
        None, required=False, label=_("Mon territoire")
    )
    same_type = forms.BooleanField(required=False, label=_("De même nature que le mien"))
    factor = forms.ChoiceField(
        choices=list(_FACTORS.items()), required=False, label=_("Habitants")
    )
    area = forms.ChoiceField(choices=list(_AREAS.items()), required=False, label=_("Où"))
    same_topics = forms.BooleanField(
        required=False, label=_("Où l’on écrit sur les mêmes sujets")
    )
    asked_college = forms.ModelChoiceField(
        College.objects.all(), required=False, label=_("Collège"), to_field_name="slug"
    )
    names = forms.CharField(
        label=_("Noms d’organisations ou de territoires"),
        required=False,
        max_length=_MAX_NAMES_LENGTH,
        help_text=_("Séparez-les par des virgules."),
    )
    experienced = forms.BooleanField(
        required=False, label=_("Seulement ceux qui ont témoigné sur ce sujet")
    )
    #: The criteria of the proposals that the page shows, if any.
    proposed = hidden_field()
    #: Those ticked that other criteria found before, between commas.
    kept = hidden_field(max_length=_MAX_KEPT_LENGTH)
    addressee = AddresseesField()
    unsaved_fields = frozenset({"proposed", "kept"})

    def set_viewer(self, viewer: Viewer) -> None:
        """Set ``viewer``, who asks, and what depends on them."""
        field_of(self, "addressee", AddresseesField).viewer = viewer
        territories = territories_of_seat(viewer.seat_id if viewer.is_member else None)
        own = field_of(self, "similar_to", forms.ModelChoiceField)
        own.queryset, own.empty_label = territories, None
        topics = leading_topics(viewer, place) if (place := self._own_territory) else []
        if topics:
            words = _("Pour le vôtre : %(topics)s.")
            names = {"topics": ", ".join(map(str, topics))}
            self.fields["same_topics"].help_text = words % names
        else:
            del self.fields["same_topics"]

    @property
    def own_territories(self) -> QuerySet[Territory]:
        """Theirs, by which they may be found who resemble one."""
        territories = field_of(self, "similar_to", forms.ModelChoiceField).queryset
        assert territories is not None  # Set with the viewer.
        return territories

    @property
    def _own_territory(self) -> Territory | None:
        """The territory that is chosen, else the first of theirs."""
        territories = self.own_territories
        chosen = parse_natural_number(str(self["similar_to"].value() or ""))
        return territories.filter(pk=chosen).first() if chosen else territories.first()

    @property
    def lacks_territory(self) -> bool:
        """Whether territories like one's own are looked for, and there is none of one's own."""
        return self["ask"].value() == SIMILAR and self._own_territory is None

    @property
    def named_values(self) -> list[str]:
        """What the form says of whom it names, whether they can be asked or not."""
        return values_in(self["addressee"].value())

    @cached_property
    def chosen(self) -> list[Addressee]:
        """Whom the form names, without who cannot be asked."""
        field = field_of(self, "addressee", AddresseesField)
        values = self.named_values[:MAX_ADDRESSEES]
        return [it for it in (find_addressee(field.viewer, value) for value in values) if it]

    @property
    def criteria(self) -> Criteria | None:
        """The criteria that were sent, of a form that was cleaned; None without any."""
        sent = self.cleaned_data
        mode = sent.get("ask", "")
        if not mode:
            return None
        territory = sent.get("similar_to")
        if mode == SIMILAR and territory is None:
            territory = self.own_territories.first()
        return Criteria(
            mode,
            territory=territory,
            is_same_type=sent.get("same_type", False),
            factor=float(sent["factor"]) if sent.get("factor") else None,
            area=sent.get("area", ""),
            has_same_topics=sent.get("same_topics", False),
            college=sent.get("asked_college") if mode == COLLEGE else None,
            names=_names_in(sent.get("names", "")) if mode == NAMED else (),
            is_experienced=sent.get("experienced", False),
        )

    def with_proposals(
        self, proposals: Proposals, mode: str
    ) -> tuple[Proposals, dict[str, Any]]:
        """What the page shows of ``proposals`` by ``mode``, and the values of fields then.

        Those who stay ticked come first, and of ``proposals`` as many as may be asked besides:
        who was named, or the first few; the others are left to be ticked.
        """
        ticked = self._still_ticked(mode)[:MAX_ADDRESSEES]
        new = [row for row in proposals.rows if row.value not in ticked]
        new = new[: MAX_ADDRESSEES - len(ticked)]
        most = len(new) if mode == NAMED else MAX_TICKED
        values = [*ticked, *(row.value for row in new[:most])]
        rows = [row for row in proposals.rows if row.value in values]
        shown = proposals._replace(rows=rows, unticked=tuple(new[most:]))
        names = VALUE_SEPARATOR.join(ticked)
        return shown, {"addressee": values, "proposed": mode, "kept": names}

    @property
    def kept_values(self) -> list[str]:
        """Those whom the page marks as chosen before, as it was just looked for others."""
        return values_in(str(self["kept"].value() or "")[:_MAX_KEPT_LENGTH])

    def _still_ticked(self, mode: str) -> list[str]:
        """The ticked values that stay as one looks by ``mode``: but those that it proposed.

        Of names all stay: one types others.
        """
        ticked = self.named_values
        if mode == NAMED or mode != self["proposed"].value():
            return ticked
        earlier = set(self.kept_values)
        return [value for value in ticked if value in earlier]

    @property
    def needs_proposals(self) -> bool:
        """Whether whom these criteria find was not shown yet."""
        viewer = field_of(self, "addressee", AddresseesField).viewer
        if not (self.is_valid() and viewer.is_member):
            return False
        sent = self.cleaned_data
        is_question = sent.get("kind", "question") == "question"
        return is_question and bool(sent["ask"]) and sent["proposed"] != sent["ask"]

    @property
    def asks_for_proposals(self) -> bool:
        """Whether their button was pressed, or they were not shown yet.

        Enter presses the first button of a form, whether it shows or not: where nobody is to be
        asked, that one publishes.
        """
        is_pressed = "propose" in self.data and bool(self["ask"].value())
        return is_pressed or self.needs_proposals


class AskOthersForm(CriteriaForm):
    """Whom else to put a question to that was asked already."""

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_viewer(viewer)
        field_of(self, "ask", forms.ChoiceField).choices = list(MODES.items())


def _names_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(it.split()) for it in text.split(",") if it.strip()))
