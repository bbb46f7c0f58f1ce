"""The form that says what mails tell of spaces."""

from django import forms

from forum.spaces.models import MailContent


class SpaceSettingsForm(forms.Form):
    """A choice for each space, by its slug."""

    def __init__(self, *args, spaces, **kwargs):
        """``spaces``: those that may be set."""
        super().__init__(*args, **kwargs)
        for space in spaces:
            self.fields[space.slug] = forms.ChoiceField(
                label=str(space), choices=MailContent.choices, initial=space.mail_content
            )
