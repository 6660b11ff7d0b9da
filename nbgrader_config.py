"""How nbgrader sees this course: its folders, and the examiner in the place of a kernel.

Both `nbgrader autograde` and `python3 -m autograde grade` read this file, so they are one path and give one mark.
"""

c = get_config()  # noqa: F821 (nbgrader puts the name here)

c.CourseDirectory.course_id = "loopback"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# As deep below the root as exercises/, so that the links from an exercise to its lessons lead there from both.
c.Exchange.assignment_dir = "fetched"
# Known mistakes lie beside the notebooks they belong to, and must never be handed out.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "mistakes"]

# nbgrader is shown the rebuilt notebooks of submissions and no other file of theirs, so that no damage stops the class.
c.Autograde.exporter_class = "autograde.classroom.staging.StagedExporter"
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
# No kernel runs a submitted notebook: the examiner runs the recorded checks, and the answers in a process of their own.
c.Autograde.autograde_preprocessors = [
    "autograde.classroom.preprocessors.Examine",
    "nbgrader.preprocessors.LimitOutput",
    "autograde.classroom.preprocessors.SaveVerdicts",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Students read these pages: nothing of a hidden check is in them, and nothing that a student wrote can run in them.
c.GenerateFeedback.exporter_class = "autograde.classroom.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "autograde.classroom.feedback.Hints",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
# Formgrader shows the same notebooks through the same filters.
c.HTMLExporter.filters = {
    "markdown2html": "autograde.classroom.feedback.harmless_html",
    "highlight_code": "autograde.classroom.feedback.highlighted",
}
