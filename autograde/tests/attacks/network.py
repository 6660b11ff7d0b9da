"""Attacks over the network: other services of the machine, and everything beyond it."""

from __future__ import annotations

from autograde.tests.attacks.corpus import ASK, DOUBLE, Submission, attack

VISITS = """
import socket

def visit(family, address):
    with socket.socket(family) as sock:
        sock.settimeout(2.0)
        try:
            sock.connect(address)
            confess(sock.recv(100).decode())
            sock.sendall(MARK.encode())
        except OSError:
            pass

"""


@attack(DOUBLE, needs_sandbox=True)
def visits_a_service(submission: Submission) -> None:
    """Connects to a service of the machine on loopback."""
    submission.answers(VISITS + "def double(n):\n    visit(socket.AF_INET, ('127.0.0.1', PORT))\n")


@attack(ASK, needs_sandbox=True)
def visits_a_service_in_a_check(submission: Submission) -> None:
    """The same under the name of an alias of loopback, while a check lets it connect."""
    submission.answers(VISITS + """
def ask(host, port, request, **options):
    visit(socket.AF_INET, ("127.1", PORT))
    visit(socket.AF_INET, ("0.0.0.0", PORT))
""")  # fmt: skip


@attack(DOUBLE, needs_sandbox=True)
def visits_an_abstract_socket(submission: Submission) -> None:
    """Connects to a service on an abstract Unix socket, as desktops and containers have them."""
    submission.answers(VISITS + "def double(n):\n    visit(socket.AF_UNIX, chr(0) + ABSTRACT)\n")


@attack(DOUBLE, needs_sandbox=True)
def leaves_the_machine(submission: Submission) -> None:
    """Connects to an address that is reserved for documents; that the attempt is not refused at once is enough."""
    submission.answers("""
        import errno
        import socket

        def double(n):
            with socket.socket() as sock:
                sock.setblocking(False)
                error = sock.connect_ex(("192.0.2.1", 9))
                if error in (0, errno.EINPROGRESS):
                    confess("a packet went to 192.0.2.1")
    """)


@attack(DOUBLE, needs_sandbox=True)
def raw_sockets(submission: Submission) -> None:
    """Makes sockets that see and forge packets."""
    submission.answers("""
        import socket

        def double(n):
            for what in ((socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), (17, socket.SOCK_RAW, 0)):
                try:
                    socket.socket(*what).close()
                    confess("made a raw socket", *what)
                except OSError:
                    pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def looks_at_the_network(submission: Submission) -> None:
    """Reads the interfaces and the listening sockets of the machine."""
    submission.answers("""
        import socket

        def double(n):
            others = [name for _, name in socket.if_nameindex() if name != "lo"]
            if others:
                confess("interfaces", others)
            try:
                with open("/proc/net/tcp") as table:
                    if f":{PORT:04X} " in table.read():
                        confess("sees the port of another service")
                with open("/proc/net/unix") as table:
                    if ABSTRACT in table.read():
                        confess("sees the socket of another service")
            except OSError:
                pass
    """)


@attack(DOUBLE)
def sockets_of_the_host(submission: Submission) -> None:
    """Connects by AF_VSOCK to whatever listens on this machine."""
    submission.answers("""
        import socket

        def double(n):
            try:
                with socket.socket(socket.AF_VSOCK) as sock:
                    sock.settimeout(0.5)
                    sock.connect((1, PORT))
                    confess(sock.recv(100).decode())
            except (OSError, AttributeError):
                pass
    """)


@attack(DOUBLE)
def a_socket_in_the_file_system(submission: Submission) -> None:
    """Looks for sockets of services where they usually are, and connects to what it finds below HOME."""
    submission.answers(VISITS + """
import os
import stat

def double(n):
    for folder, _, names in os.walk(HOME):
        for name in names:
            try:
                if stat.S_ISSOCK(os.stat(os.path.join(folder, name)).st_mode):
                    visit(socket.AF_UNIX, os.path.join(folder, name))
            except OSError:
                pass
""")  # fmt: skip
