"""BigBlueButton: its API, each call signed with a secret that it shares with the site.

A call is there from when the first enters until the last left, so it has no address of its
own: the page of the meeting leads there, each time for one person (``join_url``).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy

from accounts.base.mail import site_address
from accounts.base.text import one_line
from forum.conversation.meetings.hosted_calls.providers import CallProvider, ask, refusal
from forum.conversation.meetings.models import HOSTED_CALL, Meeting

if TYPE_CHECKING:
    from accounts.models import User

#: What it takes of a name.
_MAX_NAME = 64
#: Of which its answer has one, where the call is there: the second where it was given another
#: name before, as the title of the thread was another.
_IS_THERE = "<returncode>SUCCESS</returncode>", "<messageKey>idNotUnique</messageKey>"
#: Characters of another answer that operators read.
_MAX_ANSWER = 200


class BigBlueButton(CallProvider):
    """Calls that one enters by the page of their meeting."""

    name = "BigBlueButton"
    hint = gettext_lazy(
        "Les personnes inscrites y entrent par la page de la rencontre. BigBlueButton reçoit "
        "le nom de qui entre."
    )

    def new_call(self, person: User) -> str:
        """What stands for a call of the site, once the server has answered."""
        self._call("isMeetingRunning", {"meetingID": _call_id(0)})
        return HOSTED_CALL

    def join_url(self, meeting: Meeting, person: User, *, keeps: bool) -> str:
        """The address by which ``person`` enters the call of ``meeting``, which is there then.

        ``keeps``: who moderates it.
        """
        title = one_line(meeting.thread.title)[:_MAX_NAME].ljust(2, ".")
        call = {"meetingID": _call_id(meeting.pk)}
        self._call("create", {"name": title, "record": "false", **call})
        about = {"fullName": str(person), "role": "MODERATOR" if keeps else "VIEWER"}
        return self._url("join", about | {"userID": str(person.pk)} | call)

    def _call(self, name: str, parameters: dict[str, str]) -> None:
        answer = ask(self, "GET", self._url(name, parameters))
        if not any(it in answer.text for it in _IS_THERE):
            raise refusal(self, one_line(answer.text[:_MAX_ANSWER]))

    def _url(self, name: str, parameters: dict[str, str]) -> str:
        query = urlencode(parameters)
        signed = f"{name}{query}{settings.FORUM_BIGBLUEBUTTON_SECRET}".encode()
        base = settings.FORUM_BIGBLUEBUTTON_URL
        return f"{base}/api/{name}?{query}&checksum={sha256(signed).hexdigest()}"


def _call_id(number: int) -> str:
    """How the server knows the call of a meeting: others may have meetings there, too."""
    return f"meeting-{number}@{urlsplit(site_address()).hostname}"
