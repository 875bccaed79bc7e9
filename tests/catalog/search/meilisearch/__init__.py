"""Meilisearch behind the interface: fed, down, slow, lying."""
