"""Follow docs/operators.md, line by line, on a Debian made for it: ``make deployment``.

It needs root, mmdebstrap and systemd-nspawn. Debian is made of its packages in a folder, and
kept there until the packages that the document names change. What fetches packages of Python
runs with the network of this machine; then it is booted with a network of its own, its units as
strict as they say, and ``visit.py`` follows the rest and visits the site.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deployment.blocks import ROOT, blocks, packages, runnable

WORK = ROOT / ".tools" / "deployment"
#: A machine has these, whatever is installed on it later.
BASE = ("systemd-sysv", "dbus", "ca-certificates", "init", "util-linux", "curl")
UNIT = """[Unit]
Description=Follow the documents
After=multi-user.target postgresql.service redis-server.service nginx.service
[Service]
Type=oneshot
WorkingDirectory=/srv/foirail
ExecStart=/usr/bin/python3 -B -m tests.deployment.visit
ExecStopPost=/usr/bin/systemctl --no-block poweroff
StandardOutput=append:/root/visit.log
StandardError=append:/root/visit.log
[Install]
WantedBy=multi-user.target
"""


def main():
    """Return 0 where every line and every visit went well; print what was seen."""
    debian, machine = _debian(), WORK / "machine"
    if machine.exists():
        shutil.rmtree(machine)
    subprocess.run(["cp", "--archive", "--reflink=auto", debian, machine], check=True)
    _bring_code(machine)
    ((_kind, lines), *_others) = blocks("On Debian 13")
    _enter(machine, runnable(lines))
    (machine / "etc/systemd/system/visit.service").write_text(UNIT)
    # Installed beside another server, PostgreSQL has chosen another port.
    _enter(machine, "sed -i 's/^port = .*/port = 5432/' /etc/postgresql/*/main/postgresql.conf")
    _enter(machine, "systemctl enable -q visit.service")
    booted = [*_container(machine), "--boot", "--private-network"]
    with (WORK / "boot.log").open("wb") as log:
        subprocess.run(booted, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=3000)
    seen = (machine / "root/visit.log").read_text(errors="replace")
    print(seen)
    return 0 if seen.rstrip().endswith("All was seen.") else 1


def _debian():
    """The folder of a Debian with the packages that the document names."""
    names = ",".join(sorted({*BASE, *packages()}))
    folder = WORK / f"debian-{hashlib.sha256(names.encode()).hexdigest()[:12]}"
    if not folder.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(
            [
                "mmdebstrap",
                "--quiet",
                "--variant=minbase",
                f"--include={names}",
                "trixie",
                part,
            ],
            check=True,
        )
        part.rename(folder)
    return folder


def _bring_code(machine):
    """What is committed here, as a repository to clone."""
    bare = machine / "var/lib/foirail.git"
    subprocess.run(
        ["git", "clone", "-q", "--bare", "--depth=1", f"file://{ROOT}", bare], check=True
    )
    (machine / "etc/gitconfig").write_text("[safe]\n\tdirectory = *\n")
    (machine / "etc/hosts").write_text("127.0.0.1 localhost forum.example.org\n")


def _enter(machine, script):
    """Run a script in the machine before it is booted, with the network of this one."""
    # Where packages are fetched from is this machine's to say.
    shared = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/ssl/certs")
    bound = [f"--bind-ro={path}" for path in shared if Path(path).exists()]
    passed = [f"--setenv={name}={value}" for name, value in os.environ.items()
              if name.startswith(("PIP_", "SSL_CERT"))]  # fmt: skip
    command = [*_container(machine), *bound, *passed, "/bin/sh", "-c", script]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)


def _container(machine):
    """A container of the machine, which no service manager here need know of."""
    options = ("--quiet", "--register=no", "--keep-unit", "--console=pipe")
    return ["systemd-nspawn", *options, f"--directory={machine}"]


if __name__ == "__main__":
    sys.exit(main())
