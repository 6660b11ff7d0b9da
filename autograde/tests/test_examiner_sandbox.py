"""What the student's code can see and do in official grading, asked of the code itself."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograde.tests.locked_in import only_with_sandbox, said, said_and_done

pytestmark = only_with_sandbox

TRIES = """
def tried(do, *arguments):
    try:
        return repr(do(*arguments))
    except BaseException as error:
        return type(error).__name__
"""


def test_it_is_a_nobody_among_strangers() -> None:
    """It has a user of its own, no privileges, and sees no processes but its keeper and itself."""
    user, processes, status = said("""
        import os
        def f():
            with open("/proc/self/status") as file:
                status = dict(line.split(":", 1) for line in file)
            kept = {name: status[name].strip() for name in ("CapEff", "CapPrm", "NoNewPrivs", "Seccomp")}
            return os.getuid(), sorted(int(name) for name in os.listdir("/proc") if name.isdigit()), kept
    """)
    assert (user, processes) == (1000, [1, 2])
    assert status == {"CapEff": "0" * 16, "CapPrm": "0" * 16, "NoNewPrivs": "1", "Seccomp": "2"}


def test_it_sees_pythons_library_and_nothing_else(tmp_path: Path) -> None:
    """No home, no course, no temporary files of others, no installed packages, no environment variables."""
    (tmp_path / "secret").write_text("canary")
    seen = said(
        """
        import os, sys
        def f(*paths):
            with open("/proc/self/environ") as file:
                environment = file.read()
            packages = [name for path in sys.path if os.path.isdir(path) for name in os.listdir(path)]
            return [path for path in paths if os.path.exists(path)], environment, "nbgrader" in packages
        """,
        f"{str(tmp_path)!r}, {str(Path(__file__).parents[2])!r}, '/etc/shadow', '/home', '/sys', '/var', '/usr/bin'",
    )
    assert seen == ([], f"{tz()}PATH=/usr/bin:/bin\0LANG=C.UTF-8\0", False)


def tz() -> str:
    """The one variable of this machine's that examinees get, too."""
    return f"TZ={os.environ['TZ']}\0" if "TZ" in os.environ else ""


def test_the_library_works_there() -> None:
    """What needs shared libraries, data of the system, semaphores, /dev and temporary files."""
    assert said("""
        import ctypes, multiprocessing, random, sqlite3, ssl, subprocess, tempfile, zoneinfo
        def f():
            ssl.create_default_context()
            multiprocessing.Lock()
            with tempfile.TemporaryFile() as file, open("/dev/urandom", "rb") as noise:
                file.write(noise.read(10))
            sqlite3.connect(":memory:").close()
            return str(zoneinfo.ZoneInfo("Europe/Berlin")), random.random() < 1
    """) == ("Europe/Berlin", True)


def test_nothing_of_the_examiner_is_in_its_process() -> None:
    """No module, no frame, no object that it can find holds a check or leads to one."""
    cell = """
        import gc, sys
        def f():
            modules = [name for name in sys.modules if any(word in name for word in ("autograde", "inside", "nursery"))]
            texts = [one for one in gc.get_objects() if type(one) in (list, dict, tuple)]
            marks = sum("".join(("it_is_a", "_check")) in str(one)[:10_000] for one in texts)
            return modules, marks, list(vars(sys.modules["__main__"]))
    """
    modules, marks, main = said(cell, setup="it_is_a_check = 'it_is_a_check'")
    assert (modules, marks) == ([], 0)
    assert not set(main) & {"told", "inside", "main"}


def test_its_loopback_is_its_own() -> None:
    """Both families work, any port above 1023 is free, and nothing beyond is reached: not this machine's servers."""
    with socket.create_server(("127.0.0.1", 0)) as here:
        outcome = said(
            TRIES
            + """
import socket
def f(port):
    socket.create_server(("127.0.0.1", 8080)).close()
    socket.create_server(("::1", 8080), family=socket.AF_INET6).close()
    return [name for _, name in socket.if_nameindex()], *(tried(*each) for each in (
        (socket.create_connection, ("127.0.0.1", port), 1), (socket.create_connection, ("192.0.2.1", 80), 1),
        (socket.getaddrinfo, "example.org", 80), (socket.create_server, ("127.0.0.1", 80)),
        (socket.socket, socket.AF_INET, socket.SOCK_RAW, 1), (socket.socket, 17, socket.SOCK_RAW), (socket.socket, 40)))
""",
            str(here.getsockname()[1]),
        )
        here.settimeout(0)
        with pytest.raises(BlockingIOError):
            here.accept()
    assert outcome[0] == ["lo"]
    refused, unreachable, unknown, low, raw, packets, machine = outcome[1:]
    assert (refused, unreachable, unknown) == ("ConnectionRefusedError", "OSError", "gaierror")
    assert (low, raw, packets, machine) == ("PermissionError", "PermissionError", "OSError", "OSError")


def test_abstract_sockets_of_this_machine_are_not_there() -> None:
    """A Unix socket without a path belongs to a network, and its network is another."""
    with socket.socket(socket.AF_UNIX) as here:
        here.bind("\0loopback-canary")
        here.listen()
        assert said(
            TRIES + "import socket\ndef f(): return tried(socket.socket(socket.AF_UNIX).connect, '\\0loopback-canary')"
        ) == ("ConnectionRefusedError")


def test_peers_of_the_checks_are_in_the_same_loopback() -> None:
    """Scripted peers, closed ports and lent sockets work as ever."""
    source = """
        import socket
        def f(address):
            with socket.create_connection(address) as sock:
                sock.sendall(b"PING")
                sock.shutdown(socket.SHUT_WR)
                return sock.recv(100)
    """
    setup = (
        "from autograde import peer, expects, sends\n    server = peer(expects(b'PING', then_eof=True), sends(b'x'))"
    )
    with_peer = setup + "\n    server.__enter__()"
    assert said(source, "(server.host, server.port)", with_peer) == b"x"


def test_many_bind_the_same_port_at_the_same_time() -> None:
    """Each submission has all ports to itself."""
    source = """
        import socket, time
        def f():
            with socket.create_server(("127.0.0.1", 8080)):
                time.sleep(0.3)
            return True
    """
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(said, [source] * 6)) == [True] * 6


def test_what_it_cannot_do() -> None:
    """Calls that reach around namespaces and limits are refused; the rest of the system is read-only."""
    tries = said(
        TRIES
        + """
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
def called(name, *arguments):
    return getattr(libc, name)(*arguments), ctypes.get_errno()
def f():
    return {
        "memfd": tried(os.memfd_create, "x"), "write": tried(open, "/etc/hosts", "w"), "root": tried(os.mkdir, "/x"),
        "unshare": called("unshare", 0x10000000), "mount": called("mount", b"x", b"/tmp", b"tmpfs", 0, None),
        "ptrace": called("ptrace", 16, 1, 0, 0), "shm": called("shmget", 1, 4096, 0o1600),
        "keeper": (tried(os.listdir, "/proc/1/fd"), tried(open, "/proc/1/environ"), tried(open, "/proc/1/mem", "rb")),
        "limit": tried(__import__("resource").setrlimit, 7, (4096, 4096)), "nice": tried(os.nice, -1),
        "kill": tried(os.kill, 1, signal.SIGKILL), "user": tried(os.setuid, 0), "chroot": tried(os.chroot, "/tmp"),
    }
"""
    )
    denied = "PermissionError"
    assert tries == {
        "memfd": denied, "write": "OSError", "root": "OSError", "unshare": (-1, 1), "mount": (-1, 1),
        "ptrace": (-1, 1), "shm": (-1, 1), "keeper": (denied,) * 3, "limit": "ValueError", "nice": denied,
        "kill": "None", "user": "OSError", "chroot": denied,
    }  # fmt: skip


FLOODS = {
    "memory": ("kept = [bytearray(1 << 24) for _ in range(2000)]", "memory"),
    "memory of many": (
        "import os, time\nfor _ in range(30):\n    if os.fork() == 0:\n        x = b'x' * (60 << 20)\n"
        "        time.sleep(60)\ntime.sleep(30)",
        "memory",
    ),
    "processes": (
        "import os, time\nfor _ in range(2000):\n    if os.fork() == 0:\n        time.sleep(60)\n        os._exit(0)",
        "memory|BlockingIOError",
    ),
    "threads": (
        "import threading, time\nfor _ in range(2000):\n"
        "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "RuntimeError",
    ),
    "descriptors": ("import os\nkept = [os.dup(1) for _ in range(100_000)]", "OSError"),
    "a file": ("with open('x', 'wb') as file:\n    for _ in range(200): file.write(b'x' * (1 << 20))", "OSError"),
    "many files": ("for number in range(20_000): open(f'/tmp/{number}', 'w').close()", "OSError"),
    "output": ("for _ in range(300): print('x' * (1 << 20))", ""),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_ends_and_is_told(name: str) -> None:
    """Whatever a program takes without end, it gets a bounded amount of, and nobody else feels it."""
    flood, told = FLOODS[name]
    indented = "\n".join(f"    {line}" for line in flood.splitlines())
    started = time.monotonic()
    value, story = said_and_done(f"def f():\n{indented}\n    return 'done'")
    assert re.search(told, story) and (value == "done") == (not told), story
    assert time.monotonic() - started < 30


def test_forks_without_end_are_over_at_the_deadline() -> None:
    """A bomb of processes that fork as fast as they can is killed as a whole, and the next examination is as ever."""
    bomb = """
        import os
        def f():
            while True:
                try:
                    os.fork()
                except OSError:
                    pass
    """
    setup = "f = submitted('f').within(1.0); submitted = lambda name: f"
    value, story = said_and_done(bomb, setup=setup)
    assert value is None and "did not end within 1 s" in story
    assert said("def f(): return 1") == 1


def test_a_daemon_ends_with_its_examinee() -> None:
    """Neither two forks nor a session of its own let anything live on into the next claim."""
    cell = """
        import os, time
        def f(first):
            if first and os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(0)
            return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    """
    setup = "f = submitted('f')\n    with f.limits(recv_at_most=1):\n        f(True)\n    submitted = lambda name: f"
    processes = said(cell, "False", setup)
    assert processes[0] == 1 and len(processes) == 2


def test_a_shared_folder_is_at_the_same_path_and_bounded() -> None:
    """Files go both ways; a link in it leads the check nowhere; it is not larger than promised."""
    cell = """
        import os
        def f(folder):
            with open(os.path.join(folder, "list")) as file:
                text = file.read()
            os.symlink("/etc/passwd", os.path.join(folder, "link"))
            with open(os.path.join(folder, "back"), "w") as file:
                file.write(text.upper())
            written = 0
            try:
                for number in range(9):
                    with open(os.path.join(folder, f"big{number}"), "wb") as file:
                        written += file.write(b"x" * (60 << 20))
            except OSError:
                pass
            return written < 280 << 20
    """
    setup = (
        "place = shared_folder(); folder = place.__enter__(); (folder / 'list').write_text('abc')\n"
        "    was = submitted\n"
        "    def read():\n"
        "        try: return (folder / 'link').read_text()\n"
        "        except OSError as error: return error.errno\n"
        "    submitted = lambda name: lambda path: (was(name)(path), (folder / 'back').read_text(), read())"
    )
    assert said(cell, "str(folder)", setup) == (True, "ABC", 40)


def test_two_examinees_do_not_see_each_others_files() -> None:
    """Each has a /tmp of its own, which is gone with it."""
    cell = """
        import os
        def f(name):
            with open(f"/tmp/{name}", "w"):
                return sorted(each for each in os.listdir("/tmp") if each in "ab")
    """
    setup = (
        "f = submitted('f')\n    f('a')\n    block = f.limits(recv_at_most=1)\n    block.__enter__()\n"
        "    submitted = lambda name: f"
    )
    assert said(cell, "'b'", setup) == ["b"]


def test_processor_time_and_place_of_a_hang_are_known() -> None:
    """What the examiner measures and asks from outside it gets through all the namespaces."""
    cell = """
        import re, time
        def f(n):
            until = time.process_time() + 0.2
            while time.process_time() < until: pass
            if n: re.match("(a+)+b", "a" * 60)
            return n
    """
    setup = (
        "f = submitted('f').within(2.0)\n    f(0)\n    print('said', f.last.cpu > 0.15)\n    submitted = lambda n: f"
    )
    value, story = said_and_done(cell, "1", setup)
    assert value is True
    assert "was cut off on your line 6" in story and 'if n: re.match("(a+)+b"' in story


def test_fatal_ends_are_told_apart() -> None:
    """A crash, an exit, and a signal to itself."""
    ends = {"os._exit(3)": "exit code 3", "os.kill(os.getpid(), 15)": "SIGTERM", "os.abort()": "SIGABRT"}
    for statement, told in ends.items():
        assert told in said_and_done(f"import os\ndef f(): {statement}")[1]


def test_one_after_another_leaves_nothing() -> None:
    """No descriptor, thread, or folder remains of sandboxes that are gone."""
    said("def f(): return 1")
    before = len(os.listdir("/proc/self/fd")), threading.active_count()
    for _ in range(5):
        assert said("def f(): return 1") == 1
    assert (len(os.listdir("/proc/self/fd")), threading.active_count()) == before
