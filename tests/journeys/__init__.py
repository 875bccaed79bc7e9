"""What people do in a real browser, against the real processes; every page is watched (tests/journeys/watching.py)."""
