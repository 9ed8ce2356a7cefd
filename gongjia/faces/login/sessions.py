"""Sessions in the database, as Django keeps them; read by a statement that is prepared, for every page begins with it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

_LIVING = """
select session_data, expire_date from django_session where session_key = %s and expire_date > %s
"""


class SessionStore(db.SessionStore):
    """Django's own, but for how a row is read. (The name is part of the seal on the data.)"""

    def _get_session_from_db(self) -> Any:
        with connection.prepared_cursor() as cursor:
            cursor.execute(_LIVING, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        return self.model(session_key=self.session_key, session_data=row[0], expire_date=row[1])
