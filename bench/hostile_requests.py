"""Searches and mails that are made to cost: what their answers are, and how pages go on."""

import http.client
import smtplib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bench import tables
from bench.servers import PYTHON, Server
from bench.targets import load_page
from tests.servers import free_port

#: What a site needs so that its mail service looks at a mail at all.
_MAIL_SETTINGS = {
    "FORUM_REPLY_ADDRESS": "reponse@127.0.0.1",
    "FORUM_AUTHSERV_ID": "mx.bench.invalid",
}
SEARCHES, MAILS = 4, 10
#: A text that is searched; addresses and parts of a mail, and characters of each part.
TEXT = "3 " * 10_000
_ADDRESSES, _PARTS, _BYTES = 3, 3, 400_000


@contextmanager
def mail_service(site):
    """Yield the port on which ``site`` takes mail (LMTP)."""
    port = free_port("")
    command = [PYTHON, "manage.py", "lmtp", "--listen", f"127.0.0.1:{port}"]
    log = site.folder / "lmtp.log"
    with Server(command, port, log, environment=site.environment | _MAIL_SETTINGS):
        yield port


def hostile_requests(case, target, mail_port):
    """Four searches for the number that long posts repeat, and ten mails of tables at once.

    Meanwhile a member's home is loaded, again and again.
    """
    case.lines = SEARCHES + MAILS
    with ThreadPoolExecutor(SEARCHES + MAILS) as pool:
        running = [pool.submit(_search, target.pages_port) for _ in range(SEARCHES)]
        running += [pool.submit(_send_mail, mail_port, number) for number in range(MAILS)]
        loads = []
        while not all(one.done() for one in running):
            began = time.monotonic()
            load_page(target.pages_port, "/", target.cookies[0])
            loads.append((time.monotonic() - began) * 1000)
    answers = [one.result() for one in running]
    case.codes += Counter(code for code, _seconds in answers)
    slowest = [max(seconds for _code, seconds in answers[at]) for at in _KINDS]
    case.note = (
        f"searches {slowest[0]:.1f} s, mails {slowest[1]:.1f} s at most; "
        f"pages {', '.join(f'{it:.0f}' for it in tables.parts(loads))} ms"
    )


_KINDS = slice(SEARCHES), slice(SEARCHES, None)


def _search(port):
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    line.request("GET", "/recherche/?q=3")
    answer = line.getresponse()
    answer.read()
    line.close()
    return f"search {answer.status}", time.monotonic() - began


def _send_mail(port, number):
    began = time.monotonic()
    part = "<table><tr><td>a" * (_BYTES // 16)
    parts = f"--x\r\nContent-Type: text/html\r\n\r\n{part}\r\n" * _PARTS
    mail = (
        f"From: a{number}@bench.invalid\r\nMessage-ID: <{number}@bench.invalid>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
        f"{parts}--x--\r\n"
    )
    addresses = [f"reponse+x{number}-{one}@127.0.0.1" for one in range(_ADDRESSES)]
    service = smtplib.LMTP("127.0.0.1", port, timeout=300)
    try:
        service.sendmail(f"a{number}@bench.invalid", addresses, mail)
        code = 250
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
    except smtplib.SMTPResponseException as refused:
        code = refused.smtp_code
    finally:
        service.close()  # QUIT would read the answer for another address.
    return f"mail {code}", time.monotonic() - began
