"""A page of the components in every state, for who builds pages: ``make screenshots``."""

from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ADDRESS = "/composants/"


class ExampleForm(forms.Form):
    """A field of each kind; sent empty, with errors."""

    name = forms.CharField(label="Nom", help_text="Tel que vos collègues le connaissent.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea({"rows": 3}))
    college = forms.ChoiceField(label="Collège", choices=[("", "—"), ("1", "Collectivités")])
    level = forms.ChoiceField(
        label="Me prévenir de",
        choices=[("first", "Le premier message"), ("all", "Tous les messages")],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label="J’ai lu la charte")


def components(request: HttpRequest) -> HttpResponse:
    """The page, with what components show in each state."""
    colleges = ("projets", "collectivites", "soutien", "")
    kinds = ("question", "experience", "discussion", "announcement")
    context = {
        "colours": colleges,
        "people": [
            SimpleNamespace(
                person=SimpleNamespace(initials="NK"),
                seat=SimpleNamespace(
                    organisation=SimpleNamespace(college=SimpleNamespace(colour=colour))
                ),
            )
            for colour in colleges
        ],
        "threads": [SimpleNamespace(kind=kind) for kind in kinds]
        + [SimpleNamespace(has_sheet=True), SimpleNamespace(is_resolved=True)],
        "spaces": [
            SimpleNamespace(
                space=SimpleNamespace(
                    is_private=audience == "college",
                    audience=audience,
                    name="Entre collectivités",
                    name_en="",
                    college=SimpleNamespace(colour="collectivites"),
                )
            )
            for audience in ("public", "college")
        ],
        "forms": [ExampleForm(auto_id="empty-%s"), ExampleForm({}, auto_id="sent-%s")],
        "numbers": [1, 2, None, 9],
    }
    return render(request, "components_page.html", context)
