"""The stream of events: reading server-sent events, and where to go on when a connection ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field

FRAME_BYTES_MAX = 8_000_000


@dataclass
class Frames:
    """Puts pieces together to frames and remembers the place: what is given as Last-Event-ID to go on behind it.

    Lines end with a line feed and nothing else: texts inside events may hold other characters that look like ends of lines.
    """

    cursor: str | None = None
    _rest: bytearray = field(default_factory=bytearray)

    def take(self, piece: bytes) -> Iterator[str]:
        """Take what has come; yield the data of each whole event. Its place is kept once the next one is asked for."""
        self._rest += piece
        if len(self._rest) > FRAME_BYTES_MAX:
            raise ValueError("An event is larger than any that the server sends.")
        while (end := self._rest.find(b"\n\n")) >= 0:
            frame = bytes(self._rest[:end])
            del self._rest[: end + 2]
            name, cursor, data = _read(frame)
            if data and name != "end":
                yield data
            if cursor is not None:
                self.cursor = cursor

    def begin_again(self) -> None:
        """Forget half an event: a new connection begins behind the last whole one."""
        self._rest.clear()


def _read(frame: bytes) -> tuple[str, str | None, str]:
    name, cursor, data = "", None, []
    for line in frame.decode("utf-8").split("\n"):
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match key:
            case "event":
                name = value
            case "id":
                cursor = value
            case "data":
                data.append(value)
            case _:
                pass
    return name, cursor, "\n".join(data)
