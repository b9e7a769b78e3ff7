"""The links between entries: references in the text, old addresses, downloads.

1. `references` turns what the author typed (a source file, an id, an address) into addresses and
   checks each, fragments included;
2. `linking` settles those of every entry and comment;
3. `downloads` says which files are public.
"""
