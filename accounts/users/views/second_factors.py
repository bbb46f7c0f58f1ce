"""allauth's pages about second factors, where a form is not enough to have them our way."""

from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from django.utils.translation import gettext as _


class RecoveryCodesView(DownloadRecoveryCodesView):
    """The recovery codes as a text file, named in the language of the page."""

    def render_to_response(self, context, **response_kwargs):
        """The file, as one finds it again among others."""
        answer = super().render_to_response(context, **response_kwargs)
        answer["Content-Disposition"] = f'attachment; filename="{_("codes-de-secours.txt")}"'
        return answer
