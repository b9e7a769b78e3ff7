"""What machines read on a page: JSON-LD with the vocabulary of schema.org."""
