"""The run in its own thread: commands go in by a queue, reports come out by a mailbox for one."""
