"""How fast the site builds and how much memory that takes, beside plain Pelican and Hugo.

`corpus` writes the same made-up blog for each; `sites` lays them out and edits them; `measure` runs a
command and says what it took; `shares` says where our own time goes; `run` is what `./invoke bench`
calls.
"""
