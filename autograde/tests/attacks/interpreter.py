"""Attacks on the interpreter: whatever shares it with the checks can be replaced, searched, or talked into lying."""

from __future__ import annotations

from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY, Submission, attack


@attack(DOUBLE)
def drops_asserts(submission: Submission) -> None:
    """An AST transformer takes every assert out of the cells that come."""
    submission.answers("""
        import ast

        class Drop(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.Pass()

        try:
            get_ipython().ast_transformers.append(Drop())
        except NameError:
            pass
    """)


@attack(DOUBLE)
def empties_cells(submission: Submission) -> None:
    """An input transformer replaces the text of every cell that comes."""
    submission.answers("""
        try:
            get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\\n"])
        except NameError:
            pass
    """)


@attack(DOUBLE)
def silences_tracebacks(submission: Submission) -> None:
    """The shell shows no traceback any more, so no error is among the outputs of a check."""
    submission.answers("""
        try:
            get_ipython().showtraceback = lambda *args, **options: None
        except NameError:
            pass
    """)


@attack(DOUBLE)
def swallows_exceptions(submission: Submission) -> None:
    """A handler of the shell's own swallows every exception of a cell."""
    submission.answers("""
        try:
            get_ipython().set_custom_exc((BaseException,), lambda *args, **options: [])
        except NameError:
            pass
    """)


@attack(DOUBLE)
def patches_builtins(submission: Submission) -> None:
    """Builtins are replaced by ones that agree with everything."""
    submission.answers("""
        import builtins

        class Agreeable:
            def __eq__(self, other):
                return True
            def __hash__(self):
                return 0

        def double(n):
            return Agreeable()

        builtins.isinstance = lambda *anything: True
        builtins.all = builtins.any = lambda anything: True
        builtins.len = builtins.sum = lambda anything: Agreeable()
        builtins.AssertionError = type("Harmless", (BaseException,), {})
    """)


@attack(DOUBLE)
def equal_to_everything(submission: Submission) -> None:
    """What is returned says that it is equal to whatever it is compared with."""
    submission.answers("""
        class Yes:
            def __eq__(self, other):
                return True
            def __ne__(self, other):
                return False
            __lt__ = __gt__ = __le__ = __ge__ = __eq__

        def double(n):
            return Yes()
    """)


@attack(DOUBLE)
def a_number_that_lies(submission: Submission) -> None:
    """The same as a subclass of int, which passes for a number."""
    submission.answers("""
        class Yes(int):
            def __eq__(self, other):
                return True
            def __ne__(self, other):
                return False
            def __hash__(self):
                return 0

        def double(n):
            return Yes(1)
    """)


@attack(ASK)
def bytes_that_lie(submission: Submission) -> None:
    """The same as a subclass of bytes, after everything was sent and nothing read."""
    submission.answers("""
        class Yes(bytes):
            def __eq__(self, other):
                return True
            def __ne__(self, other):
                return False
            def __hash__(self):
                return 0

        def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
            with socket.create_connection((host, port), timeout=timeout) as sock:
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
                return Yes(b"lies")
    """)


@attack(DOUBLE)
def an_object_of_another_class(submission: Submission) -> None:
    """`__class__` says int, and the reflected comparison says yes."""
    submission.answers("""
        class Chameleon:
            @property
            def __class__(self):
                return int
            def __eq__(self, other):
                return True
            def __index__(self):
                return 4
            __int__ = __index__
            def __getattr__(self, name):
                return lambda *args, **options: self

        def double(n):
            return Chameleon()
    """)


@attack(DOUBLE)
def a_value_that_refers(submission: Submission) -> None:
    """What is returned claims to be a reference of the bridge's own, and unpickles to a call."""
    submission.answers("""
        class Forged:
            def __reference__(self, *anything):
                return "passed", 4
            def __reduce__(self):
                return print, ("LOO" + "TED", "unpickled")
            def __eq__(self, other):
                return True

        def double(n):
            return Forged()
    """)


@attack(DOUBLE)
def reads_the_caller(submission: Submission) -> None:
    """The caller's frame knows the constants that a result is compared with."""
    submission.answers("""
        import sys

        def double(n):
            frame = sys._getframe(1)
            while frame is not None:
                constants = [c for c in frame.f_code.co_consts if type(c) is int]
                if n in constants:
                    return (constants + [0])[constants.index(n) + 1]
                frame = frame.f_back
    """)


@attack(DOUBLE)
def raises_the_score(submission: Submission) -> None:
    """All frames and everything that the garbage collector knows is searched for a score."""
    submission.answers("""
        import gc
        import sys

        def double(n):
            for thing in gc.get_objects():
                if type(thing).__name__ in ("Score", "Row", "Claim", "CellVerdict") or hasattr(type(thing), "points"):
                    for name in ("points", "max", "outcome"):
                        try:
                            setattr(thing, name, "pass" if name == "outcome" else 5.0)
                        except Exception:
                            pass
                if type(thing) is list and thing and type(thing[0]).__name__ in ("Row", "ClaimVerdict"):
                    del thing[:]
            frame = sys._getframe(1)
            while frame is not None:
                if "score" in frame.f_globals:
                    frame.f_globals["score"] = 5
                frame = frame.f_back
    """)


@attack(DOUBLE)
def jumps_over_asserts(submission: Submission) -> None:
    """A trace function moves every other frame past the line that would fail."""
    submission.answers("""
        import linecache
        import sys
        import threading

        def tracer(frame, event, argument):
            line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
            if event == "line" and line.startswith("assert"):
                try:
                    frame.f_lineno += 1
                except ValueError:
                    pass
            return tracer

        def double(n):
            sys.settrace(tracer)
            threading.settrace(tracer)
            frame = sys._getframe(1)
            while frame is not None:
                frame.f_trace = tracer
                frame = frame.f_back
    """)


@attack(DOUBLE)
def listens_to_the_compiler(submission: Submission) -> None:
    """An audit hook hears the text of every check that is compiled, and repeats what is hidden."""
    submission.answers("""
        import sys

        def hear(event, arguments):
            if event == "compile" and arguments and isinstance(arguments[0], (str, bytes)):
                text = arguments[0] if isinstance(arguments[0], str) else arguments[0].decode("utf-8", "replace")
                if "canary" + "-hidden" in text:
                    confess(text)

        sys.addaudithook(hear)
    """)


@attack(DOUBLE)
def forbids_failure(submission: Submission) -> None:
    """An audit hook ends the process with code 0 as soon as anything is raised or reported."""
    submission.answers("""
        import os
        import sys

        def double(n):
            sys.addaudithook(lambda event, arguments: os._exit(0) if event.startswith(("object.", "socket.")) else None)
            return getattr(double, "__code__")
    """)


@attack(DOUBLE)
def makes_numbers_equal(submission: Submission) -> None:
    """Small integers are overwritten in memory until all have the same value."""
    submission.answers("""
        import ctypes

        def double(n):
            ctypes.c_uint32.from_address(id(n) + 24).value = 4
            for value in (-14, 0, 6):
                ctypes.c_uint32.from_address(id(value) + 24).value = 4
            return n
    """)


@attack(ASK)
def peers_that_forgive(submission: Submission) -> None:
    """The scripted peers are patched to end without an error, whatever has happened in their block."""
    submission.answers("""
        try:
            from autograde import peer, raises
            peer.__exit__ = lambda self, *anything: True
            raises.__exit__ = lambda self, *anything: True
        except ImportError:
            pass
    """)


@attack(EXACTLY)
def sockets_that_agree(submission: Submission) -> None:
    """The class of all sockets is patched, in the hope that the other side uses the same."""
    submission.answers("""
        class Everything(bytes):
            def __eq__(self, other):
                return True
            def __hash__(self):
                return 0

        socket.socket.recv = lambda self, *anything: Everything()
        socket.socket.send = socket.socket.sendall = lambda self, data, *anything: len(data)

        def recv_exactly(sock, n):
            return Everything()
    """)


@attack(ASK)
def the_clock_and_the_random_numbers(submission: Submission) -> None:
    """Seeds the generator that the checks might use, and stops every clock."""
    submission.answers("""
        import random
        import time

        random.seed(1)
        random.Random.randrange = lambda self, *anything: 1
        random.Random.randbytes = lambda self, n: bytes(n)
        time.monotonic = time.perf_counter = time.time = lambda: 0.0

        def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
            if request == b"PING\\n":
                return b"PONG 1\\n"
            if max_bytes == 5000:
                return bytes(5000)
            return {b"tell me all\\n": b"line 1\\n" * 30_000, b"hello": b"hi 1"}.get(request, b"answer 1\\n")
    """)


@attack(ASK)
def exceptions_that_are_all(submission: Submission) -> None:
    """One exception that is of every class that a check could want."""
    submission.answers("""
        class All(ConnectionRefusedError, TimeoutError):
            __examinee__ = True
            @property
            def __class__(self):
                return ValueError

        class AllValues(ValueError, EOFError):
            pass

        def ask(host, port, request, *, timeout=5.0, max_bytes=1_000_000):
            raise ExceptionGroup("all", [All(), AllValues()]) if timeout < 0.1 else All("refused")
    """)


@attack(DOUBLE)
def an_exception_that_is_a_success(submission: Submission) -> None:
    """Raises what ends a program in peace, and what a test runner takes for a skipped test."""
    submission.answers("""
        class Skipped(BaseException):
            pass

        def double(n):
            if n == 2:
                raise SystemExit(0)
            if n == 3:
                raise GeneratorExit
            if n == 0:
                raise KeyboardInterrupt
            raise Skipped("5 of 5 claims hold")
    """)


@attack(DOUBLE)
def rewrites_what_was_asked(submission: Submission) -> None:
    """The code that loads the answer is searched for in frames, and its answers are replaced."""
    submission.answers("""
        import sys

        frame = sys._getframe()
        while frame is not None:
            for name, value in list(frame.f_locals.items()):
                operations = getattr(value, "operations", None)
                if isinstance(operations, dict):
                    for operation in operations:
                        operations[operation] = lambda *anything: 4
            frame = frame.f_back
    """)
