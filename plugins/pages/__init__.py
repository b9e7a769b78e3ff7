"""Pages: entries without a date, each found by a menu or a link. `section` makes their outputs."""
