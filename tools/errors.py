"""The one exception that a task turns into a message.

    ProjectError    something that the person at the keyboard can put right

A function in tools/ raises it (or a kind of its own under it) and a task prints it and ends with
status 1. Anything else that escapes is a defect, and shows its traceback.
"""


class ProjectError(Exception):
    """What went wrong and what to do about it: `str(error)` is what the user reads."""
