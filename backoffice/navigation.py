"""What stands in the side bar of the staff's pages, by what the person may do."""

from typing import Any

from kernel.web.visit import Visit


def groups(_visit: Visit) -> list[dict[str, Any]]:
    """Groups of entries: title and items with label, url and icon."""
    return []
