"""Hygiene: what is left open, running or changed is named with the student's line; what is tidy is left alone."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograde.examiner.errors import Untidy
from autograde.tests.examined import examined

CELL = """
    import asyncio, concurrent.futures, os, selectors, signal, socket, subprocess, sys, threading, time, warnings

    kept = []

    def connect(port):
        return socket.create_connection(("127.0.0.1", port))

    # tidy

    def with_block(port):
        with connect(port):
            pass

    def finally_block(port):
        sock = connect(port)
        try:
            raise ValueError("on purpose")
        finally:
            sock.close()

    def file_objects(port):
        with connect(port) as sock, sock.makefile("rb") as reader, sock.makefile("wb") as writer:
            pass

    def unclosed_file_object_of_a_closed_socket(port):
        with connect(port) as sock:
            reader = sock.makefile("rb")

    def selector(port):
        with selectors.DefaultSelector() as waiting, connect(port) as sock:
            waiting.register(sock, selectors.EVENT_READ)

    def asyncio_run(port):
        async def go():
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await writer.wait_closed()
        asyncio.run(go())

    def asyncio_run_without_waiting_for_the_close(port):
        async def go():
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
        asyncio.run(go())

    async def coroutine(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    def asyncio_server(port):
        async def go():
            server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
            async with server:
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                await reader.read()
                writer.close()
                await writer.wait_closed()
        asyncio.run(go())

    def joined_thread(port):
        thread = threading.Thread(target=with_block, args=(port,))
        thread.start()
        thread.join()

    def thread_that_is_about_to_end(port):
        threading.Thread(target=time.sleep, args=(0.05,)).start()

    def pool(port):
        with concurrent.futures.ThreadPoolExecutor() as executor:
            executor.submit(with_block, port).result()

    def prints_and_warns(port):
        print("hello")
        warnings.warn("careful")

    def catches_warnings(port):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")

    def refused(port):
        try:
            connect(1)
        except ConnectionRefusedError:
            pass

    def names_of_this_machine(port):
        socket.getaddrinfo("localhost", port)
        socket.getaddrinfo("::1", port)
        socket.getfqdn()

    # untidy

    def drops_a_socket(port):
        connect(port)

    def drops_a_socket_when_an_exception_flies(port):
        sock = connect(port)
        raise ValueError("on purpose")

    def keeps_a_socket(port):
        kept.append(connect(port))

    def keeps_a_cycle(port):
        cycle = [connect(port)]
        cycle.append(cycle)

    def closes_only_the_file_object(port):
        connect(port).makefile("rb").close()

    def keeps_a_listener(port):
        kept.append(socket.create_server(("127.0.0.1", 0)))

    def keeps_a_selector(port):
        kept.append(selectors.DefaultSelector())

    def asyncio_leak(port):
        async def go():
            kept.append(await asyncio.open_connection("127.0.0.1", port))
            kept.clear()
        asyncio.run(go())

    async def coroutine_leaves_a_task(port):
        kept.append(asyncio.create_task(asyncio.sleep(60)))

    def leaves_an_event_loop(port):
        asyncio.new_event_loop()

    def leaves_a_thread(port):
        threading.Thread(target=threading.Event().wait, name="waiter", daemon=True).start()

    def leaves_a_low_level_thread(port):
        import _thread
        _thread.start_new_thread(time.sleep, (60,))

    def leaves_a_child(port):
        if os.fork() == 0:
            time.sleep(60)

    def starts_a_program(port):
        subprocess.run(["true"])

    def drops_a_file(port):
        open(os.devnull)

    def leaves_a_file_behind(port):
        with open("notes.txt", "w") as file:
            file.write("x")

    def sets_the_default_timeout(port):
        socket.setdefaulttimeout(3)

    def changes_the_directory(port):
        os.chdir("/")

    def handles_a_signal(port):
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def sets_the_environment(port):
        os.environ["HTTP_PROXY"] = "x"

    def patches_a_builtin(port):
        import builtins
        builtins.print = lambda *x: 0

    def patches_the_clock(port):
        time.time = lambda: 0

    def patches_socket(port):
        socket.socket.recv = lambda self, n: b""

    def hides_warnings(port):
        warnings.simplefilter("ignore")

    def redirects_stdout(port):
        sys.stdout = sys.stderr

    def traces(port):
        sys.settrace(lambda *a: None)

    def binds_all_interfaces(port):
        with socket.create_server(("", 0)):
            pass

    def speaks_to_another_machine(port):
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            try:
                sock.sendto(b"", ("192.0.2.1", 9))
            except OSError:
                pass

    def looks_up_a_name(port):
        try:
            socket.getaddrinfo("example.invalid", 80)
        except OSError:
            pass

    def brings_its_own_modules(port):
        with open("mine.py", "w") as file:
            file.write("x = 1")
        sys.path.insert(0, os.getcwd())
        import mine
        sys.path.pop(0)
        os.remove("mine.py")
"""

TIDY, UNTIDY = (
    re.findall(r"^    (?:async )?def (\w+)", part, re.MULTILINE)
    for part in CELL.partition("# tidy")[2].split("# untidy")
)

TOLD = {
    "drops_a_socket": r"left 1 socket open: connected to 127.0.0.1:\d+ \(created on your line 6\)",
    "drops_a_socket_when_an_exception_flies": r"left 1 socket open: .*line 6",
    "keeps_a_socket": r"left 1 socket open: .*line 6",
    "keeps_a_cycle": r"left 1 socket open: .*line 6",
    "closes_only_the_file_object": r"left 1 socket open: .*line 6",
    "keeps_a_listener": r"left 1 socket open: listening on 127.0.0.1:\d+ \(created on your line 111\)",
    "keeps_a_selector": "left a selector open",
    "asyncio_leak": "left an asyncio connection open",
    "coroutine_leaves_a_task": "left 1 asyncio task running",
    "leaves_an_event_loop": "left an event loop open",
    "leaves_a_thread": "left 1 thread running: waiter",
    "leaves_a_low_level_thread": "left 1 thread running",
    "leaves_a_child": "left a child process behind",
    "starts_a_program": r"started another program \(subprocess.Popen\) on your line \d+",
    "drops_a_file": r"left the file '/dev/null' open \(opened on your line \d+\)",
    "leaves_a_file_behind": "left the file 'notes.txt' behind",
    "sets_the_default_timeout": "changed the default timeout of all sockets",
    "changes_the_directory": "changed the current directory",
    "handles_a_signal": "changed the handler of signal 2",
    "sets_the_environment": "changed the environment variable HTTP_PROXY",
    "patches_a_builtin": "changed builtins.print",
    "patches_the_clock": "changed time.time",
    "patches_socket": "changed socket.socket.recv",
    "hides_warnings": "changed the warning filters",
    "redirects_stdout": "changed sys.stdout",
    "traces": "changed the trace function",
    "binds_all_interfaces": r"listens on all interfaces: bind\(\('', 0\)\) on your line \d+",
    "speaks_to_another_machine": r"spoke to 192.0.2.1:9, which is not this machine's loopback on your line \d+",
    "looks_up_a_name": r"asked the network for the name 'example.invalid' on your line \d+",
    "brings_its_own_modules": "imported mine, which is not in the standard library",
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(scope="module")
def submitted() -> Iterator[Callable[[str], Any]]:
    """One seat for all of them: each hygiene block has a fresh process anyway."""
    with examined(CELL) as submitted:
        yield submitted


@pytest.mark.parametrize("name", TIDY)
def test_what_is_tidy_is_left_alone(name: str, port: int, submitted: Callable[[str], Any]) -> None:
    """Code that closes what it opens, in whatever style, is not blamed."""
    function = submitted(name)
    with function.leaves_nothing_behind():
        try:
            function(port)
        except ValueError as error:
            assert str(error) == "on purpose"


@pytest.mark.parametrize("name", UNTIDY)
def test_what_is_untidy_is_named(name: str, port: int, submitted: Callable[[str], Any]) -> None:
    """The finding says what it is, and where in the student's cell it comes from."""
    function = submitted(name)
    told = f"^`{name}` (?:.*; )?{TOLD[name]}"
    with pytest.raises(Untidy, match=told) as caught, function.leaves_nothing_behind():
        try:
            function(port)
        except ValueError as error:
            assert str(error) == "on purpose"
    # whether the collector meets the event loop or the two sockets inside it first is chance
    assert len(caught.value.findings) == 1 or name == "leaves_an_event_loop"


def test_lent_and_returned_sockets_are_not_leaks() -> None:
    """What the check lent stays its own; what it was given is its own too."""
    cell = """
        import socket
        kept = []
        def keep(sock):
            kept.append(sock)
            return socket.create_server(("127.0.0.1", 0))
    """
    near, far = socket.socketpair()
    with near, far, examined(cell) as submitted:
        keep = submitted("keep")
        with keep.leaves_nothing_behind():
            keep(near).close()


def test_files_may_be_left_where_the_task_says(tmp_path: Any) -> None:
    """A file in the folder of the task is its result."""
    cell = "def save(path):\n    with open(path, 'w') as file: file.write('x')"
    with examined(cell) as submitted:
        save = submitted("save")
        with save.leaves_nothing_behind(except_in=str(tmp_path)):
            save(str(tmp_path / "result"))
        with pytest.raises(Untidy, match="left the file 'other' behind"), save.leaves_nothing_behind():
            save(str(tmp_path / "other"))


def test_the_cell_itself_must_be_tidy() -> None:
    """What the top level of the cell leaves or changes counts as well."""
    cell = "import socket\nsocket.setdefaulttimeout(1)\nleft = socket.socket()\ndef f(): pass"
    with examined(cell) as submitted:
        f = submitted("f")
        told = r"created on your line 3.*changed the default timeout"
        with pytest.raises(Untidy, match=told), f.leaves_nothing_behind():
            f()


def test_a_failure_inside_the_block_is_not_hidden() -> None:
    """The exception of the block is what the check sees, untidy or not."""
    with examined("import socket\ns = socket.socket()\ndef f(): raise LookupError") as submitted:
        f = submitted("f")
        with pytest.raises(LookupError), f.leaves_nothing_behind():
            f()


def test_processor_time_is_measured_inside() -> None:
    """Waiting costs seconds and no processor time; spinning costs both."""
    cell = """
        import time
        def wait(seconds): time.sleep(seconds)
        def spin(seconds):
            end = time.process_time() + seconds
            while time.process_time() < end: pass
    """
    with examined(cell) as submitted:
        wait, spin = submitted("wait"), submitted("spin")
        wait(0.2)
        assert wait.last.seconds >= 0.2 and wait.last.cpu < 0.1
        spin(0.2)
        assert spin.last.cpu >= 0.2
        assert spin.cpu_seconds() >= 0.2
