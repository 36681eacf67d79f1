"""The batch that is next, and its gradient beside the full one."""
