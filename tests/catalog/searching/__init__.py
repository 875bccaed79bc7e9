"""A shop's own rules of search."""
