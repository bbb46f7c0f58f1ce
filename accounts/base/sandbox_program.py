"""What runs a decoder of untrusted bytes, in a process that may do nothing but decode.

``sandbox.py`` starts it, with the path of a module that imports nothing of the project and has
a function ``decode(content, *arguments)``. That module is imported, the walls are put up, and
then what it makes of standard input is written to standard output.

The walls are the kernel's and need no right to set up: limits on what is used; Landlock, which
leaves the folders of libraries to read, and no other file; and a filter of seccomp, which
answers what no decoder needs (sockets, other processes, files to write) as forbidden. On
another system than Linux there are the limits alone.
"""

import ctypes
import errno
import os
import sys
from types import ModuleType

#: What Python and its decoders call; and of ``open`` and ``prlimit64`` what only reads.
_SYSTEM_CALLS = """
access arch_prctl brk clock_getres clock_gettime clock_nanosleep close dup exit exit_group
faccessat faccessat2 fstat fstatfs futex get_robust_list getcwd getdents64 getegid geteuid
getgid getpid getppid getrandom getrlimit getrusage gettid gettimeofday getuid lseek lstat
madvise membarrier mmap mprotect mremap munmap nanosleep newfstatat poll pread64 read readlink
readlinkat readv restart_syscall rseq rt_sigaction rt_sigprocmask rt_sigreturn
sched_getaffinity sched_yield set_robust_list sigaltstack stat statx sysinfo time uname write
writev
"""
#: What each wall is called where it cannot be had.
LANDLOCK, SECCOMP = "Landlock", "seccomp"


class ArgumentCondition(ctypes.Structure):
    """What an argument of a system call must be: of libseccomp."""

    _fields_ = (
        ("argument", ctypes.c_uint), ("operator", ctypes.c_int),
        ("mask", ctypes.c_uint64), ("value", ctypes.c_uint64),
    )  # fmt: skip


def _limit(cpu_seconds: int, memory: int, output: int, *, threads: bool) -> None:
    import resource

    os.nice(5)
    limits = {"CPU": cpu_seconds, "FSIZE": output, "NOFILE": 64, "CORE": 0}
    if sys.platform == "linux":  # Elsewhere there is no such limit, or it does not hold.
        limits["AS"] = memory
    if not threads:  # Which count as processes, together with all others of the same user.
        limits["NPROC"] = 0
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))


def _close_in(readable: list[str], *, threads: bool) -> list[str]:
    """Put up the walls; the names of those that this system does not have."""
    if sys.platform != "linux":
        return [LANDLOCK, SECCOMP]
    libc = ctypes.CDLL(None, use_errno=True)
    kill, set_parent_death_signal, set_no_new_privileges = 9, 1, 38
    libc.prctl(set_parent_death_signal, kill)
    libc.prctl(set_no_new_privileges, 1, 0, 0, 0)
    walls = {
        LANDLOCK: lambda: _restrict_files(libc, readable),
        SECCOMP: lambda: _restrict_calls(threads=threads),
    }
    return [name for name, put_up in walls.items() if not put_up()]


def _restrict_files(libc: ctypes.CDLL, readable: list[str]) -> bool:
    """Whether files are now closed but for reading in ``readable``: Landlock, version 1."""
    create_ruleset, add_rule, restrict_self = 444, 445, 446  # On every architecture.
    all_rights, read_file, read_folder, path_beneath = (1 << 13) - 1, 1 << 2, 1 << 3, 1
    handled = ctypes.c_uint64(all_rights)
    rules = libc.syscall(create_ruleset, ctypes.byref(handled), ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    for path in readable:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        rights = read_file | read_folder if os.path.isdir(path) else read_file
        rule = rights.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
        libc.syscall(add_rule, rules, path_beneath, rule, 0)
        os.close(place)
    restricted: bool = libc.syscall(restrict_self, rules, 0) == 0
    os.close(rules)
    return restricted


def _restrict_calls(*, threads: bool) -> bool:
    """Whether the kernel now forbids all but ``_SYSTEM_CALLS``, and ``threads``."""
    try:
        seccomp = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return False
    seccomp.seccomp_init.restype = ctypes.c_void_p
    allow, refuse, masked_equal = 0x7FFF0000, 0x00050000, 7
    rules = ctypes.c_void_p(seccomp.seccomp_init(refuse | errno.EPERM))

    def add(action: int, name: str, *conditions: ArgumentCondition) -> None:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        seccomp.seccomp_rule_add(rules, action, number, len(conditions), *conditions)

    for name in _SYSTEM_CALLS.split():
        add(allow, name)
    writing = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
    add(allow, "open", ArgumentCondition(1, masked_equal, writing, os.O_RDONLY))
    add(allow, "openat", ArgumentCondition(2, masked_equal, writing, os.O_RDONLY))
    add(allow, "prlimit64", ArgumentCondition(2, masked_equal, 2**64 - 1, 0))
    if threads:  # glibc falls back from clone3, whose flags no filter can read.
        new_thread = 0x10000
        add(allow, "clone", ArgumentCondition(0, masked_equal, new_thread, new_thread))
        add(refuse | errno.ENOSYS, "clone3")
    loaded: bool = seccomp.seccomp_load(rules) == 0
    return loaded


def _module(path: str) -> ModuleType:
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_loader

    loader = SourceFileLoader("decoder", path)
    spec = spec_from_loader("decoder", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def _main(decoder: str, bounds: str, packages: str, readable: str, *arguments: str) -> None:
    cpu_seconds, memory, output, threads = map(int, bounds.split(","))
    sys.path += packages.split(os.pathsep)
    if sys.platform != "win32":
        _limit(cpu_seconds, memory, output, threads=bool(threads))
    module = _module(decoder)
    missing = _close_in([*sys.path, *readable.split(os.pathsep)], threads=bool(threads))
    if decoder == __file__:  # Asked what there is of walls, by the checks of the site.
        made = "\n".join(missing).encode()
    else:
        made = module.decode(sys.stdin.buffer.read(), *arguments)
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    _main(*sys.argv[1:])
