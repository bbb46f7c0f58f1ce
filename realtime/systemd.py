"""What a process tells the system that started it: that it serves, and that it still does.

A process whose loop hangs would otherwise draw new pages to itself, having so few. Where
nobody asked to be told (``NOTIFY_SOCKET``, ``WATCHDOG_USEC``), nothing is said.
"""

import asyncio
import os
import socket


async def notify_forever():
    """Say that all is ready, then that all is well, twice as often as is asked for."""
    notify("READY=1")
    pause = int(os.environ.get("WATCHDOG_USEC", 0)) / 2_000_000
    while pause:
        await asyncio.sleep(pause)
        notify("WATCHDOG=1")


def notify(state):
    """Say ``state``, as sd_notify(3) has it."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto(state.encode(), address.replace("@", "\0", 1))
