"""The main window: the only place that connects controls, session and views."""
