"""What the house reaches outside of its database: the file store and the way mails leave, chosen by the settings."""

from kernel import files, health, mail
from kernel.settings import Settings


def connect_outside(settings: Settings) -> None:
    """Opens the process's file store and mail transport; nothing is contacted yet. ValueError for an address of an unknown sort."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    files.use_store(files.store_from(settings.files_url, settings.files_dir))
    mail.use_transport(mail.transport_from(settings.mail_url, settings.mail_dir), settings.mail_sender)
    health.watch_disk(settings.data_dir)
