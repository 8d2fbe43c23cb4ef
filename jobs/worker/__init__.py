"""One node's process: its slots, its reporter, and the processes of jobs."""
