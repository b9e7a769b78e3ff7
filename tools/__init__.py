"""What runs around a build: work at the desk that touches network and shell, or several plugins.

What runs inside a Pelican build is in plugins/. The commands themselves are in tasks.py.
"""
