"""Choosing one's territory in a form, by what one types of its name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.text import fold
from accounts.territories.models import Territory
from accounts.territories.search import search_territories

#: What a radio button says where none of those offered is meant.
NONE_OF_THESE = "-"
_MAX_SUGGESTIONS = 8


class TerritoryChoiceForm(forms.Form):
    """A territory by its name. For a form that inherits; ``chosen_territory`` is its answer.

    What is typed and names one territory is that one; else ``suggestions`` are those it may
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

    suggestions = ()

    def clean(self):
        """What was chosen is offered again, whatever else is to be put right.

        Not where another name was typed since: a choice answers the words it was asked of.
        """
        data = super().clean()
        slug = data.get("territory")
        if slug and slug != NONE_OF_THESE:
            self.suggestions = list(Territory.objects.filter(slug=slug))
            if self.suggestions and not _matches_words(self.suggestions[0], data):
                self.suggestions, data["territory"] = (), ""
        return data

    def chosen_territory(self, data):
        """The territory meant, or None; where that is not clear, an error says so."""
        slug, words = data.get("territory"), data.get("territory_words")
        if slug and slug != NONE_OF_THESE:
            if not self.suggestions:
                self.add_error("territory_words", _("Ce territoire n’est pas connu."))
            return self.suggestions[0] if self.suggestions else None
        if not words or (slug == NONE_OF_THESE and data.get("territory_asked") == fold(words)):
            return None
        return self._find_named(words)

    def _find_named(self, words):
        self.suggestions = list(search_territories(words, _MAX_SUGGESTIONS))
        same = [one for one in self.suggestions if one.folded_name == fold(words)]
        if len(same) == 1:
            return same[0]
        said = (
            _("Lequel est-ce ? Choisissez ci-dessous.")
            if self.suggestions
            else _(
                "Nous ne connaissons pas de territoire de ce nom. Corrigez-le, ou laissez ce "
                "champ vide : vous pourrez l’ajouter plus tard."
            )
        )
        self.add_error("territory_words", said)
        return None

    @property
    def asked_territory(self):
        """The words that the choice offered is about."""
        return fold(self.data.get("territory_words", ""))


def _matches_words(chosen, data):
    """Whether ``chosen`` is about the words typed: asked of them, or named by them."""
    words = fold(data.get("territory_words") or "")
    return words in {"", data.get("territory_asked"), chosen.folded_name, fold(str(chosen))}
