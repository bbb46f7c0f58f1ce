"""Ask in a container whether decoders run alone there: ``make container``.

It needs root, crun, and the profile of system calls that Podman and Docker begin with. The
container has the files of this machine, read-only, a user without rights and no network. Asked
again under a profile without Landlock, as older ones are, the check must name that.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.deployment.blocks import ROOT

PROFILE = Path("/usr/share/containers/seccomp.json")
NOBODY = 65534
ASK = """
import os, sys
os.environ |= {"FORUM_DEBUG": "1", "DJANGO_SETTINGS_MODULE": "forum.settings"}
import django
django.setup()
from forum.conversation.files.preparing.checks import check_sandbox
print([warning.msg for warning in check_sandbox()])
"""
#: crun wants cgroups of one version, and a root that is a mount; both for itself alone.
RUN = """
mount --make-rprivate /
umount --recursive /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount --bind / {bundle}/rootfs
exec crun --cgroup-manager=disabled run --bundle {bundle} foirail
"""


def main():
    """Return 0 where all walls stand in a container, and what one lacks is named."""
    whole, without = _ask(leave_out=""), _ask(leave_out="landlock")
    print(f"With the profile of Podman: {whole}\nWithout Landlock: {without}")
    return 0 if whole == "[]" and without.startswith("['Landlock is missing") else 1


def _ask(leave_out):
    """What the check says in a container whose profile has no call of this name."""
    with tempfile.TemporaryDirectory() as bundle:
        Path(bundle, "rootfs").mkdir()
        Path(bundle, "config.json").write_text(json.dumps(_configuration(leave_out)))
        command = ["unshare", "--mount", "/bin/sh", "-ec", RUN.format(bundle=bundle)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        subprocess.run(["crun", "delete", "--force", "foirail"], capture_output=True)
    return done.stdout.strip() or done.stderr.strip()


def _configuration(leave_out):
    temporary = {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}  # noqa: S108
    kinds = "pid", "mount", "ipc", "uts", "network"
    return {
        "ociVersion": "1.0.2",
        "root": {"path": "rootfs", "readonly": True},
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}, temporary],
        "process": {
            "user": {"uid": NOBODY, "gid": NOBODY},
            "args": [sys.executable, "-B", "-c", ASK],
            "env": ["PATH=/usr/bin:/bin"],
            "cwd": str(ROOT),
            "capabilities": {},
            "noNewPrivileges": True,
        },
        "linux": {
            "namespaces": [{"type": kind} for kind in kinds],
            "seccomp": _calls(leave_out),
        },
    }


def _calls(leave_out):
    """The profile as a container without capabilities has it, in the words of OCI."""
    profile = json.loads(PROFILE.read_text())
    allowed = [
        {key: rule[key] for key in ("names", "action", "errnoRet", "args") if rule.get(key)}
        for rule in profile["syscalls"]
        if not (rule.get("includes") or {}).get("caps")
    ]
    for rule in allowed:
        names = rule["names"]
        rule["names"] = [it for it in names if not (leave_out and leave_out in it)]
    return {
        "defaultAction": profile["defaultAction"],
        "defaultErrnoRet": profile["defaultErrnoRet"],
        "syscalls": [rule for rule in allowed if rule["names"]],
    }


if __name__ == "__main__":
    sys.exit(main())
