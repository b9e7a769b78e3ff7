"""What runs inside a Pelican build: one package a concern, listed in pelicanconf.py in the order they need one another."""
