"""Reports of mail servers, as programs write them, of a mail that came back."""

from forum.mail.thread_mail.bounces.models import BounceCount

POSTFIX = """\
Return-Path: <>
Date: Fri, 27 Nov 2026 10:00:00 +0100 (CET)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: forum@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="A1B2C3.1764234000/mx.example.org"
Message-Id: <20261127090000.A1B2C3@mx.example.org>

--A1B2C3.1764234000/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

<{address}>: host mail.example.net[192.0.2.1] said: {said}
    (in reply to RCPT TO command)

--A1B2C3.1764234000/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: A1B2C3
Arrival-Date: Fri, 27 Nov 2026 09:59:58 +0100 (CET)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; {said}

--A1B2C3.1764234000/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned}
--A1B2C3.1764234000/mx.example.org--
"""

EXCHANGE = """\
From: <postmaster@rurale.onmicrosoft.example>
To: <forum@example.org>
Date: Fri, 27 Nov 2026 09:00:02 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e"
Subject: =?utf-8?B?Tm9uIHJlbWlzwqA6IFF1ZWxsZSBjaGF1ZmZlcmll?=
Auto-Submitted: auto-generated
MIME-Version: 1.0

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+Vm90cmUgbWVzc2FnZSBuJ2EgcGFzIHB1IMOqdHJlIHJlbWlzLjwvcD4=

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e
Content-Type: message/delivery-status

Reporting-MTA: dns;PR0P264MB0001.example
Received-From-MTA: dns;mx.example.org
Arrival-Date: Fri, 27 Nov 2026 09:00:01 +0000

Final-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{said}
X-Display-Name: Claire

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e
Content-Type: message/rfc822

Received: from mx.example.org (192.0.2.9) by PR0P264MB0001.example
{returned}

Bonjour.

--aaf3a6d1-4c43-4a1d-9b34-2f5c1d1c1f5e--
"""

GMAIL = """\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: forum@example.org
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
In-Reply-To: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000c1d2e3"; report-type=delivery-status

--000000000000c1d2e3
Content-Type: multipart/related; boundary="000000000000c1d2e4"

--000000000000c1d2e4
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

** Adresse introuvable **

Votre message n=E2=80=99a pas =C3=A9t=C3=A9 distribu=C3=A9 =C3=A0 {address}.

--000000000000c1d2e4--
--000000000000c1d2e3
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Fri, 27 Nov 2026 01:00:00 -0800 (PST)
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Remote-MTA: dns; gmail-smtp-in.example
Diagnostic-Code: smtp; {said}
Last-Attempt-Date: Fri, 27 Nov 2026 01:00:01 -0800 (PST)

--000000000000c1d2e3
Content-Type: message/rfc822

{returned}

Bonjour.

--000000000000c1d2e3--
"""

QMAIL = """\
Return-Path: <>
Date: 27 Nov 2026 09:00:00 -0000
From: MAILER-DAEMON@mx.example.net
To: forum@example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
{said}

--- Below this line is a copy of the message.

{returned}

Bonjour.
"""

COMPLAINT = """\
From: <abusedesk@fai.example>
Date: Fri, 27 Nov 2026 10:00:00 +0100
Subject: FW: Quelle chaufferie
To: <forum@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <forum@example.org>

--part1
Content-Type: message/rfc822
Content-Disposition: inline

{returned}

Bonjour.
--part1--
"""

NO_MAILBOX = {"status": "5.1.1", "said": "550 5.1.1 User unknown", "action": "failed"}
FULL = {"status": "4.2.2", "said": "452 4.2.2 Mailbox full", "action": "failed"}


def headers_of(message, *without):
    lines = (f"{name}: {value}" for name, value in message.items() if name not in without)
    return "\n".join(lines)


def bounce(sample, sent, address, returned=None, **said):
    """The bounce ``sample`` of the mail ``sent`` to ``address``."""
    values = NO_MAILBOX | said
    returned = headers_of(sent) if returned is None else returned
    text = sample.format(
        address=address, returned=returned, message_id=sent["Message-ID"], **values
    )
    return text.encode()


def complaint(sent, kind="abuse", returned=None):
    returned = headers_of(sent) if returned is None else returned
    return COMPLAINT.format(kind=kind, returned=returned).encode()


def is_paused(person):
    rows = BounceCount.objects.filter(person=person)
    return rows.filter(paused_at__isnull=False, address=person.email).exists()
