"""Schedule: when this site will have to be built again, so that no page of it becomes wrong.

What is public hangs on the time of a build: an entry is due, a meetup starts or ends, a thread closes.
Each kind adds the changes it knows of to `Reading.changes`; `next_build` finds the first, with those that stand in
the store of comments, and what /next-build.json says:

    {"at": "2026-12-02T18:00:00+11:00", "because": ["meetups/december starts"]}

`at` is null when nothing is ahead. Between two changes every build makes the same pages.
"""
