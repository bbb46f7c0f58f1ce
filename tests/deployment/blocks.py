"""The code blocks of docs/operators.md, and what a machine without the world does instead."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "operators.md"
CERTIFICATE = "/etc/letsencrypt/live/forum.example.org"
FILL = "(cd /srv/foirail && python3 -B -m tests.deployment.fill_environment)"
#: Lines that need a person, a name of the world or another's server, by how they begin.
INSTEAD = {
    "apt install ": "dpkg-query --show {rest} >/dev/null",
    "runuser -u foirail -- git clone ": (
        "runuser -u foirail -- git clone -q /var/lib/foirail.git /srv/foirail"
    ),
    "sensible-editor ": FILL,
    "certbot ": (
        f"install -d {CERTIFICATE}\n"
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=forum.example.org"
        " -addext subjectAltName=DNS:forum.example.org"
        f" -keyout {CERTIFICATE}/privkey.pem -out {CERTIFICATE}/fullchain.pem"
    ),
    "runuser -u postgres -- createuser ": (
        "printf '%s\\n' secret secret | runuser -u postgres -- createuser --pwprompt foirail"
    ),
    "# ": "",
}


def blocks(heading):
    """The blocks of ``sh`` below a heading, in order: ``[(what stands behind sh, lines)]``."""
    section = re.split(rf"^#+ {re.escape(heading)}$", DOCUMENT.read_text(), flags=re.M)[1]
    section = re.split(r"^##+ ", section, maxsplit=1, flags=re.M)[0]
    found = re.findall(r"^```sh *(\w*)\n(.*?)^```$", section, flags=re.M | re.S)
    return [(kind, code.replace("\\\n", " ").splitlines()) for kind, code in found]


def runnable(lines):
    """A script of these lines, each as it stands or with what is done instead."""
    return "\n".join(["set -eux", *map(_instead, lines)])


def packages():
    """What ``apt install`` names, on any line of the document."""
    named = re.findall(r"^apt install (.+)$", DOCUMENT.read_text(), flags=re.M)
    return sorted({package for line in named for package in line.split()})


def _instead(line):
    for beginning, other in INSTEAD.items():
        if line.startswith(beginning):
            return (
                other.format(rest=line.removeprefix(beginning)) if "{rest}" in other else other
            )
    return line
