"""`submitted` in real notebook kernels: run by nbclient as `nbgrader validate` does, and driven as JupyterLab does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import nbclient
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook

IMPORT = "from autograde import submitted"
TRY = "ask = submitted('ask')\ntry:\n    print(ask.within(1)(1))\nexcept AssertionError as error:\n    print(error)"


def texts_of(*cells: str) -> list[str]:
    """What each cell of a notebook prints when nbclient runs it. A cell that fails ends it."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, kernel_name="python3").execute()
    assert all(output.get("name") != "stderr" for cell in notebook.cells for output in cell.outputs)
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in notebook.cells]


Run = Callable[..., str]


@pytest.fixture
def run() -> Iterator[Run]:
    """Execute a cell in a kernel, with the id that JupyterLab would send; what it printed, or its error."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield lambda code, cell: execute(client, code, cell)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def execute(client: BlockingKernelClient, code: str, cell: str | None) -> str:
    """Send one execute request with a cell id and gather its output."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    request: Any = client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
    client.shell_channel.send(request)
    text: str = ""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        content = message["content"]
        text += str(content.get("text", "")) + str(content.get("evalue", ""))
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            return text


def test_a_notebook_run_without_cell_ids() -> None:
    """The latest executed cell that defines the name counts; nothing reaches stderr, and nothing is left."""
    printed = texts_of(
        IMPORT,
        "import socket\ndef ask(x):\n    global leak\n    leak = socket.socket()\n    print('hello')\n    return x + 1",
        TRY + "\nprint(ask.output)",
        "def ask(x):\n    while True: pass",
        TRY + "\n" + TRY.partition("\n")[2],
        "import threading, os\nfrom autograde.examiner.process import _alive\nprint(len(_alive))",
    )
    assert printed[2] == "2\nhello\n\n"
    assert printed[4].splitlines()[0].startswith("`ask` did not end within 1 s and was cut off on your line 2")
    assert printed[4].splitlines()[1] == "`ask` hung on its first call, so it was not tried again"
    assert printed[5] == "0\n"


def test_the_answer_may_run_before_the_import() -> None:
    """Cells that ran before `submitted` was imported are found as well."""
    assert texts_of("def ask(x): return x + 1", IMPORT + "\n" + TRY)[1] == "2\n"


def test_only_answer_cells_count_where_ids_are_known(run: Run) -> None:
    """A later definition in a scratch cell is pointed out, once, and not used."""
    run(IMPORT, "setup")
    assert "not defined yet: run its answer cell" in run(TRY, "check-basics")
    run("def ask(x): return x + 1", "answer-ask")
    run("def ask(x): return 'scratch'", "0f3a-scratch")
    note = "Note: `ask` is also defined in a cell that is not an answer cell. Only the answer cell counts.\n"
    assert run(TRY, "check-basics") == note + "2\n"
    assert run(TRY, "check-basics") == "2\n"
    run("def ask(x): return x + 2", "answer-ask")
    assert run(TRY, "check-basics") == "3\n"


def test_a_student_tries_again_after_a_mistake(run: Run) -> None:
    """Broken syntax, a hang and a magic are told with their line; the next version of the cell is taken."""
    run(IMPORT, "setup")
    run("def ask(x)\n    return x", "answer-ask")
    assert "Line 1 of the answer cell is not valid Python" in run(TRY, "check-basics")
    run("def ask(x):\n    while True: pass", "answer-ask")
    for _ in range(2):
        assert "did not end within 1 s" in run(TRY, "check-basics")
    run("%time\ndef ask(x): return x", "answer-ask")
    assert "notebook command (`%time`)" in run(TRY, "check-basics")
    run("def ask(x): return x", "answer-ask")
    assert run(TRY, "check-basics") == "1\n"


def test_the_kernels_own_tricks_do_not_reach_the_answer(run: Run) -> None:
    """Patched builtins and the running event loop of the kernel change nothing over there."""
    run(IMPORT, "setup")
    run("import builtins\nbuiltins.abs = lambda x: 42", "scratch")
    run("import asyncio\ndef ask(x):\n    return abs(asyncio.run(asyncio.sleep(0, x)))", "answer-ask")
    assert run(TRY, "check-basics").endswith("1\n")
