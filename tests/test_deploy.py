"""What operators are given fits the code, and the programs that it is for accept it."""

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from accounts.base import sandbox_program
from realtime import limits
from tests.realtime.processes import database_url
from tests.servers import free_port

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
#: Variables that a program other than ours reads.
FOREIGN = {"WEB_CONCURRENCY", "SOCKETS_HOST", "PGOPTIONS"}
#: Not for production: there it is refused.
DEVELOPMENT = {"FORUM_DEMO", "FORUM_DEV_ADDRESS"}


def known_to_settings():
    """Every variable that the settings read."""
    files = (
        *(ROOT / "forum/settings").glob("*.py"),
        ROOT / "accounts/users/openid_settings.py",
        ROOT / "accounts/author_records/keys.py",
    )
    source = "".join(file.read_text() for file in files)
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))


def commands(program):
    """What the units have ``program`` do, as lists of arguments."""
    text = "".join(unit.read_text() for unit in UNITS).replace("\\\n", " ")
    started = (
        shlex.split(line) for line in re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    )
    return [args for path, *args in started if path == f"/srv/foirail/.venv/bin/{program}"]


def test_the_example_environment_names_all_that_production_reads_and_nothing_else():
    example = (DEPLOY / "foirail.env.example").read_text()

    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert named == known_to_settings() - DEVELOPMENT


def test_the_page_of_configuration_explains_every_variable():
    table = (
        (ROOT / "docs/configuration.md").read_text().replace("`, `_", "`, `FORUM_PUBLISHER_")
    )

    assert known_to_settings() <= set(re.findall(r"`([A-Z_]{6,})`", table))


def test_the_shell_reads_the_example():
    shell = "set -a; . deploy/foirail.env.example; set +a; env -0"
    env = {"PATH": "/usr/bin:/bin"}
    said = subprocess.run(
        ["sh", "-c", shell], env=env, cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout

    read = dict(entry.split("=", 1) for entry in said.split("\0") if "=" in entry)
    assert read["FORUM_DEBUG"] == "0" and read["FORUM_HOSTS"] == "forum.example.org"
    assert read["FORUM_FROM_EMAIL"] == "Foirail <ne-pas-repondre@example.org>"


def test_the_units_set_no_variable_that_nobody_reads():
    text = "".join(unit.read_text() for unit in UNITS)

    named = set(re.findall(r"^Environment=\"?([A-Z_]+)=", text, re.MULTILINE))
    assert named <= known_to_settings() | FOREIGN


@pytest.mark.deep
def test_what_the_units_start_is_there_and_takes_these_options():
    (pages,), (sockets,) = commands("gunicorn"), commands("uvicorn")

    checked = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", *pages], cwd=ROOT
    )
    assert checked.returncode == 0
    from uvicorn.main import main

    sockets = [part.replace("%i", "8101") for part in sockets]
    options = main.make_context("uvicorn", sockets).params
    module, _colon, name = options["app"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert limits.MAX_FRAME_BYTES <= options["ws_max_size"] <= 2**16


def test_the_commands_of_the_units_exist():
    started = commands("python")

    assert [args[1] for args in started] == [
        "lmtp",
        "collectstatic",
        "check",
        "migrate",
        "load_network",
        "ox_worker",
    ]
    for _manage, name, *args in started:
        app = get_commands()[name]
        command = app if not isinstance(app, str) else load_command_class(app, name)
        command.create_parser("manage.py", name).parse_args(args)


def test_each_process_may_write_the_folder_of_files():
    takes = ("lmtp", "pages", "prepare", "sockets@", "worker", "small")
    units = {name: (DEPLOY / f"systemd/foirail-{name}.service").read_text() for name in takes}

    for name, text in units.items():
        (folder,) = re.findall(r"^StateDirectory=(.+)$", text, re.MULTILINE)
        assert "/var/lib/foirail/files".startswith(f"/var/lib/{folder}"), name
        assert "StateDirectoryMode=0750" in text, name


def test_operators_are_told_no_command_without_its_environment():
    told = (ROOT / "docs/operators.md").read_text()
    alone = re.findall(r"^.*(?<![\w/])(?:python )?manage\.py (?!COMMAND|grow).*$", told, re.M)

    assert alone == []


@pytest.mark.skipif(os.geteuid() or not shutil.which("runuser"), reason="needs root, runuser")
def test_foirail_manage_brings_environment_and_user_along():
    with TemporaryDirectory(dir="/tmp") as name:  # Others may walk down to it.
        folder = Path(name)
        folder.chmod(0o755)
        python = folder / "site/.venv/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(
            '#!/bin/sh\nid -un; umask; echo "$FORUM_FROM_EMAIL"; printf "%s|" "$@"'
        )
        python.chmod(0o755)
        script = (DEPLOY / "foirail-manage").read_text()
        script = script.replace("/srv/foirail", f"{folder}/site").replace("=foirail", "=nobody")
        script = script.replace("/etc/foirail", str(folder))
        without = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
        shutil.copy(DEPLOY / "foirail.env.example", folder / "foirail.env")
        (folder / "foirail.env").chmod(0o600)
        command = ["sh", "-c", script, "foirail-manage", "shell", "-c", "print('a b')"]
        run = subprocess.run(command, capture_output=True, text=True)

    assert (without.returncode, without.stderr[:31]) == (75, "foirail-manage: run it as root;")
    user, mask, sender, arguments = run.stdout.splitlines()
    assert (user, mask) == ("nobody", "0022")
    assert sender == "Foirail <ne-pas-repondre@example.org>"
    assert arguments == f"{name}/site/manage.py|shell|-c|print('a b')|"


@pytest.mark.deep
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_worker_says_nothing_while_all_is_well(tmp_path):
    environment = os.environ | {"DATABASE_URL": database_url(tmp_path), "FORUM_DEBUG": "1"}
    environment |= {"EMAIL_URL": "dummymail://", "FORUM_FILES": str(tmp_path)}
    command = [sys.executable, "manage.py", "ox_worker", "--batch"]
    worker = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )

    assert (worker.returncode, worker.stdout, worker.stderr) == (0, "", "")


def test_nginx_and_systemd_speak_of_the_same_processes():
    target = (DEPLOY / "systemd/foirail.target").read_text()
    upstreams = (DEPLOY / "nginx/upstreams-one-machine.conf").read_text()
    socket = (DEPLOY / "systemd/foirail-pages.socket").read_text()

    started = set(re.findall(r"foirail-sockets@(\d+)\.service", target))
    assert started == set(re.findall(r"127\.0\.0\.1:(\d+)", upstreams))
    (path,) = re.findall(r"^ListenStream=(.+)$", socket, re.MULTILINE)
    assert f"unix:{path} " in upstreams


def test_nginx_lets_as_many_in_as_a_process_takes():
    site = (DEPLOY / "nginx/foirail.conf").read_text()

    (most,) = re.findall(r"limit_conn +foirail_lines (\d+);", site)
    assert 1_400 <= int(most) <= limits.MAX_CONNECTIONS_PER_ADDRESS
    unit = (DEPLOY / "systemd/foirail-sockets@.service").read_text()
    (files,) = re.findall(r"LimitNOFILE=(\d+)", unit)
    assert int(files) > 2 * limits.MAX_CONNECTIONS


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_accepts_the_units(tmp_path):
    for unit in UNITS:
        text = unit.read_text().replace("/srv/foirail/.venv/bin/", f"{sys.prefix}/bin/")
        (tmp_path / unit.name).write_text(text)
    template = tmp_path / "foirail-sockets@.service"
    instance = template.rename(tmp_path / "foirail-sockets@8101.service")
    shutil.copy(instance, tmp_path / "foirail-sockets@8102.service")

    verified = subprocess.run(
        ["systemd-analyze", "verify", *tmp_path.iterdir()], capture_output=True, text=True
    )
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_units_allow_what_the_sandbox_of_decoders_calls():
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True
    )
    sets = {}
    for line in listed.stdout.splitlines():
        if line.startswith("@"):
            sets[line] = members = set()
        elif line.strip() and not line.lstrip().startswith("#"):
            members.add(line.strip())

    def calls(name):
        return set().union(*map(calls, sets[name])) if name in sets else {name}

    needed = {"prctl", "setpriority", "prlimit64", "open", "openat", "clone"}
    needed |= {*sandbox_program._SYSTEM_CALLS.split()}
    by_hand = {f"landlock_{it}" for it in ("create_ruleset", "add_rule", "restrict_self")}
    for unit in (DEPLOY / "systemd").glob("*.service"):
        (base, named) = re.findall(r"^SystemCallFilter=(.+)$", unit.read_text(), re.MULTILINE)
        assert {*named.split()} == by_hand | {"seccomp"}  # Before version 256 in no set.
        assert needed <= calls(base), unit


NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@pytest.mark.skipif(not NGINX, reason="needs nginx")
@pytest.mark.parametrize("upstreams", ["one-machine", "several-machines", "small"])
def test_nginx_accepts_the_site(upstreams, tmp_path):
    ports = {port: free_port() for port in ("80", "443", "8100")}
    conf = nginx_conf(tmp_path, upstreams, ports)

    tested = subprocess.run(
        [NGINX, "-t", "-q", "-p", tmp_path, "-c", conf, "-e", "stderr"],
        capture_output=True,
        text=True,
    )
    assert (tested.returncode, tested.stderr) == (0, "")


def nginx_conf(folder, upstreams, ports):
    """A whole configuration in ``folder`` around the site, on other ``ports``, on loopback."""
    names = ("foirail.conf", f"upstreams-{upstreams}.conf")
    site = "".join((DEPLOY / "nginx" / name).read_text() for name in names)
    site = re.sub(r" +listen \[::\].+\n", "", site)
    for port, other in ports.items():
        site = re.sub(rf"listen (127\.0\.0\.1:)?{port}\b", f"listen 127.0.0.1:{other}", site)
    for told, here in {
        "/etc/letsencrypt/live/forum.example.org": folder,
        "/srv/foirail": ROOT,
    }.items():
        site = site.replace(told, str(here))
    _certify(folder)
    conf, types = folder / "nginx.conf", Path("/etc/nginx/mime.types")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    http = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    http += f"include {types};\n" if types.exists() else ""
    conf.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nevents {{ worker_connections 2048; }}\n"
        f"http {{\naccess_log {folder}/access.log;\n{http}{site}\n}}\n"
    )
    return conf


def _certify(folder):
    """A certificate that nobody need trust."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "forum.example.org")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
