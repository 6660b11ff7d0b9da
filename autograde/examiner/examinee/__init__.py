"""What the examinee is made of: everything here is loaded into the process that holds the student's code.

That process knows only the standard library, and nothing of the examiner: so these files import nothing but it and each
other, by relative imports. The examiner shares some of them (the line, its language, the table of limits).
"""
