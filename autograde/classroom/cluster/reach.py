"""How a scheduler is reached: one that runs somewhere, over TLS, or one of the moment with workers on this machine."""

from __future__ import annotations

import ipaddress
import logging
import math
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from distributed import Client, Security
from distributed.utils import silence_logging_cmgr

from autograde.classroom.cluster.local import local_workers
from autograde.classroom.course import CourseError
from autograde.classroom.gate import default_jobs

WORKER = "autograde.classroom.cluster.worker"

CONNECTING = 20.0
"""Seconds in which a scheduler must answer."""

CERTIFICATES = "DASK_DISTRIBUTED__COMM__TLS__"


@contextmanager
def reached(address: str, jobs: int | None) -> Iterator[Client]:
    """A block with a client of the scheduler at `tls://host:port`, or of a new one for `local:N`; raises `CourseError`.

    `jobs` is how many examinations the workers of `local:N` do at once, all together.
    """
    with silence_logging_cmgr(logging.CRITICAL):  # what matters of it is told in sentences of ours
        if address.startswith("local:"):
            number = _number(address)
            each = math.ceil((jobs or default_jobs()) / number)
            with local_workers(number, each, WORKER) as (place, security), _client(place, security) as client:
                yield client
        else:
            with _client(_checked(address), _security(address)) as client:
                yield client


@contextmanager
def _client(address: str, security: Security | None) -> Iterator[Client]:
    try:
        client = Client(address, security=security, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        hint = " (a scheduler that does not accept the certificate of this side shows it by that)"
        raise CourseError(f"No scheduler could be reached at {address}{hint if security else ''}: {error}") from error
    with client:
        yield client


def _number(address: str) -> int:
    number = address.removeprefix("local:")
    if not number.isdecimal() or not int(number):
        raise CourseError(f"{address} is no number of workers: write --cluster local:3, for example.")
    return int(number)


def _checked(address: str) -> str:
    """The address, if it is one over which submissions and marks may travel."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme not in ("tls", "tcp") or not host or not port:
        raise CourseError(f"{address} is no address of a scheduler: write --cluster tls://HOST:PORT, or local:N.")
    if scheme == "tcp" and not _is_loopback(host):
        raise CourseError(
            f"{address} leads to another machine in the clear, where everybody could read the submissions, give other "
            "marks, and run programs on the workers. Start the scheduler and its workers with certificates, and write "
            f'--cluster tls://{parts.netloc}: autograde/README.md, "Past one machine", says how.'
        )
    return address


def _is_loopback(host: str) -> bool:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise CourseError(f"There is no host {host}: {error}.") from error
    return all(ipaddress.ip_address(str(one).partition("%")[0]).is_loopback for one in found)


def _security(address: str) -> Security | None:
    """Dask's own settings say where the certificates are."""
    if not address.startswith("tls:"):
        return None
    try:
        security = Security(require_encryption=True)
        known = security.get_tls_config_for_role("client")
        if not known["ca_file"] or not known["cert"]:
            raise CourseError(
                f"{address} asks for certificates, and Dask has not been told of any: set {CERTIFICATES}CA_FILE, "
                f"{CERTIFICATES}CLIENT__CERT and {CERTIFICATES}CLIENT__KEY to their files."
            )
        security.get_connection_args("client")
    except OSError as error:  # of which ssl.SSLError is one
        raise CourseError(f"The certificates for {address} cannot be used: {error}") from error
    return security
