"""No private data in any file that was written: the last net below what is found when content is read
(plugins.privacy).

`output` looks through every file of a build, and `pictures` through what pictures say of where and by
whom they were taken. Every build looks through its pages before any of it counts, one for the live
address through every file.
"""
