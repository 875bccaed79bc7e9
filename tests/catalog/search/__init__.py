"""The embedded search engine's parts; what every engine must do is in tests/contracts/test_search_engine.py."""
