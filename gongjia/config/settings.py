"""One settings file; what differs between installations comes from the environment (`GONGJIA_*`)."""

from __future__ import annotations

import os
from pathlib import Path

from gongjia.config import homefile, where

PACKAGE = Path(__file__).resolve().parents[1]
homefile.load()
GONGJIA_HOME = where.home()
GONGJIA_KEYS = Path(os.environ.get("GONGJIA_KEYS") or GONGJIA_HOME / "keys" / "keyring.json")
GONGJIA_CRYPTO_SUITE = os.environ.get("GONGJIA_CRYPTO_SUITE", "aes")  # "aes" | "sm"
GONGJIA_CLOCK = os.environ.get("GONGJIA_CLOCK", "")  # an ISO day: the demo stands on it
GONGJIA_DEMO = os.environ.get("GONGJIA_DEMO") == "1"
GONGJIA_ACCESS_CODE = os.environ.get("GONGJIA_ACCESS_CODE", "")  # `demo --lan`: what a phone must show
GONGJIA_TRUSTED_PROXIES = tuple(net for net in os.environ.get("GONGJIA_TRUSTED_PROXIES", "").split(",") if net)
GONGJIA_ACTOR_FACTORY = "gongjia.who.members.access.actor_for"
GONGJIA_ROLES = "gongjia.config.roles.ROLES"
# seconds without a sign of life after which a worker counts as dead and its jobs go to another
GONGJIA_WORKER_SILENCE = float(os.environ.get("GONGJIA_WORKER_SILENCE") or 15)
GONGJIA_SMS = {
    "channel": os.environ.get("GONGJIA_SMS_CHANNEL", ""),  # "" chooses: http_sms with an address, file in the demo
    "url": os.environ.get("GONGJIA_SMS_URL", ""),
    "key_id": os.environ.get("GONGJIA_SMS_KEY_ID", ""),
    "secret": os.environ.get("GONGJIA_SMS_SECRET", ""),
    "hourly_budget": int(os.environ.get("GONGJIA_SMS_HOURLY_BUDGET") or 2000),
    "timeout": float(os.environ.get("GONGJIA_SMS_TIMEOUT") or 5),  # seconds to connect, and for each piece
}
GONGJIA_API_PER_MINUTE = int(os.environ.get("GONGJIA_API_PER_MINUTE") or 300)  # requests of one token
# the rush: a port of its own when set; where its pages are reached when no proxy brings them to /rush/ of this site,
# and where this site is reached from them then
GONGJIA_RUSH_PORT = int(os.environ.get("GONGJIA_RUSH_PORT") or 0)
GONGJIA_RUSH_URL = os.environ.get("GONGJIA_RUSH_URL", "")
GONGJIA_RUSH_SITE = os.environ.get("GONGJIA_RUSH_SITE", "")

DEBUG = False
SECRET_KEY_FILE = GONGJIA_HOME / "keys" / "django-secret"


def _secret_key() -> str:
    if os.environ.get("GONGJIA_SECRET_KEY"):
        return os.environ["GONGJIA_SECRET_KEY"]
    if SECRET_KEY_FILE.exists():
        return SECRET_KEY_FILE.read_text().strip()
    # before `init` nothing is signed that outlives the process
    import secrets

    return secrets.token_urlsafe(50)


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [host for host in os.environ.get("GONGJIA_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("GONGJIA_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("GONGJIA_HTTPS") == "1"

OUR_APPS = [
    "gongjia.base.holidays",
    "gongjia.base.journal",
    "gongjia.base.outbox",
    "gongjia.base.handout",
    "gongjia.base.progress",
    "gongjia.who.accounts",
    "gongjia.who.orgs",
    "gongjia.who.members",
    "gongjia.work.publish",
    "gongjia.work.households",
    "gongjia.work.events",
    "gongjia.work.programmes",
    "gongjia.money.funds",
    "gongjia.report",
    "gongjia.faces.shared",
    "gongjia.faces.login",
    "gongjia.faces.console",
    "gongjia.faces.portal",
    "gongjia.faces.public",
    "gongjia.faces.api",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    *OUR_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gongjia.faces.login.middleware.DemoGate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gongjia.faces.login.middleware.SessionLimits",
    "gongjia.faces.shared.middleware.Faces",
]

ROOT_URLCONF = "gongjia.config.urls"
WSGI_APPLICATION = "gongjia.config.wsgi.application"

DATABASES = {
    "default": {
        "ENGINE": "gongjia.config.pg",
        "ROLE": "app",
        "NAME": "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # pgbouncer in transaction mode breaks them
        # prepared is what asks for it (`connection.prepared_cursor`); pgbouncer 1.21 and later keeps track of that
        "OPTIONS": {"connect_timeout": 10, "prepare_threshold": 2},
    },
    # migrations and grants only: the application's role may not change tables or the journal
    "owner": {"ENGINE": "gongjia.config.pg", "ROLE": "owner", "NAME": "", "TEST": {"MIRROR": "default"}},
    # the queue's own tables live in schema public (scale.md); used for its migrations only
    "queue": {
        "ENGINE": "gongjia.config.pg",
        "ROLE": "owner",
        "NAME": "",
        "OPTIONS": {"options": "-c search_path=public"},
        "TEST": {"MIRROR": "default"},
    },
}
DATABASE_ROUTERS = ["gongjia.config.routers.CellRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
}

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["gongjia.who.accounts.backend.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login/"

SESSION_ENGINE = "gongjia.faces.login.sessions"
SESSION_COOKIE_NAME = "__Host-gongjia" if HTTPS else "gongjia"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "gongjia.faces.shared.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

_FACES = PACKAGE / "faces"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            _FACES / face / "templates" for face in ("shared", "login", "console", "portal", "public", "api", "rush")
        ],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "gongjia.faces.shared.jinja.environment",
            "context_processors": ["gongjia.faces.shared.jinja.one_csrf_input"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

STATIC_URL = "/static/"
STATIC_ROOT = GONGJIA_HOME / "static"
STATICFILES_DIRS = [
    _FACES / face / "static"
    for face in ("shared", "login", "console", "portal", "public")
    if (_FACES / face / "static").exists()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gongjia.config.static.Storage"},
}
WHITENOISE_MAX_AGE = 31536000

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "gongjia.config.jobs.on_app_ready"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gongjia": {"level": "INFO"}},
}
