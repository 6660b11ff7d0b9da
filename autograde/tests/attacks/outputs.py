"""Attacks through outputs: what is printed, shown, or stored where a grader reads numbers and a person reads pages."""

from __future__ import annotations

from autograde.tests.attacks.corpus import DOUBLE, Submission, attack, cell_of, new_cell

HTML = """\
<script>{mark}</script> <img src="x" onerror="{mark}"> <svg onload="{mark}"></svg> <iframe srcdoc="{mark}"></iframe>
<a href="javascript:{mark}">a</a> <style>@import "//{mark}";</style> <form action="//{mark}"><button>b</button></form>
"""
"""What would run, or call somebody, on a page that does not clean what students write."""


@attack(DOUBLE)
def stored_results(submission: Submission) -> None:
    """The checks are handed in with outputs that show all points."""
    submission.answers("")
    with submission.edited() as notebook:
        for name in ("check-basics", "check-faults"):
            result = {"output_type": "execute_result", "metadata": {}, "execution_count": 1}
            cell_of(notebook, name)["outputs"] = [result | {"data": {"text/plain": "5.0", "text/html": "<b>5</b>"}}]
            cell_of(notebook, name)["execution_count"] = 1


@attack(DOUBLE)
def a_number_at_the_end(submission: Submission) -> None:
    """Every cell of the student's ends with a number, as a partial credit would."""
    submission.answers("5")
    with submission.edited() as notebook:
        notebook["cells"] += [new_cell("5.0", "mine"), new_cell("print(5.0)", "mine-too")]


@attack(DOUBLE)
def an_object_like_a_score(submission: Submission) -> None:
    """Prints, shows and returns things that look like the score of a check."""
    submission.answers("""
        class Score:
            rows, points, max, outcome = [("Two is doubled", "pass")], 5.0, 5.0, "pass"
            def __repr__(self):
                return "5.0"
            def _repr_html_(self):
                return "<b>5 of 5 claims hold</b>"

        def double(n):
            print("5.0")
            print('{"grade_id": "check-basics", "points": 3.0, "max": 3.0, "outcome": "pass", "rows": []}')
            return Score()
    """)


@attack(DOUBLE)
def shows_the_result_itself(submission: Submission) -> None:
    """Publishes an execute_result of its own for whatever cell is running, and clears what was there."""
    submission.answers("""
        def double(n):
            try:
                shell = get_ipython()
                shell.display_pub.clear_output()
                shell.display_pub.publish({"text/plain": "5.0"})
                shell.displayhook(5.0)
                shell.showtraceback = lambda *args, **options: shell.displayhook(5.0)
            except NameError:
                pass
    """)


@attack(DOUBLE)
def scripts_in_output(submission: Submission) -> None:
    """Prints, raises and returns HTML that runs."""
    html = HTML.format(mark=submission.mark)
    submission.answers(f"""
        html = {html!r}

        def double(n):
            print(html)
            if n == 2:
                return html
            if n == 3:
                raise ValueError(html)
            raise type(html, (Exception,), {{}})(html)
    """)


@attack(DOUBLE)
def scripts_in_text(submission: Submission) -> None:
    """Markdown, raw cells and stored outputs hold HTML that runs."""
    html = HTML.format(mark=submission.mark)
    submission.answers("")
    data = {"text/html": html, "image/svg+xml": html, "application/javascript": html}
    shown = {"output_type": "display_data", "metadata": {}, "data": data}
    with submission.edited() as notebook:
        notebook["cells"][0]["source"] += "\n" + html
        notebook["cells"] += [
            new_cell(html, "text", "markdown"), new_cell(html, "raw", "raw"),
            new_cell("1", "shown") | {"outputs": [shown]},
        ]  # fmt: skip


@attack(DOUBLE)
def odd_characters(submission: Submission) -> None:
    """Prints and raises NUL, lone surrogates, escape sequences of terminals, and marks of text direction."""
    submission.answers(r"""
        import sys

        odd = "\0 \ud800 \x1b]0;owned\x07 \x1b[2J \u202e5.0 \ufeff \x85 \u2028"

        def double(n):
            sys.stdout.buffer.write(b"\xff\xfe\0\x1b[2J")
            print(odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
            if n == 2:
                return odd
            raise ValueError(odd)
    """)


@attack(DOUBLE)
def last_words(submission: Submission) -> None:
    """Prints a result when the process ends, from exit hooks, destructors and threads that are still there."""
    submission.answers("""
        import atexit
        import threading
        import time

        class Last:
            def __del__(self):
                print("5.0")

        atexit.register(print, "5.0")
        keeps = Last()
        keeps.itself = keeps

        def later():
            for _ in range(20):
                time.sleep(0.1)
                print("5.0")

        def double(n):
            threading.Thread(target=later, daemon=True).start()
            return keeps
    """)


@attack(DOUBLE)
def words_of_the_markers(submission: Submission) -> None:
    """The answer holds the markers of solutions and hidden tests, and the text of a check."""
    submission.answers("""
        ### BEGIN SOLUTION
        ### END SOLUTION
        ### BEGIN HIDDEN TESTS
        score = 5
        ### END HIDDEN TESTS
        # %% answer-double
        # with score("Two is doubled"):
        #     assert double(2) == 4
    """)


@attack(DOUBLE)
def asks_the_story(submission: Submission) -> None:
    """Fails in every way that a story might explain with a line of the hidden check."""
    submission.answers("""
        # assert double ( ) == the sign went missing number negative doubled with score hidden tests n - 7 14
        def double(n):
            if n < 0:
                class Odd:
                    def __eq__(self, other):
                        raise ValueError(other)
                    def __repr__(self):
                        raise ValueError
                return Odd()
            return str(n)
    """)
