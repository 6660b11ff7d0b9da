"""The command line: what each command is for, and where its work is done.

A command imports its work only when it is called, so that `--help` is there at once.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autograde.sections import section_meant

if TYPE_CHECKING:
    import ssl

INTERRUPTED = 130
"""128 + SIGINT: what shells expect of a program that Ctrl-C ended."""

STUDENTS, INSTRUCTORS, AUTHORS = "For students", "For instructors", "For authors"

app = typer.Typer(
    help='Loopback: network programming with Python, graded on the wire. Begin with "lab": it opens the course.',
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> int:
    """Obey sys.argv and return the exit code."""
    name = os.path.basename(sys.argv[0]).removesuffix(".exe")
    try:
        app(prog_name=name if name == "autograde" else "python3 -m autograde")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _obey(work: Callable[[], int]) -> None:
    """End with the exit code of `work`, quietly if it is interrupted."""
    try:
        code = work()
    except KeyboardInterrupt:
        code = INTERRUPTED
    raise typer.Exit(code)


def _command(group: str) -> Callable[[Callable[..., None]], None]:
    """Register a command. Its docstring is its help, each paragraph as wide as the terminal."""

    def register(function: Callable[..., None]) -> None:
        paragraphs = (inspect.getdoc(function) or "").split("\n\n")
        text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
        app.command(rich_help_panel=group, help=text)(function)

    return register


def _section(value: str) -> str:
    """The section that is meant: its whole name, or just its number."""
    try:
        return section_meant(value)
    except LookupError as error:
        raise typer.BadParameter(str(error.args[0])) from None


Section = Annotated[
    str,
    typer.Argument(
        metavar="SECTION",
        callback=_section,
        show_default=False,
        help="A section: 1-fundamentals, or just its number, 1.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program to read, instead of a table.")]


@_command(STUDENTS)
def lab(
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address instead of opening it.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, metavar="PORT", show_default=False, help="Listen there. 0: on any free port."),
    ] = None,
) -> None:
    """Open the course in JupyterLab.

    Read the lessons in course/, solve the exercises in exercises/. Everything runs on this machine; the server listens
    on 127.0.0.1 only. Ctrl-C, twice, ends it.
    """

    def work() -> int:
        from autograde.lab import open_lab

        return open_lab(browser=not no_browser, port=port)

    _obey(work)


@_command(STUDENTS)
def nc(
    host: Annotated[str, typer.Argument(metavar="HOST", help="Where to connect to, or the address to listen on.")],
    port: Annotated[int, typer.Argument(metavar="PORT", min=0, max=65535, help="The port there.")],
    listen: Annotated[
        bool, typer.Option("--listen", "-l", help="Wait for one connection instead of making one.")
    ] = False,
    crlf: Annotated[
        bool, typer.Option("--crlf", "-C", help="End every line you type with CRLF, as HTTP wants.")
    ] = False,
    udp: Annotated[bool, typer.Option("--udp", "-u", help="Send datagrams: one for each line you type.")] = False,
    hexed: Annotated[bool, typer.Option("--hex", "-x", help="Show both directions in hexadecimal.")] = False,
    tls: Annotated[
        bool, typer.Option("--tls", help="Talk inside TLS. With --listen a certificate for localhost is made.")
    ] = False,
    cafile: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", show_default=False, help="With --tls: trust who is in FILE, not whom this system trusts."
        ),
    ] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="With --tls: do not check the certificate.")] = False,
) -> None:
    """Talk to a program over TCP, TLS or UDP by hand.

    What you type is sent, what arrives is printed, and the end of your input (Ctrl-D) is told to the other side. This
    is the nc of Unix systems, on every system.
    """
    if tls and udp:
        raise typer.BadParameter("--tls needs a stream, and --udp is none.")
    if (cafile is not None or insecure) and (listen or not tls):
        raise typer.BadParameter("--cafile and --insecure tell --tls how to check the server that it connects to.")

    def work() -> int:
        from autograde.wire.netcat import netcat

        more: dict[str, Any] = {"hexed": True} if hexed else {}
        if udp:
            from autograde.wire.netcat_datagrams import datagrams

            return datagrams(host, port, listen=listen, crlf=crlf, **more)
        if not tls:
            return netcat(host, port, listen=listen, crlf=crlf, **more)
        with _made_context() if listen else _checking_context(cafile, insecure) as context:
            return netcat(host, port, listen=listen, crlf=crlf, context=context, **more)

    _obey(work)


@contextmanager
def _made_context() -> Iterator[ssl.SSLContext]:
    """A server's: its certificate is made now and gone with the block."""
    from autograde.servers.certificates import certificates

    with certificates() as made:
        typer.echo(f"clients can check the certificate with --cafile {made.cafile}", err=True)
        yield made.identity().server_context()


@contextmanager
def _checking_context(cafile: str | None, insecure: bool) -> Iterator[ssl.SSLContext]:
    """A client's."""
    import ssl

    from autograde.wire.netcat_tls import client_context

    try:
        context = client_context(cafile, insecure=insecure)
    except ssl.SSLError:
        raise typer.BadParameter(f"There is no certificate in {cafile}.") from None
    except OSError as error:
        raise typer.BadParameter(f"Cannot read {cafile}: {error.strerror}.") from None
    yield context


@_command(STUDENTS)
def serve(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", show_default=False, help="Which one. Without it: all there are.")
    ] = None,
    to_client: Annotated[
        str,
        typer.Option(
            metavar="SCRIPT", show_default=False, help="What to do to what it sends, such as: passes(100), resets()"
        ),
    ] = "",
    to_server: Annotated[
        str, typer.Option(metavar="SCRIPT", show_default=False, help="The same for what it is sent.")
    ] = "",
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", show_default=False, help="Repeat what chance did to datagrams.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not tell what passes.")] = False,
) -> None:
    """Run a server to play with, with any fault.

    The servers are those that the exercises are checked with: web, ftp, smtp, dns and more. What passes is told as it
    happens. Ctrl-C ends it.
    """

    def work() -> int:
        from autograde.serving import serve as run

        return run(name, to_client=to_client, to_server=to_server, seed=seed, quiet=quiet)

    _obey(work)


@_command(INSTRUCTORS)
def grade(
    section: Section,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            metavar="N",
            show_default=False,
            help="Grade N notebooks at once. Without it: as many as keep this machine busy and disturb no check.",
        ),
    ] = None,
    exercise: Annotated[
        list[str] | None,
        typer.Option("--exercise", metavar="ID", show_default=False, help="Only this exercise; may be repeated."),
    ] = None,
    student: Annotated[
        list[str] | None,
        typer.Option("--student", metavar="NAME", show_default=False, help="Only this student; may be repeated."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Grade also what has not changed.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing: tell who would get other points, and why.")
    ] = False,
    db: Annotated[
        str,
        typer.Option(
            metavar="URL", show_default=False, help="The gradebook, if it is not gradebook.db: postgresql://…"
        ),
    ] = "",
    require_sandbox: Annotated[
        bool,
        typer.Option("--require-sandbox", help="Refuse to grade where students' code cannot be locked in."),
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            min=1,
            metavar="N",
            show_default=False,
            help="Try it out: grade N made-up submissions in a temporary folder, beside the marks they should get.",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", show_default=False, help="With --sample: make the same made-up class again."),
    ] = None,
    json: Json = False,
) -> None:
    """Grade what students handed in for a section.

    Reads submitted/, writes the marks to gradebook.db and the graded notebooks to autograded/, where nbgrader's own
    commands and its formgrader find them, and prints a table. Of a student's notebook only the answer cells are run.

    What was graded and has not changed since is not graded again. A run that was ended is gone on with by the same
    command; nothing is lost.
    """  # fmt: skip

    def work() -> int:
        from autograde.classroom.asked import Asked
        from autograde.classroom.grade import grade_section

        asked = Asked(jobs, exercise or [], student or [], again, dry_run, require_sandbox)
        return grade_section(section, asked=asked, sample=sample, seed=seed, as_json=json, db=db)

    _obey(work)


@_command(AUTHORS)
def new(
    section: Section,
    exercise: Annotated[
        str, typer.Argument(metavar="EXERCISE", show_default=False, help="Its id and a short name: 1.4-exactly-n.")
    ],
) -> None:
    """Begin an exercise.

    Writes a notebook and a list of mistakes to solutions/ for you to fill in. "check" then says, step by step, what is
    still missing.
    """

    def work() -> int:
        from autograde.classroom.new import make_exercise

        return make_exercise(section, exercise)

    _obey(work)


@_command(AUTHORS)
def check(
    exercises: Annotated[
        list[str] | None,
        typer.Argument(metavar="EXERCISE", show_default=False, help="Ids such as 1.4. Without any: every exercise."),
    ] = None,
    json: Json = False,
    repeat: Annotated[int, typer.Option(min=1, metavar="N", help="Grade everything N times; no mark may change.")] = 1,
    release: Annotated[
        bool, typer.Option("--release", help="Write exercises/ and the course's navigation anew first.")
    ] = False,
) -> None:
    """Prove that exercises are good.

    For each: the solution gets full marks, the untouched stub gets nothing, every known mistake loses exactly the
    checks that it should and is told why, and exercises/ is what a fresh release gives. The index and the navigation of
    the course must fit its pages.
    """

    def work() -> int:
        from autograde.classroom.check import run_check

        return run_check(exercises or [], repeat=repeat, as_json=json, release=release)

    _obey(work)


@_command(AUTHORS)
def test() -> None:
    """Run everything that CI runs.

    Style, types, the tests, "check" for every exercise, and every lesson from top to bottom against its stored outputs.
    """

    def work() -> int:
        from autograde.selftest import run_all

        return run_all()

    _obey(work)
