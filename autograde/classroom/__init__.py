"""The classroom: the course as nbgrader sees it, from release to marks. Nothing below it imports it."""
