"""Processes and commands: supervisor, web, worker, CLI; catalogues of words."""
