"""Processes and commands: supervisor, web, worker, CLI."""
