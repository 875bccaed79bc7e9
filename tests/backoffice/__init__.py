"""Tests of the desk's own rules; its pages are walked in tests/web and tests/journeys."""
