"""What files hold as words, whatever they are packed in: for all who look for what should not be public.

`contents` takes a file apart by how it begins, not by its name alone: texts in any Unicode encoding,
what is packed (`gzip`, `br`, ZIP and what is made of it: DOCX, ODT, EPUB), PDFs, and what pictures say
beside what they show. What it cannot look into it says.
"""

from tools.containers.reading import BINARY, MOST, Contents, Part, contents

__all__ = ["BINARY", "MOST", "Contents", "Part", "contents"]
