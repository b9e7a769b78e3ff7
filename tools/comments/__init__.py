"""Speaking in threads, and caring for the store, from the keyboard.

desk       where things are: content, store, who the host is, what time it is
finding    ENTRY and ID as they are typed, corrected
drafting   her editor, with what is answered below a scissors line
verbs      add, reply, edit, delete, close, open, pin
care       check, waiting, stats, doctor, merge, setup
"""
