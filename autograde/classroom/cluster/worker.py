"""What a worker does. Dask loads this file into each: `dask worker … --preload autograde.classroom.cluster.worker`.

A worker has a gate and a process that stands by of its own, as a grading run on one machine has. It gets a `Task` and
returns verdicts; it never sees a student's name, the gradebook, or a file of the course.
"""

from __future__ import annotations

import logging
import signal
import threading

from distributed import Reschedule, Worker

from autograde.classroom.cluster.offer import offers
from autograde.classroom.examiners import Task, examined
from autograde.classroom.gate import EXAMINATIONS_PER_PROCESSOR, Gate
from autograde.examiner import standby_process
from autograde.examiner.examine import CellVerdict

log = logging.getLogger("distributed.worker.loopback")

_gates: list[Gate] = []
_ending = threading.Event()


def dask_setup(worker: Worker) -> None:
    """Get ready, and offer to examine. Dask calls it before the scheduler knows of the worker.

    As many examinations run at once as the worker has threads; its share of the processors follows from that. If this
    raises, Dask logs it, and the worker offers nothing.
    """
    if worker.nanny:  # Ctrl-C reaches every process of a terminal, and the nanny is who ends this one in order
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs = worker.state.nthreads
    if reason := standby_process.why_no_sandbox():
        log.warning(reason)
    _gates.append(Gate(free=max(1, jobs // EXAMINATIONS_PER_PROCESSOR)))
    offered = offers(jobs, sandbox=not reason)
    worker.state.total_resources.update(offered)
    worker.state.available_resources.update(offered)


def dask_teardown(worker: Worker) -> None:
    """End what is being examined. Dask calls it when the worker closes."""
    _ending.set()
    for gate in _gates:
        gate.close()
    standby_process.break_off()


def examined_here(task: Task) -> list[CellVerdict]:
    """The verdicts on a notebook. Raises Dask's `Reschedule` when the worker closes meanwhile: another one is asked."""
    with _gates[0].passed():
        verdicts = [] if _ending.is_set() else examined(task)
    if _ending.is_set():
        raise Reschedule
    return verdicts
