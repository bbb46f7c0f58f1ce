"""Servers that keep, send and look at files, for the tests of ``file_servers.py``.

Each runs as whoever runs the tests, on loopback ports or a socket of its own, in a folder of
its own, and is ended with the test that it is for.
"""

import json
import os
import pwd
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port

START_WITHIN = 60  # seconds, on a busy machine
WEED = Path(sys.executable).with_name("weed")
CLAMD, NGINX = "/usr/sbin/clamd", "/usr/sbin/nginx"
KEY, SECRET, BUCKET = "foirail", "secret-of-tests", "foirail"
#: What the clamd of the tests finds: the bytes of a name, in hexadecimal.
SIGNATURE = b"FOIRAIL-TEST-VIRUS"


@contextmanager
def seaweedfs(folder):
    """An S3 server of SeaweedFS; the address that a bucket's settings name."""
    identity = {
        "name": KEY,
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    parts = ("master", "volume", "filer", "s3")
    names = [f"{part}.port{kind}" for part in parts for kind in ("", ".grpc")]
    ports = {name: free_port() for name in names}
    command = [
        WEED, "server", f"-dir={folder}/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer",
        "-s3", f"-s3.config={folder}/s3.json", "-s3.iam=false", "-s3.port.iceberg=0",
        "-s3.port.lance=0", "-volume.max=8", "-master.volumeSizeLimitMB=64",
        *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    with _running(command, folder) as server:
        address = f"http://127.0.0.1:{ports['s3.port']}"
        _wait(server, folder, lambda: _make_bucket(address))
        yield address


def client_of(address):
    """A client of S3 that tries once."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=20)
    return boto3.client(
        "s3", endpoint_url=address, aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        region_name="us-east-1", config=config,
    )  # fmt: skip


def _make_bucket(address):
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client_of(address).create_bucket(Bucket=BUCKET)
        client_of(address).put_object(Bucket=BUCKET, Key="zz/first", Body=b"?")
    except (BotoCoreError, ClientError):
        return False
    return True


@contextmanager
def clamd(folder, most_megabytes):
    """A clamd with one signature of ours; its socket, whose path is short as it must be."""
    (folder / "signatures").mkdir()
    line = f"Foirail.Test:0:*:{SIGNATURE.hex()}\n"
    (folder / "signatures" / "foirail.ndb").write_text(line)
    path = folder / "clamd.ctl"
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nLocalSocket {path}\nDatabaseDirectory {folder}/signatures\n"
        f"User {pwd.getpwuid(os.getuid()).pw_name}\nStreamMaxLength {most_megabytes}M\n"
        f"TemporaryDirectory {folder}\nLogFile {folder}/clamd.log\n"
    )
    with _running([CLAMD, "-c", folder / "clamd.conf"], folder) as server:
        _wait(server, folder, path.exists)
        yield str(path)


@contextmanager
def nginx(folder, conf, port):
    """nginx with this configuration, once ``port`` listens."""
    import socket

    def listens():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with _running([NGINX, "-p", folder, "-c", conf, "-e", "stderr"], folder) as server:
        _wait(server, folder, listens)
        yield


@contextmanager
def _running(command, folder):
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server, folder, is_ready):
    end = time.monotonic() + START_WITHIN
    while not is_ready():
        said = (folder / "server.log").read_text(errors="replace")[-3000:]
        assert server.poll() is None and time.monotonic() < end, said
        time.sleep(0.1)
