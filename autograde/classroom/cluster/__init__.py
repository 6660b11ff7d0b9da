"""Grading past one machine: examinations on the workers of Dask's distributed scheduler, which is an optional extra.

The scheduling is Dask's. What is ours: what a worker offers (`offer.py`) and does (`worker.py`), how a scheduler is
reached (`reach.py`) or one of the moment kept going (`local.py`), which workers can go on (`workers.py`), and an
`Examiners` that hands tasks over and bears that workers die or hang (`examiners.py`). Workers get plain data and return
verdicts; only the grading run itself knows students, files and gradebook.
"""
