"""What the house reaches outside of its database: the file store, the way mails leave, servers of the operator's own that
may be called, the search engine. Chosen by the settings."""

from catalog.search import engine
from kernel import files, health, mail, outbound
from kernel.settings import Settings


def connect_outside(settings: Settings) -> None:
    """Opens the process's file store and mail transport; nothing is contacted yet. ValueError for an address of an unknown sort."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    files.use_store(files.store_from(settings.files_url, settings.files_dir))
    mail.use_transport(mail.transport_from(settings.mail_url, settings.mail_dir), settings.mail_sender)
    outbound.configure(settings.outbound_exceptions)
    engine.connect(settings.meilisearch_url, settings.meilisearch_key)
    health.watch_disk(settings.data_dir)
