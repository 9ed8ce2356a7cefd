"""The web application, for granian or any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjia.config.settings")
application = get_wsgi_application()
import gongjia.config.urls  # noqa: E402, F401  every page is loaded now, not with the first visitor
