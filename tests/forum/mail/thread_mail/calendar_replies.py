"""Answers to an invitation, byte for byte in the shapes that programs give them.

``%(to)s`` is whom the invitation says that it is of, ``%(person)s`` who answers.
"""

from base64 import encodebytes

_OUTLOOK = """\
From: =?iso-8859-1?Q?Lef=E8vre_Claire?= <%(person)s>
To: Foirail <%(to)s>
Subject: =?utf-8?q?Accept=C3=A9=3A_Visite?=
Thread-Topic: Visite
Date: Wed, 2 Dec 2026 08:12:01 +0000
Message-ID: <%(id)s@PR0P264MB0001.FRAP264.PROD.OUTLOOK.COM>
Accept-Language: fr-FR, en-US
X-MS-Has-Attach:
X-MS-TNEF-Correlator:
Content-Type: multipart/alternative;
\tboundary="_000_PR0P264MB0001_"
MIME-Version: 1.0

--_000_PR0P264MB0001_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

=C0 bient=F4t.

--_000_PR0P264MB0001_
Content-Type: text/calendar; charset="utf-8"; method=REPLY
Content-Transfer-Encoding: base64

%(calendar)s
--_000_PR0P264MB0001_--
"""
_THUNDERBIRD = """\
Message-ID: <%(id)s@example.org>
Date: Wed, 2 Dec 2026 09:12:01 +0100
MIME-Version: 1.0
User-Agent: Mozilla Thunderbird
From: Claire <%(person)s>
To: %(to)s
Subject: =?UTF-8?Q?R=C3=A9ponse_=C3=A0_l=27invitation?=
Content-Type: multipart/mixed; boundary="------------Boundary_(ID_qyG4ZdjoAsiZ)"

--------------Boundary_(ID_qyG4ZdjoAsiZ)
Content-Type: multipart/alternative;
 boundary="------------Boundary_(ID_alternative)"

--------------Boundary_(ID_alternative)
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

Claire a répondu à cette invitation.

--------------Boundary_(ID_alternative)
Content-Type: text/calendar; method=REPLY; charset=UTF-8
Content-Transfer-Encoding: base64

%(calendar)s
--------------Boundary_(ID_alternative)--

--------------Boundary_(ID_qyG4ZdjoAsiZ)
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

%(calendar)s
--------------Boundary_(ID_qyG4ZdjoAsiZ)--
"""
_GOOGLE = """\
MIME-Version: 1.0
Reply-To: Claire <%(person)s>
Sender: Google Calendar <calendar-notification@google.com>
Auto-Submitted: auto-generated
Message-ID: <calendar-%(id)s@google.com>
Date: Wed, 02 Dec 2026 08:12:01 +0000
Subject: =?UTF-8?Q?Accept=C3=A9_=3A_Visite?=
From: Claire <%(person)s>
To: %(to)s
Content-Type: multipart/mixed; boundary="0000000000003d5a2f05"

--0000000000003d5a2f05
Content-Type: multipart/alternative; boundary="0000000000003d5a2d05"

--0000000000003d5a2d05
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

Q2xhaXJlIGEgYWNjZXB0w6kgY2V0dGUgaW52aXRhdGlvbi4=
--0000000000003d5a2d05
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<p>Claire a accept=C3=A9 cette invitation.</p>
--0000000000003d5a2d05
Content-Type: text/calendar; charset="UTF-8"; method=REPLY
Content-Transfer-Encoding: 7bit

%(plain)s
--0000000000003d5a2d05--

--0000000000003d5a2f05
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

%(calendar)s
--0000000000003d5a2f05--
"""
#: What each program says within: the order of parameters, case, folding and zones differ.
_CALENDARS = {
    "Outlook": """\
BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=%(status)s;CN=Lefèvre Claire:MAILTO:%(person)s
COMMENT;LANGUAGE=fr-FR:À bientôt.\\n
UID:%(uid)s
SUMMARY;LANGUAGE=fr-FR:Accepté: Visite
DTSTART;TZID=Romance Standard Time:20261212T100000
DTEND;TZID=Romance Standard Time:20261212T120000
DTSTAMP:20261202T08%(minute)02d01Z
SEQUENCE:%(sequence)s
X-MICROSOFT-CDO-APPT-SEQUENCE:%(sequence)s
END:VEVENT
END:VCALENDAR
""",
    "Thunderbird": """\
BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:%(uid)s
DTSTAMP:20261202T08%(minute)02d01Z
ORGANIZER;CN=Foirail:mailto:%(to)s
ATTENDEE;PARTSTAT=%(status)s;ROLE=REQ-PARTICIPANT:mailto:
 %(person)s
X-MOZ-RECEIVED-SEQUENCE:%(sequence)s
END:VEVENT
END:VCALENDAR
""",
    "Google": """\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261212T090000Z
DTEND:20261212T110000Z
DTSTAMP:20261202T08%(minute)02d01Z
ORGANIZER;CN=Foirail:mailto:%(to)s
UID:%(uid)s
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=%(status)s;CN="Cl
 aire: mairie";X-NUM-GUESTS=0:mailto:%(person)s
DESCRIPTION:ATTENDEE\\;PARTSTAT=DECLINED:mailto:%(person)s
SEQUENCE:%(sequence)s
END:VEVENT
END:VCALENDAR
""",
}
PROGRAMS = {"Outlook": _OUTLOOK, "Thunderbird": _THUNDERBIRD, "Google": _GOOGLE}


def calendar_reply(program, person, to, status, number=1, sequence=0, minute=12):
    """The mail by which ``person``, an address, answers ``status`` to the invitation."""
    about = {"person": person, "to": to, "status": status, "uid": "meeting-1@forum.example.org"}
    about |= {"sequence": sequence, "minute": minute}
    plain = (_CALENDARS[program] % about).replace("\n", "\r\n")
    about |= {"id": number, "plain": plain, "calendar": encodebytes(plain.encode()).decode()}
    return (PROGRAMS[program] % about).encode()
