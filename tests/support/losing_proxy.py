"""A proxy that passes everything on and loses what it is told to lose: an answer that was given but never arrives."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PIECE = 65_536
WAIT_SECONDS = 20.0
_METHODS = (b"GET", b"POST", b"PUT", b"PATCH", b"DELETE")


@dataclass
class LosingProxy:
    """Loses the answers to the next requests, or breaks streams off; counts what passed."""

    upstream: tuple[str, int]
    lose: int = 0
    requests: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _socket: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def run(self) -> None:
        """Take connections until closed."""
        while True:
            try:
                near, _ = self._socket.accept()
            except OSError:
                return
            far = socket.create_connection(self.upstream, WAIT_SECONDS)
            self._open += [near, far]
            losing = [False]
            for source, target, answers in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._pass_on, args=[source, target, answers, losing], daemon=True).start()

    def break_off(self) -> None:
        """End every connection, as a network does."""
        for each in self._open:
            _end(each)
        self._open.clear()

    def close(self) -> None:
        """Stop listening."""
        _end(self._socket)
        self.break_off()

    def _pass_on(self, source: socket.socket, target: socket.socket, answers: bool, losing: list[bool]) -> None:
        while True:
            try:
                piece = source.recv(PIECE)
            except OSError:
                piece = b""
            if not answers and piece.split(b" ", 1)[0] in _METHODS:
                self.requests += 1
                losing[0] = self.lose > 0
                self.lose = max(0, self.lose - 1)
            if not piece or (answers and losing[0]):
                _end(source)
                _end(target)
                return
            try:
                target.sendall(piece)
            except OSError:
                return


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def losing_proxy(url: str) -> Iterator[LosingProxy]:
    """Lend a proxy in front of a server."""
    host, _, port = url.removeprefix("http://").partition(":")
    proxy = LosingProxy((host, int(port)))
    threading.Thread(target=proxy.run, name="proxy", daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.close()
