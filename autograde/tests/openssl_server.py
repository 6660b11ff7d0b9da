"""`openssl s_server` on a port that the system picks: a TLS server that nobody here has written."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from autograde.servers.certificates import Identity
from autograde.tests.programs import path_of


@contextmanager
def openssl_server(identity: Identity, *options: str) -> Iterator[tuple[str, int]]:
    """Its address. With "-rev" it answers each line in reverse, with "-Verify 1" it wants a certificate."""
    command = [path_of("openssl"), "s_server", "-accept", "127.0.0.1:0", "-cert", identity.certfile, "-key"]
    command += [identity.keyfile, "-cert_chain", identity.certfile, *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        try:
            line = next(line for line in process.stdout if line.startswith(b"ACCEPT"))
            yield "127.0.0.1", int(line.split(b":")[-1])
        finally:
            process.kill()
