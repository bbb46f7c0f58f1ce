"""Archives that are broken, or made to harm: each function breaks one, and says its words."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

from forum.site.operations import backups
from forum.site.operations.archives import MANIFEST, SUMS

ALTERED, FOREIGN = "not as they were written", "holds what no backup does"
NO_ARCHIVE, CUT_OFF = "It is no archive", "It is cut off"
ACT = "files/actes/"
GIGABYTES = 3 * 2**30
BROKEN = {}


def breaks(words):
    """Enter a function that is given the parts of an archive and its path, with ``words``."""

    def enter(function):
        BROKEN[function.__name__.replace("_", " ")] = function, words
        return function

    return enter


def read(path):
    """The parts of an archive: ``{name: content}``."""
    with tarfile.open(path) as tar:
        return {it.name: tar.extractfile(it).read() for it in tar if it.name != SUMS}


def write(path, parts, sums=None, mode="w"):
    """Write an archive of ``parts``, with true ``sums`` unless others are given."""
    if sums is None:
        sums = sums_of(parts)
    with tarfile.open(path, mode) as tar:
        for name, content in {**parts, SUMS: sums}.items():
            add(tar, name, content)


def sums_of(parts):
    """What ``SHA256SUMS`` says of them."""
    lines = (f"{hashlib.sha256(it).hexdigest()}  {name}\n" for name, it in parts.items())
    return "".join(lines).encode(errors="surrogateescape")


def add(tar, name, content=b"", **changed):
    """Add a part to an archive."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in changed.items():
        setattr(info, attribute, value)
    tar.addfile(info, BytesIO(content))


def act_of(parts):
    """The name of the act among them."""
    return next(name for name in parts if name.startswith(ACT))


# ---- cut off, altered, no archive


@breaks(CUT_OFF)
def cut_off_within_a_part(parts, path):
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"un acte") + 3])


@breaks(CUT_OFF)
def cut_off_before_its_sums(parts, path):
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(SUMS.encode())])


@breaks(ALTERED)
def two_bytes_changed(parts, path):
    path.write_bytes(path.read_bytes().replace(b"un acte", b"un bdte"))


@breaks(NO_ARCHIVE)
def empty(parts, path):
    path.write_bytes(b"")


@breaks(NO_ARCHIVE)
def a_text(parts, path):
    path.write_text("bonjour")


@breaks(NO_ARCHIVE)
def a_zip(parts, path):
    path.unlink()
    shutil.make_archive(str(path.with_suffix("")), "zip", Path(__file__).parent)
    path.with_suffix(".zip").rename(path)


@breaks(NO_ARCHIVE)
def compressed_with_sums_that_unpack_to_gigabytes(parts, path):
    write(path, parts, b"0" * 2**26, "w:gz")


@breaks(NO_ARCHIVE)
def compressed_otherwise(parts, path):
    write(path, parts, mode="w:xz")


# ---- parts and their sums


@breaks(f"{ALTERED}: .*{ACT}")
def a_part_missing(parts, path):
    sums = sums_of(parts)
    del parts[act_of(parts)]
    write(path, parts, sums)


@breaks(f"{SUMS} is missing")
def without_sums(parts, path):
    with tarfile.open(path, "w") as tar:
        for name, content in parts.items():
            add(tar, name, content)


@breaks(f"{ALTERED}: files/more.txt")
def a_part_without_a_sum(parts, path):
    write(path, parts | {"files/more.txt": b"more"}, sums_of(parts))


@breaks(f"{ALTERED}: files/more.txt")
def a_sum_without_a_part(parts, path):
    write(path, parts, sums_of(parts | {"files/more.txt": b"more"}))


@breaks("a part too many: files/more.txt")
def a_part_after_the_sums(parts, path):
    with tarfile.open(path, "a") as tar:
        add(tar, "files/more.txt", b"more")


@breaks("a part too many: files/actes")
def a_part_twice(parts, path):
    with tarfile.open(path, "w") as tar:
        for name, content in [
            *parts.items(),
            (act_of(parts), b"other"),
            (SUMS, sums_of(parts)),
        ]:
            add(tar, name, content)


@breaks(ALTERED)
def sums_in_capitals(parts, path):
    write(path, parts, sums_of(parts).upper())


@breaks(NO_ARCHIVE)
def sums_that_are_no_text(parts, path):
    write(path, parts, b"\xff\xfe" * 100)


@breaks(ALTERED)
def sums_of_gigabytes(parts, path):
    _with_a_large_part(parts, path, SUMS)


@breaks(NO_ARCHIVE)
def a_manifest_of_gigabytes(parts, path):
    del parts[MANIFEST]
    _with_a_large_part(parts, path, MANIFEST)


def _with_a_large_part(parts, path, name, **changed):
    """An archive that ends with a part of gigabytes, all of which is there, on no disk."""
    with tarfile.open(path, "w") as tar:
        for other, content in parts.items():
            add(tar, other, content)
    info = tarfile.TarInfo(name)
    info.size = GIGABYTES
    for attribute, value in changed.items():
        setattr(info, attribute, value)
    with path.open("r+b") as file:
        file.seek(_end_of(path))
        file.write(info.tobuf(tarfile.GNU_FORMAT))
        file.truncate(file.tell() + GIGABYTES + 2**20)


def _end_of(path):
    """Where the last part of an archive ends."""
    with tarfile.open(path) as tar:
        last = tar.getmembers()[-1]
    return last.offset_data + -(-last.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE


# ---- names and kinds


def breaks_by_part(name, words=FOREIGN, **changed):
    """Enter an archive with such a part more."""

    def function(parts, path):
        with tarfile.open(path, "w") as tar:
            for other, content in parts.items():
                add(tar, other, content)
            content = b"" if changed.get("type") else b"more"
            add(tar, name, content, **changed)
            more = {name: content}
            add(tar, SUMS, sums_of(parts | more))

    return function, words


BROKEN |= {
    "out of its folder": breaks_by_part("../more.txt"),
    "out of its folder by a turn": breaks_by_part("files/actes/../../../more.txt"),
    "an absolute name": breaks_by_part("/tmp/more.txt"),
    "a name with a backslash": breaks_by_part("files\\more.txt"),
    "a name with a line break": breaks_by_part("files/more\n.txt"),
    "a name that is no UTF-8": breaks_by_part("files/\udcff\udcfe.txt"),
    "a name with a mark of direction": breaks_by_part("files/\u202etxt.pdf"),
    "a name of thousands of letters": breaks_by_part("files/" + "a" * 5000),
    "a hidden name": breaks_by_part("files/.replaced/more.txt"),
    "a file in a file": breaks_by_part("files/actes", "a file that is a folder too"),
    "a part beside": breaks_by_part("more.txt"),
    "a folder": breaks_by_part("files/more", type=tarfile.DIRTYPE),
    "a link out": breaks_by_part(
        "files/more.txt", type=tarfile.SYMTYPE, linkname="/etc/passwd"
    ),
    "a link within": breaks_by_part(
        "files/actes/more.txt", type=tarfile.SYMTYPE, linkname="../../database.sqlite3"
    ),
    "a link to nothing": breaks_by_part(
        "files/more.txt", type=tarfile.SYMTYPE, linkname="nothing"
    ),
    "a hard link": breaks_by_part("files/more.txt", type=tarfile.LNKTYPE, linkname=MANIFEST),
    "a device": breaks_by_part("files/more", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
    "a disk": breaks_by_part("files/more", type=tarfile.BLKTYPE, devmajor=8),
    "a pipe": breaks_by_part("files/more", type=tarfile.FIFOTYPE),
    "a kind that nobody knows": breaks_by_part("files/more", type=b"Z"),
    "a hole of gigabytes": breaks_by_part(
        "files/more", pax_headers={
            "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.name": "files/more",
            "GNU.sparse.size": str(GIGABYTES), "GNU.sparse.map": "0,4",
        },
    ),
}  # fmt: skip


@breaks(FOREIGN)
def a_hole_as_gnu_writes_it(parts, path):
    large = path.with_name("large")
    with large.open("wb") as file:
        file.truncate(2**28)
    subprocess.run(["tar", "--sparse", "-cf", path, "-C", path.parent, "large"], check=True)


@breaks(CUT_OFF)
def a_size_of_exabytes(parts, path):
    _end_with_a_size(parts, path, 2**62)


@breaks(f"{CUT_OFF}|{NO_ARCHIVE}")
def a_negative_size(parts, path):
    _end_with_a_size(parts, path, -(2**30))


def _end_with_a_size(parts, path, size):
    with tarfile.open(path, "w") as tar:
        for name, content in parts.items():
            add(tar, name, content)
    info = tarfile.TarInfo("files/more.txt")
    info.size = size
    content = path.read_bytes()[: _end_of(path)]
    path.write_bytes(content + info.tobuf(tarfile.GNU_FORMAT) + b"more".ljust(2**16))


@breaks("a header without end")
def a_name_of_gigabytes(parts, path):
    _with_a_large_part(parts, path, "././@LongLink", type=tarfile.GNUTYPE_LONGNAME)


@breaks("a header without end")
def a_header_of_gigabytes(parts, path):
    _with_a_large_part(parts, path, "./PaxHeaders/more", type=tarfile.XHDTYPE)


# ---- what it says it is


def breaks_by_manifest(words, content=None, **changed):
    """Enter an archive with another manifest, whole in itself."""

    def function(parts, path):
        manifest = json.loads(parts[MANIFEST]) | changed
        parts[MANIFEST] = json.dumps(manifest).encode() if content is None else content
        write(path, parts)

    return function, words


BROKEN |= {
    "of another form": breaks_by_manifest("a form that this version", format=99),
    "of another database": breaks_by_manifest("holds a oracle database", database="oracle"),
    "of a later version": breaks_by_manifest(
        "made by a later version: forum.9999_later", migrations=["forum.9999_later"]
    ),
    "a manifest without a date": breaks_by_manifest("not as a backup writes", created_at=None),
    "a manifest with odd migrations": breaks_by_manifest(
        "not as a backup writes", migrations={"a": 1}
    ),
    "a manifest that is no JSON": breaks_by_manifest(NO_ARCHIVE, b"bonjour"),
    "a manifest in Latin-1": breaks_by_manifest(NO_ARCHIVE, '{"é": 1}'.encode("latin-1")),
    "a manifest that is a list": breaks_by_manifest("not as it was written", b"[1]"),
    "a manifest of a hundred thousand lists": breaks_by_manifest(NO_ARCHIVE, b"[" * 100_000),
}


@breaks(f"{MANIFEST} is missing")
def without_a_manifest(parts, path):
    del parts[MANIFEST]
    write(path, parts)


# ---- the database


def dump_name():
    """The name of the part that is the database."""
    return backups.database_module().FILE_NAME


@breaks("has no database")
def without_a_database(parts, path):
    del parts[dump_name()]
    write(path, parts)


@breaks("database cannot be read")
def a_database_that_is_none(parts, path):
    write(path, parts | {dump_name(): b"bonjour" * 1000})


@breaks("database (cannot be read|is damaged)")
def a_database_that_is_cut_off(parts, path):
    content = parts[dump_name()]
    write(path, parts | {dump_name(): content[: len(content) // 2]})


@breaks("no people, or no tables|cannot be read")
def a_database_without_tables(parts, path):
    with closing(sqlite3.connect(path.with_name("empty"))) as database:
        database.execute("CREATE TABLE other (id)")
    write(path, parts | {dump_name(): path.with_name("empty").read_bytes()})


@breaks("names 1 files that are not in it: actes/")
def without_an_act_that_the_database_names(parts, path):
    del parts[act_of(parts)]
    write(path, parts)


@breaks("names 2 files that are not in it: posts/")
def without_pictures_that_the_database_names(parts, path):
    write(path, {name: it for name, it in parts.items() if "posts/" not in name})


#: Those about what is in the database.
OF_THE_DATABASE = [name for name in BROKEN if "database" in name or name.startswith("without ")]
