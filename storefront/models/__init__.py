"""Tables of schema storefront.

front.py   front: what a shop's home page says, per language
"""

from storefront.models.front import Front

__all__ = ["Front"]
