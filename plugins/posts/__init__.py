"""Posts: their pages, the archive, topics, and what belongs together.

1. `related` finds series, neighbours in time, and posts that share topics or people;
2. `section` makes the outputs.

Setting       Default  Means
TOPIC_SIZE    20       posts on one page of a topic
ARCHIVE_SIZE  100      posts on one page of the archive
"""
