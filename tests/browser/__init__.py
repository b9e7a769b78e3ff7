"""Browser tests. A package, so that its one browser is closed before another folder opens its own."""
