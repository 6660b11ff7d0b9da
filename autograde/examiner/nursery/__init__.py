"""What stands by in order to fork examinees, and what locks them in: the sandbox of official grading (Linux).

These files are loaded into a process that holds nothing but Python's library and the examinee's own program, so that
nothing of the checks can be in a forked examinee. They import the standard library, each other, and `examinee` only.
"""
