"""The sockets under a requests session: another thread stops a read through them, a reader changes its patience."""

import socket
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool

Opened = Callable[[socket.socket], None]


class ShowingAdapter(HTTPAdapter):
    """An adapter for one connection at a time that reports each socket it opens."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        super().__init__(pool_connections=1, pool_maxsize=1)

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> ConnectionPool:
        """The pool for a request, its connections reporting to us."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **named)
        if pool.ConnectionCls is type(pool).ConnectionCls:
            pool.ConnectionCls = _showing(pool.ConnectionCls, self._opened)
        return pool  # type: ignore[no-any-return]


def _showing(base: Any, opened: Opened) -> Any:
    class ShowingConnection(base):
        def connect(self) -> None:
            super().connect()
            opened(self.sock)

    return ShowingConnection
