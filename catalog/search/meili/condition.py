"""How the configured Meilisearch is: for doctor and the checks of the running shop."""

from dataclasses import dataclass

from catalog.search.meili.server import LEAST_VERSION, MeiliServer, MeiliTrouble, is_recent

BAD_KEY = {"invalid_api_key", "missing_authorization_header"}


@dataclass(frozen=True)
class Condition:
    """`ok`, in a few words what was found, and the way out where it is not well."""

    ok: bool
    detail: str
    way_out: str = ""


def condition_of(server: MeiliServer) -> Condition:
    """Reachable, new enough, and the key right? Never raises."""
    least = ".".join(map(str, LEAST_VERSION))
    try:
        version = server.version()
        server.indexes()
    except MeiliTrouble as trouble:
        if trouble.told in BAD_KEY:
            return Condition(
                False, "the key is refused", "Set GALLERIA_MEILISEARCH_KEY to its master key or one with all rights to galleria-*."
            )
        return Condition(
            False, trouble.message, "Is it running, and GALLERIA_MEILISEARCH_URL right? Meanwhile the embedded engine answers."
        )
    if not is_recent(version):
        return Condition(False, f"version {version}", f"Version {least} or newer is needed.")
    return Condition(True, f"version {version}")
