"""On a development site mails are written on the terminal as one reads them."""

from io import StringIO

from django.core.mail import EmailMessage

from forum.site.mail_console import EmailBackend
from tests.test_settings import read_settings

LINK = "http://127.0.0.1:8000/charte/demandes/1-1.PYnGh9WuVdrq2TH3iKHkf3J_ra5cwSVFQmcZssAryds/"


def test_mail_goes_to_the_terminal_of_a_development_site_with_its_links_whole():
    backend = read_settings()["MAILERS"]["default"]["BACKEND"]
    assert backend == f"{EmailBackend.__module__}.EmailBackend"
    terminal = StringIO()
    mail = EmailMessage("À signer : la charte", f"Signez ici :\n\n{LINK}\n", to=["a@mairie.fr"])
    mail.attach("reçu.pdf", b"%PDF", "application/pdf")
    EmailBackend(stream=terminal).send_messages([mail])
    written = terminal.getvalue()
    assert f"\n{LINK}\n" in written and "To: a@mairie.fr" in written
    assert "Subject: À signer : la charte" in written and "[reçu.pdf]" in written


def test_a_mail_server_that_is_named_takes_the_mail_instead():
    read = read_settings(EMAIL_URL="smtp://mail.exemple.fr:25")
    assert read["MAILERS"]["worker"]["BACKEND"].endswith("smtp.EmailBackend")
