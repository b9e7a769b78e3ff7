"""Outputs: every file of the site as a value, and the one engine that makes files of them.

1. `model` is an `Output`: an address, what is to be seen there (a view), and how that becomes bytes;
2. `templates` renders a view by a template of the theme, which sees that view and constants, no more;
3. `writing` renders every output and writes its file.

Plain Python: who gathers content, and in which program, is nobody's business here.
"""
