"""How nbgrader sees this course: its folders, and the examiner in the place of a kernel.

Both `nbgrader autograde` and `python3 -m autograde grade` read this file, so they are one path and give one mark.
"""

c = get_config()  # noqa: F821 (nbgrader puts the name here)

c.CourseDirectory.course_id = "loopback"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# Known mistakes lie beside the notebooks they belong to, and must never be handed out.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "mistakes"]

# A submission is rebuilt from the recorded release, so that no damage in one can stop the class.
c.Autograde.exporter_class = "autograde.classroom.preprocessors.TolerantExporter"
c.Autograde.sanitize_preprocessors = [
    "autograde.classroom.preprocessors.Intake",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# No kernel runs a submitted notebook: the examiner runs the recorded checks, and the answers in a process of their own.
c.Autograde.autograde_preprocessors = [
    "autograde.classroom.preprocessors.Examine",
    "nbgrader.preprocessors.LimitOutput",
    "autograde.classroom.preprocessors.SaveVerdicts",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
