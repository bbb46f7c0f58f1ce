"""CPU seconds of each test, for ``--cpu-report`` and ``--cpu-limit``.

Wall time says how busy a machine is; CPU time, of the process, its threads and the children
that it waited for, says what a test costs.
"""

import os
import time
from pathlib import Path

import pytest

_PHASES = ("setup", "call", "teardown")


def pytest_addoption(parser):
    """``--cpu-report=FILE`` and ``--cpu-limit=SECONDS``."""
    group = parser.getgroup("cpu", "CPU seconds of tests")
    group.addoption("--cpu-report", metavar="FILE", help="write those of each test to FILE")
    group.addoption(
        "--cpu-limit", type=float, metavar="SECONDS", help="fail where a test's call takes more"
    )


def pytest_configure(config):
    """Measure where asked."""
    if config.getoption("cpu_report") or config.getoption("cpu_limit"):
        config.pluginmanager.register(CpuSeconds(config), "cpu-seconds")


def cpu_seconds():
    """CPU seconds of this process so far, and of its children that have ended."""
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


class CpuSeconds:
    """Measures in each worker; what it measured travels with the reports."""

    def __init__(self, config):
        self.report = config.getoption("cpu_report")
        self.limit = config.getoption("cpu_limit")
        self.is_worker = hasattr(config, "workerinput")
        self.seconds = {}
        self.too_slow = []

    def pytest_runtest_logstart(self):
        """Begin to measure."""
        self.last = cpu_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self):
        """Give each phase's report what it took."""
        report = yield
        now = cpu_seconds()
        report.user_properties = [("cpu", now - self.last)]
        self.last = now
        return report

    def pytest_runtest_logreport(self, report):
        """Add up, in the process that tells."""
        if not self.is_worker:
            spent = self.seconds.setdefault(report.nodeid, dict.fromkeys(_PHASES, 0.0))
            spent[report.when] += dict(report.user_properties).get("cpu", 0.0)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        """Write the report; fail where a test took more than the limit."""
        if self.is_worker:
            return
        if self.report:
            lines = [
                "\t".join([f"{spent[phase]:.3f}" for phase in _PHASES] + [test])
                for test, spent in self.seconds.items()
            ]
            Path(self.report).write_text("\n".join(lines) + "\n")
        if self.limit:
            self.too_slow = sorted(
                (spent["call"], test)
                for test, spent in self.seconds.items()
                if spent["call"] > self.limit
            )
            if self.too_slow and not session.exitstatus:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        """Name the tests beyond the limit."""
        if self.too_slow:
            terminalreporter.section(f"Tests that take more than {self.limit} s of CPU")
            for seconds, test in self.too_slow:
                terminalreporter.write_line(f"{seconds:.2f} s {test}")
