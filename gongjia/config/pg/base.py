"""Django's PostgreSQL backend, told at connection time where the server is.

Late, because starting the embedded server is not the business of importing settings, and
because a restarted server may stand at another socket.
"""

from django.db.backends.postgresql import base, operations
from django.db.utils import OperationalError

from gongjia.config import embedded, where


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor, sql, params):
        """Also of a prepared statement, of which the cursor keeps no text."""
        return super().last_executed_query(cursor, sql, params) or self.compose_sql(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self):
        try:
            found = where.connection_parameters(self.settings_dict["ROLE"])
        except embedded.EmbeddedError as error:  # to the callers: the database is away, and may come back
            raise OperationalError(str(error)) from error
        wanted = self.settings_dict["NAME"]
        self.settings_dict["NAME"] = wanted or found["dbname"]
        params = super().get_connection_params()
        return {**params, **found, "dbname": wanted or found["dbname"]}

    def prepared_cursor(self):
        """A cursor whose statements the server plans once for a connection, not for every page.

        For the few that every request needs: planning one takes five to ten times as long as running it.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        raw = self.connection  # whatever happens below, this one gets its usual cursors back
        usual, raw.cursor_factory = raw.cursor_factory, base.ServerBindingCursor
        try:
            return self.cursor()
        finally:
            raw.cursor_factory = usual
