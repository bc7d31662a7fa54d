"""Stands in for `curl` where the machine has none: the few options that the tutorials use, over real HTTP."""

import argparse
import sys
from pathlib import Path

import httpx


def main() -> int:
    """Send one request; the body goes to standard output. A refusal ends with 22, as with --fail-with-body."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("-sS", action="store_true")
    parser.add_argument("--fail-with-body", action="store_true")
    parser.add_argument("-K", type=Path)
    parser.add_argument("-X")
    parser.add_argument("-T", type=Path)
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    given = parser.parse_args()
    lines = list(given.H)
    if given.K is not None:
        lines += [line.split("=", 1)[1].strip().strip('"') for line in given.K.read_text().splitlines() if "=" in line]
    headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = given.T.read_bytes() if given.T is not None else None if given.d is None else given.d.encode()
    method = given.X or ("GET" if body is None else "POST")
    answer = httpx.request(method, given.url, headers=headers, content=body, timeout=60)
    sys.stdout.write(answer.text)
    return 22 if answer.is_error else 0


if __name__ == "__main__":
    sys.exit(main())
