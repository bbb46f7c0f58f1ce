"""Mails that no person writes: mutated ones, and such as are made to break what reads them.

All follow from a seed, so that one that breaks something breaks it again.
"""

import base64
import io
import random
import zipfile
from email.message import EmailMessage

CHARSETS = ["utf-7", "utf-16", "utf-32", "rot13", "unicode_escape", "idna", "punycode", "hex",
            "base64", "zlib", "bz2", "x-nothing", "", "\xe9t\xe9", "latin-1", "cp1252", "hz",
            "iso-2022-jp", "big5", "mbcs", "undefined", "raw_unicode_escape", "us-ascii",
            "utf-8\"; boundary=\"x"]  # fmt: skip
TEXT = (
    "Bonjour à tous,\n\n150 kW ont suffi pour l’école.\n\n"
    "Le 12/03/2026 à 10:00, Jeanne Brunel <jeanne@exemple.fr> a écrit :\n> Quelle puissance ?\n"
    "\n-- \nClaire\n"
)


def plain_mails(person):
    """Mails as programs write them, of every make: what is mutated."""
    mails = []
    for make in (_plain, _html, _alternative, _with_files, _forwarded):
        message = EmailMessage()
        message["From"], message["Subject"] = f"Claire <{person.email}>", "Re: Chaufferie été"
        message["Received"] = "from a by b; Thu, 12 Mar 2026 10:00:00 +0100"
        message["Content-Language"] = "fr"
        make(message)
        mails.append(message)
    return [it.as_bytes() for it in mails]


def _plain(message):
    message.set_content(TEXT, cte="quoted-printable", params={"format": "flowed"})


def _html(message):
    message.set_content(f"<p>{TEXT}</p><blockquote>Avant</blockquote>", "html", cte="base64")


def _alternative(message):
    message.set_content(TEXT)
    message.add_alternative(f"<div>{TEXT}</div>", "html")


def _with_files(message):
    _alternative(message)
    message.add_attachment(_zip_bomb(), maintype="application", subtype="zip", filename="é.zip")
    message.add_attachment(TEXT, filename="notes.txt")


def _forwarded(message):
    inner = EmailMessage()
    inner["Subject"] = "Avant"
    _alternative(inner)
    message.set_content(TEXT)
    message.add_attachment(inner)


def _zip_bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", b"\0" * 2_000_000)
    return packed.getvalue()


def mutated(raw, seed):
    """``raw`` with a few things changed in it, and a Message-ID of its own."""
    chance = random.Random(seed)
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        chance.choice(_MUTATIONS)(changed, chance)
    return b"Message-ID: <%d@hostile.example>\n%s" % (seed, bytes(changed))


def _at(changed, chance):
    return chance.randrange(len(changed) or 1)


def _flip(changed, chance):
    if changed:
        changed[_at(changed, chance)] = chance.randrange(256)


def _cut(changed, chance):
    at = _at(changed, chance)
    del changed[at : at + chance.randint(1, 200)]


def _repeat(changed, chance):
    at = _at(changed, chance)
    changed[at:at] = changed[at : at + chance.randint(1, 80)] * chance.randint(1, 20)


def _end(changed, chance):
    del changed[_at(changed, chance) :]


def _lie(changed, chance):
    at = changed.find(b"charset=")
    if at >= 0:
        changed[at + 8 : at + 15] = chance.choice(CHARSETS).encode("latin-1")


def _insert(changed, chance):
    at = _at(changed, chance)
    changed[at:at] = chance.choice([
        b"\n\n", b"\r", b"\0", b"\nContent-Type: multipart/mixed; boundary=\n", b"=?x?B?/?=",
        b"\nContent-Transfer-Encoding: x-uuencode\n", b"\xff\xfe", b"\nFrom: \n", b"\xe2\x80",
        b"\nContent-Disposition: attachment; filename*=x'y'%ZZ\n", b"\nDate: 99\n", b"<" * 50,
        b"\nSubject: =?x?q?=\n", b"\nContent-Type: text/html; charset=\n", b"=\n", b"(" * 90,
    ])  # fmt: skip


def _shuffle(changed, chance):
    lines = bytes(changed).split(b"\n")
    at = chance.randrange(len(lines))
    other = chance.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]
    changed[:] = b"\n".join(lines)


_MUTATIONS = [_flip, _flip, _cut, _repeat, _end, _lie, _insert, _insert, _shuffle]


def bombs(person, count, scale):
    """``count`` mails that are made to take time, memory or the stack; ``scale``: how far."""
    head = f"From: {person.email}\nSubject: Re: Bois\nMIME-Version: 1.0\n".encode()
    for number in range(count):
        make = _BOMBS[number % len(_BOMBS)]
        chance = random.Random(number)
        size = max(1, int(scale * chance.uniform(0.1, 1)))
        identity = b"Message-ID: <%d@bomb.example>\n" % number
        yield make.__name__, identity + head + make(size, chance)


def _nested_parts(size, _chance):
    depth = min(size * 10, 20_000)
    opened = (
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (it, it)
        for it in range(depth)
    )
    return b"".join(opened) + b"Content-Type: text/plain\n\nFond.\n"


def _nested_mails(size, _chance):
    return b"Content-Type: message/rfc822\n\n" * min(size * 10, 20_000) + b"\nFond.\n"


def _many_parts(size, _chance):
    part = b"--b\nContent-Type: text/plain\n\nUn.\n"
    return b'Content-Type: multipart/mixed; boundary="b"\n\n' + part * (size * 5) + b"--b--\n"


def _long_header(size, chance):
    name = chance.choice([b"Subject", b"To", b"References", b"X-Rien", b"Received"])
    filler = chance.choice([b"x", b"a@b.c, ", b"=?utf-8?q?=C3=A9?= ", b"(", b'"', b"\\", b"<"])
    return name + b": " + filler * (size * 10_000 // len(filler)) + b"\n\nOui.\n"


def _many_headers(size, _chance):
    lines = (b"X-%d: %d\n" % (it, it) for it in range(size * 20))
    return b"".join(lines) + b"\nOui.\n"


def _many_parameters(size, _chance):
    given = (b";\n name*%d*=utf-8''%%C3%%A9" % it for it in range(size * 2))
    return b"Content-Type: text/plain" + b"".join(given) + b"\n\nOui.\n"


def _quotations(size, chance):
    line = chance.choice([b"> Quoi ?\n", b">" * 300 + b"\n", b"Le 1 a @ : \n", b"De : a@b.c\n",
                          b"-----Message d'origine-----\n", b"(http://\n> ", b"-- \n",
                          b"Le 12/03/2026 a 10:00, "])  # fmt: skip
    return b"\n" + line * (size * 30)


def _deep_html(size, chance):
    tag = chance.choice([b"<div>", b"<blockquote>", b"<table><tr><td>", b"<ul><li>", b"<b>"])
    return b"Content-Type: text/html\n\n" + tag * (size * 20) + b"Fond."


def _wide_html(size, chance):
    piece = chance.choice([b"<p>x", b"&#x10FFFF;", b"<a href=//x>y</a>", b"<!--", b"<td>x"])
    return b"Content-Type: text/html\n\n" + piece * (size * 30)


def _lying_charset(size, chance):
    charset = chance.choice(CHARSETS).encode("latin-1")
    body = bytes(chance.randrange(256) for _ in range(min(size * 10, 20_000)))
    way = b"Content-Transfer-Encoding: base64\n"
    return b"Content-Type: text/plain; charset=%s\n%s\n%s" % (
        charset, way, base64.encodebytes(body),
    )  # fmt: skip


def _long_body(size, chance):
    filler = chance.choice([b"x", b"\xe9", b"\0", b" ", b"\t ", b"\r", b"*", b"[", b"`", b"|-"])
    return b"\n" + filler * (size * 10_000)


def _archive(size, _chance):
    bomb = base64.encodebytes(_zip_bomb())
    return (
        b'Content-Type: application/zip; name="a.zip"\nContent-Transfer-Encoding: base64\n\n'
        + bomb * max(1, size // 50)
    )


_BOMBS = [
    _nested_parts, _nested_mails, _many_parts, _long_header, _many_headers, _many_parameters,
    _quotations, _deep_html, _wide_html, _lying_charset, _long_body, _archive,
]  # fmt: skip
