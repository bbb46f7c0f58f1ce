"""What may be claimed."""

from forum.mail_archives.models import MailAuthor


def may_be_claimed(address: str) -> bool:
    """Whether posts from ``address``, in lower case, are there whose author has no account.

    Of an archive that is not opened, nothing is told.
    """
    return MailAuthor.objects.filter(address=address, person__is_unclaimed=True).exists()
