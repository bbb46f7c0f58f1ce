"""Choosing one's territory in a form, by what one types of its name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.territories.models import Territory
from accounts.territories.search import matching
from accounts.text import fold

#: What a radio button says where none of those offered is meant.
NONE_OF_THESE = "-"
_MOST_OFFERED = 8


class TerritoryChoice(forms.Form):
    """A territory by its name. For a form that inherits; ``chosen_territory`` is its answer.

    What is typed and names one territory is that one; else ``offered`` are those it may
    mean, and the form comes back to ask which. With a script one has picked it already.
    """

    territory_words = forms.CharField(
        label=_("Son territoire"),
        required=False,
        max_length=160,
        help_text=_(
            "Une intercommunalité, ou un territoire que d’autres ont ajouté. Tapez le début de "
            "son nom : « thouars », « mauges »…"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    territory_asked = forms.CharField(required=False, max_length=160, widget=forms.HiddenInput)
    territory = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    offered = ()

    def clean(self):
        """What was chosen is offered again, whatever else is to be put right.

        Not where another name was typed since: a choice answers the words it was asked of.
        """
        data = super().clean()
        slug = data.get("territory")
        if slug and slug != NONE_OF_THESE:
            self.offered = list(Territory.objects.filter(slug=slug))
            if self.offered and not _answers(self.offered[0], data):
                self.offered, data["territory"] = (), ""
        return data

    def chosen_territory(self, data):
        """The territory meant, or None; where that is not clear, an error says so."""
        slug, words = data.get("territory"), data.get("territory_words")
        if slug and slug != NONE_OF_THESE:
            if not self.offered:
                self.add_error("territory_words", _("Ce territoire n’est pas connu."))
            return self.offered[0] if self.offered else None
        if not words or (slug == NONE_OF_THESE and data.get("territory_asked") == fold(words)):
            return None
        return self._named(words)

    def _named(self, words):
        self.offered = list(matching(words, _MOST_OFFERED))
        same = [one for one in self.offered if one.folded == fold(words)]
        if len(same) == 1:
            return same[0]
        said = (
            _("Lequel est-ce ? Choisissez ci-dessous.")
            if self.offered
            else _(
                "Nous ne connaissons pas de territoire de ce nom. Corrigez-le, ou laissez ce "
                "champ vide : vous pourrez l’ajouter plus tard."
            )
        )
        self.add_error("territory_words", said)
        return None

    @property
    def territory_asked_now(self):
        """The words that the choice offered is about."""
        return fold(self.data.get("territory_words", ""))


def _answers(chosen, data):
    """Whether ``chosen`` is about the words typed: asked of them, or named by them."""
    words = fold(data.get("territory_words") or "")
    return words in {"", data.get("territory_asked"), chosen.folded, fold(str(chosen))}
