"""How fast the site builds and how much memory that takes, beside plain Pelican, Hugo and Eleventy.

`corpus` writes the same made-up blog for each, of `prose` and `pictures`; `sites` lays them out and edits
them; `measure` runs a command and says what it took; `results` and `plot` tell it; `shares` says where our own
time goes; `run` is what `./invoke bench` calls.
"""
