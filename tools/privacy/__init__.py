"""No private data in any file that was written: the last net below what is found when content is read
(plugins.privacy).

`output` looks through every file of a build, and into what files are packed in (tools.containers). Every build looks through its pages before any of it counts, one for the live
address through every file.
"""
