"""Attacks with files beside the notebook, under the names of modules and settings that programs load from there."""

from __future__ import annotations

from autograde.tests.attacks.corpus import ASK, DOUBLE, EXACTLY, Submission, attack

LEAVES_A_MARK = "open({outside!r} + '/' + {mark!r}, 'w').close()\n"


def leaves_a_mark(submission: Submission) -> str:
    """A program that says where it was run."""
    return LEAVES_A_MARK.format(outside=str(submission.targets.outside), mark=submission.mark)


@attack(ASK)
def shadows_autograde(submission: Submission) -> None:
    """`autograde.py` has everything that a check imports, and none of it ever fails."""
    submission.answers("")
    submission.beside("autograde.py", leaves_a_mark(submission) + """
class Anything:
    points = rows = 5
    def __init__(self, *args, **options): pass
    def __call__(self, *args, **options): return self
    def __getattr__(self, name): return self
    def __enter__(self): return self
    def __exit__(self, *anything): return True
    def __iter__(self): return iter((self, self))
    def __eq__(self, other): return True
    def __repr__(self): return "5.0"

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Anything()
""")  # fmt: skip


@attack(EXACTLY)
def shadows_socket(submission: Submission) -> None:
    """`socket.py` leaves its mark and then behaves like the real one."""
    submission.answers("")
    program = leaves_a_mark(submission)
    submission.beside("socket.py", program + "from _socket import *\nraise ImportError('the mark was left')\n")


@attack(DOUBLE)
def shadows_customizations(submission: Submission) -> None:
    """`sitecustomize.py`, `usercustomize.py` and a `.pth` file, which every Python loads at its start."""
    submission.answers("")
    for name in ("sitecustomize.py", "usercustomize.py"):
        submission.beside(name, leaves_a_mark(submission))
    submission.beside("first.pth", "import os; " + leaves_a_mark(submission))


@attack(DOUBLE)
def shadows_the_kernel(submission: Submission) -> None:
    """`ipykernel_launcher.py` starts a kernel that drops asserts."""
    submission.answers("")
    submission.beside("ipykernel_launcher.py", leaves_a_mark(submission) + """
import ast
import sys

sys.path[:] = [place for place in sys.path if place not in ("", ".") and "fundamentals" not in place]
if __name__ == "__main__":
    from IPython.core.interactiveshell import InteractiveShell
    from ipykernel import kernelapp

    class Drop(ast.NodeTransformer):
        def visit_Assert(self, node):
            return ast.Pass()

    before = InteractiveShell.transform_ast
    InteractiveShell.transform_ast = lambda self, node: ast.fix_missing_locations(Drop().visit(before(self, node)))
    kernelapp.launch_new_instance()
""")  # fmt: skip


@attack(DOUBLE)
def shadows_the_configuration(submission: Submission) -> None:
    """`nbgrader_config.py`, `jupyter_config.py` and `.ipython` lie where a grading command might look for them."""
    submission.answers("")
    for name in (
        "nbgrader_config.py",
        "jupyter_config.py",
        "ipython_config.py",
        ".ipython/profile_default/startup/0.py",
    ):
        submission.beside(name, leaves_a_mark(submission))


@attack(DOUBLE)
def shadows_the_library(submission: Submission) -> None:
    """Modules of the standard library and of the grader's libraries, each of which leaves its mark."""
    submission.answers("")
    for name in ("operator", "json", "random", "selectors", "ctypes", "nbformat", "traitlets", "IPython", "zmq"):
        submission.beside(f"{name}.py", leaves_a_mark(submission) + "raise ImportError('the mark was left')\n")


@attack(DOUBLE)
def imports_from_beside(submission: Submission) -> None:
    """The answer imports a module that lies beside the notebook, and the module leaves a mark."""
    submission.answers("""
        try:
            import answer_beside
        except ImportError:
            pass
    """)
    submission.beside("answer_beside.py", leaves_a_mark(submission))
