"""Grading past one machine: examinations on the workers of Dask's distributed scheduler, which is an optional extra.

The scheduling is Dask's. What is ours: what a worker offers (`offer.py`) and does (`worker.py`), how a scheduler is
reached (`reach.py`), and an `Examiners` that hands tasks over and bears that workers die, hang or are of another
version (`examiners.py`). Workers get plain data and return verdicts; only the grading run itself knows students, files
and gradebook.
"""
