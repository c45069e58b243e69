"""`offline`: a while without a network, in which every connection fails at once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from unittest import mock


@contextmanager
def offline() -> Iterator[None]:
    """Let every attempt to connect, or to look up a host, fail as on a machine without a network.

    It stops what goes through Python's sockets, in all threads; a library that brings its own, or a
    process that is started, is not stopped.
    """

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise OSError("there is no network (smoothdistill's offline check)")

    with (
        mock.patch.object(socket.socket, "connect", refuse),
        mock.patch.object(socket.socket, "connect_ex", refuse),
        mock.patch.object(socket, "getaddrinfo", refuse),
        mock.patch.object(socket, "create_connection", refuse),
    ):
        yield
