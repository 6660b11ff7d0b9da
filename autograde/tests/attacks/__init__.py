"""Submissions that solve nothing and try to earn points, read secrets, change things, stop the class, or hurt the next.

`corpus.py` says what an attack is, the files named by theme hold them, `targets.py` what they aim at. `world.py` makes
a course, hands them in, has it graded and looks at what has become of everything.
"""
