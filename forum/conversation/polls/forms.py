"""The forms of a poll and of a vote."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.base.text import fold, one_line
from forum.conversation.consultations.forms import TOO_LONG, last_day_field
from forum.conversation.polls.models import (
    MAX_CHOICE_LENGTH,
    MAX_CHOICES,
    MAX_QUESTION_LENGTH,
    MIN_CHOICES,
    Poll,
    ResultsShown,
)
from forum.conversation.threads.forms import (
    TitleField,
    TypedTextField,
    shown_readers_field,
)


class PollForm(forms.Form):
    """A question, its choices, and how one votes."""

    question = TitleField(
        label=_("Votre question"),
        max_length=MAX_QUESTION_LENGTH,
        error_messages={"required": _("Écrivez votre question."), "max_length": TOO_LONG},
    )
    choices = TypedTextField(
        label=_("Choix proposés, un par ligne"),
        help_text=_("De deux à dix, de 120 caractères au plus chacun."),
        max_length=2 * MAX_CHOICES * MAX_CHOICE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Proposez au moins deux choix."),
            "max_length": TOO_LONG,
        },
    )
    takes_several = forms.BooleanField(
        label=_("On peut cocher plusieurs choix"), required=False
    )
    results = forms.ChoiceField(
        label=_("Montrer les résultats"),
        choices=ResultsShown.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez l’une des réponses proposées.")},
    )
    is_named = forms.BooleanField(
        label=_("Montrer qui a choisi quoi"),
        help_text=_(
            "Les noms se lisent avec les résultats, et chacun le sait avant de voter. Sans "
            "cela, personne ne les voit, ni vous, ni l’équipe d’animation."
        ),
        required=False,
    )
    closes_on = last_day_field(
        _("Le sondage est clos à la fin de ce jour, ou quand vous le décidez.")
    )
    shown_readers = shown_readers_field()

    def clean_choices(self) -> str:
        """The choices, one a line, without empty lines."""
        lines = [one_line(line) for line in self.cleaned_data["choices"].splitlines()]
        lines = [line for line in lines if line]
        if not MIN_CHOICES <= len(lines) <= MAX_CHOICES:
            raise forms.ValidationError(
                _("Proposez de deux à dix choix ; vous en avez écrit %(count)d."),
                params={"count": len(lines)},
            )
        if long := [line for line in lines if len(line) > MAX_CHOICE_LENGTH]:
            raise forms.ValidationError(
                _("« %(text)s… » est trop long : %(most)d caractères au plus."),
                params={"text": long[0][:40], "most": MAX_CHOICE_LENGTH},
            )
        if len({fold(line) for line in lines}) < len(lines):
            raise forms.ValidationError(_("Deux choix sont les mêmes."))
        return "\n".join(lines)


class VoteForm(forms.Form):
    """What somebody chooses of a poll, and which version of it they read."""

    version = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = {
            True: (forms.TypedMultipleChoiceField, forms.CheckboxSelectMultiple),
            False: (forms.TypedChoiceField, forms.RadioSelect),
        }
        field, widget = fields[poll.takes_several]
        wrong = _("Choisissez parmi ce qui est proposé.")
        self.fields["chosen"] = field(
            label=_("Plusieurs choix possibles") if poll.takes_several else _("Un seul choix"),
            choices=poll.choice_list,
            coerce=int,
            widget=widget,
            error_messages={
                "required": _("Choisissez une réponse."),
                "invalid_choice": wrong,
                "invalid_list": wrong,
            },
        )

    def clean_chosen(self) -> list[int]:
        """The numbers of the choices."""
        chosen = self.cleaned_data["chosen"]
        return chosen if isinstance(chosen, list) else [chosen]
