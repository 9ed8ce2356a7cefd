"""Which tables live where: the cell's in schema `cell`, the queue's own in `public`."""


class CellRouter:
    """Migrations: the queue's through the alias `queue`, everything else through `owner`. Rows: always `default`."""

    def db_for_read(self, model, **hints):
        return "default"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        if app_label == "procrastinate":
            return db == "queue"
        return db in ("owner", "default")
