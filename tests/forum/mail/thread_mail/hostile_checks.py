"""What holds of every mail, however it was made: it ends somewhere, in time."""

import time
from collections import Counter

from django.core import mail

from forum.mail.incoming_mail.models import MailCount, MailResult
from forum.mail.thread_mail.quarantine.models import QuarantinedMail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.models import Post

#: Results that leave a row with the mail as it came.
_KEPT = {MailResult.PUBLISHED, MailResult.HELD, MailResult.REFUSED}


def receive_all(mails, address, most_seconds):
    """Receive ``(name, raw)`` each; return the results, and the seconds that the longest took.

    Nothing raises; each is counted once; each that may be a person's own is kept as it came.
    """
    results, longest = Counter(), (0.0, "")
    mail.outbox, before = [], Post._base_manager.count()
    for name, raw in mails:
        begun = time.perf_counter()
        result = receive_mail(raw, address)
        longest = max(longest, (time.perf_counter() - begun, name))
        assert longest[0] < most_seconds, (name, len(raw), longest)
        results[result] += 1
        if result in _KEPT:
            assert bytes(ReceivedMail.objects.latest("pk").raw) == raw, name
        elif result is MailResult.QUARANTINED:
            assert QuarantinedMail.objects.filter(raw=raw).exists(), name
        del mail.outbox[:]
    counts = MailCount.objects.exclude(result="untold").values_list("result", "number")
    told = {it.value: n for it, n in results.items() if it is not MailResult.UNTOLD}
    assert dict(counts) == told
    published = results[MailResult.PUBLISHED] + results[MailResult.HELD]
    assert Post._base_manager.count() - before <= published
    return results, longest
