"""`bench`: this grader beside stock nbgrader on one class, and where the time goes."""
