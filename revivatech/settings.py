"""Every setting of the product, read from the environment. The table in README.md lists them; a test compares the two."""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from revivatech.platform import languages
from revivatech.platform.files.storage import storage_settings
from revivatech.platform.postgres.url import database_settings
from revivatech.platform.secrets import load_or_create_key
from revivatech.platform.ui.start import POLICY_SOURCE as START_SCRIPT
from revivatech.platform.web.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    return env(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str) -> list[str]:
    return [part.strip() for part in env(name).split(",") if part.strip()]


# --- Where things live -------------------------------------------------------------------------
DATA_DIR = Path(env("REVIVATECH_DATA_DIR", str(BASE_DIR / "var"))).resolve()
DEBUG = env_bool("REVIVATECH_DEBUG")
TESTING = env_bool("REVIVATECH_TESTING")

SECRET_KEY = env("REVIVATECH_SECRET_KEY") or load_or_create_key(DATA_DIR / "secret.key")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("REVIVATECH_SECRET_KEY is too short: use 32 characters or more.")

# The public address, such as https://repairs.example. Links in messages are built from it.
WEB_PORT = int(env("REVIVATECH_PORT", "3010"))
LIVE_PORT = int(env("REVIVATECH_LIVE_PORT", "3011"))
PUBLIC_URL = env("REVIVATECH_URL", f"http://localhost:{WEB_PORT}").rstrip("/")
# Empty: the browser opens the socket on the page's own host at LIVE_PORT. Behind a proxy: wss://host/live
LIVE_URL = env("REVIVATECH_LIVE_URL")
_public = urlsplit(PUBLIC_URL)
HTTPS = _public.scheme == "https"

ALLOWED_HOSTS = env_list("REVIVATECH_ALLOWED_HOSTS") or [
    "localhost",
    "127.0.0.1",
    "[::1]",
    _public.hostname or "localhost",
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# Where a page may open its socket when LIVE_URL does not say: each host we answer to, at the hub's port.
LIVE_ADDRESSES = [
    f"{'wss' if HTTPS else 'ws'}://{host.removeprefix('.') if host != '*' else '*'}:{LIVE_PORT}"
    for host in ALLOWED_HOSTS
    if not host.startswith("[")  # the policy's grammar knows no IPv6 addresses
]
# The host at which `web` asks the hub whether it lives; another one when they run in different containers.
LIVE_PROBE_HOST = env("REVIVATECH_LIVE_PROBE_HOST", "127.0.0.1")

# --- The application ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "allauth.socialaccount",
    "corsheaders",
    "ninja",
    "procrastinate.contrib.django",
    "revivatech.platform",
    "revivatech.accounts",
    "revivatech.shop",
    "revivatech.catalogue",
    "revivatech.customers",
    "revivatech.booking",
    "revivatech.repairs",
    "revivatech.quotes",
    "revivatech.notifications",
    "revivatech.integrations",
    "revivatech.site",
    "revivatech.privacy",
]

MIDDLEWARE = [
    "revivatech.platform.web.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "revivatech.platform.web.languages.language",
    "revivatech.platform.web.compression.CompressPages",
    "revivatech.site.visits.counted",
    "revivatech.site.kept.KeptPages",
    "revivatech.platform.web.middleware.Cors",
    "revivatech.platform.web.middleware.Policy",
    "revivatech.platform.web.middleware.keep_to_ourselves",
    "revivatech.platform.web.middleware.keep_private",
    "revivatech.site.middleware.noindex",
    "revivatech.site.middleware.maintenance",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "revivatech.platform.web.early.early_answers",  # what follows costs more than a short answer does
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "revivatech.accounts.middleware.SeenSessions",
    "revivatech.accounts.middleware.attach_actor",
    "revivatech.accounts.middleware.in_own_language",
    "revivatech.platform.web.middleware.render_problems",
]

ROOT_URLCONF = "revivatech.urls"
WSGI_APPLICATION = "revivatech.wsgi.application"
REVIVATECH_WIRING = "revivatech.wiring.REACTIONS"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One engine: Jinja2. It looks only into our own packages and allauth's pages are ours, so nothing can fall through.
TEMPLATES = [
    {
        "BACKEND": "revivatech.platform.web.templates.Jinja2",
        "NAME": "jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "revivatech.platform.web.templates.environment",
            "context_processors": [
                "revivatech.platform.web.templates.form_tokens",
                "django.contrib.messages.context_processors.messages",
                "revivatech.site.context.shop",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.Jinja2"

# --- Database and jobs -------------------------------------------------------------------------
DATABASES = {"default": database_settings(env("DATABASE_URL"), testing=TESTING)}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
# Shared by all processes: tries at signing in are counted here. Few rows, short lives; see docs/decisions/0041.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["revivatech.accounts.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/security/"  # the adapter decides; this is what allauth falls back on
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "revivatech.accounts.hashing.Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "revivatech.accounts.passwords.StrengthValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 3600
ACCOUNT_ADAPTER = "revivatech.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "revivatech.accounts.adapters.MFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "revivatech.accounts.forms.LoginForm",
    "signup": "revivatech.accounts.forms.SignupForm",
    "add_email": "revivatech.accounts.forms.AddEmailForm",
    "change_email": "revivatech.accounts.forms.ChangeEmailForm",
    "change_password": "revivatech.accounts.forms.ChangePasswordForm",
    "set_password": "revivatech.accounts.forms.SetPasswordForm",
    "reset_password": "revivatech.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "revivatech.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "revivatech.accounts.forms.ReauthenticateForm",
    "confirm_email_verification_code": "revivatech.accounts.forms.ConfirmEmailCodeForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "RevivaTech"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "revivatech.accounts.forms.AuthenticateForm",
    "reauthenticate": "revivatech.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "revivatech.accounts.forms.ActivateTOTPForm",
    "login_webauthn": "revivatech.accounts.forms.LoginPasskeyForm",
    "authenticate_webauthn": "revivatech.accounts.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "revivatech.accounts.forms.ReauthenticatePasskeyForm",
    "add_webauthn": "revivatech.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "revivatech.accounts.forms.EditPasskeyForm",
}
SESSION_ENGINE = "revivatech.accounts.sessions"
USERSESSIONS_TRACK_ACTIVITY = True
# Signing in through Google, or another OpenID server; keys saved in the shop win. Without keys: off.
SIGN_IN_ID = env("REVIVATECH_SIGN_IN_ID")
SIGN_IN_SECRET = env("REVIVATECH_SIGN_IN_SECRET")
SIGN_IN_SERVER = env("REVIVATECH_SIGN_IN_SERVER", "https://accounts.google.com").rstrip("/")
SIGN_IN_NAME = env("REVIVATECH_SIGN_IN_NAME", "Google")
SOCIALACCOUNT_ADAPTER = "revivatech.accounts.provider.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "revivatech.accounts.forms.ProviderSignupForm"}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

# --- The JSON API ------------------------------------------------------------------------------
REVIVATECH_API = "revivatech.api.api"
REVIVATECH_API_CALLER = "revivatech.integrations.callers.caller_of_request"
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "revivatech.accounts.app_tokens.TokenStrategy"  # noqa: S105 - a name
HEADLESS_JWT_ALGORITHM = "HS256"
# A key of its own: a signature made elsewhere with the secret key must not pass as a token.
HEADLESS_JWT_PRIVATE_KEY = hmac.new(SECRET_KEY.encode(), b"revivatech.jwt", "sha256").hexdigest()
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 10 * 60
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True  # whoever is signed out or suspended is out at once
HEADLESS_JWT_ROTATE_REFRESH_TOKEN = True
# Sites whose pages may call the API from a browser. No cookie counts there, so none is ever let through.
CORS_ALLOWED_ORIGINS = env_list("REVIVATECH_CORS_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = ("accept", "authorization", "content-type", "idempotency-key", "x-request-id", "x-session-token")
CORS_EXPOSE_HEADERS = ("retry-after", "x-request-id")

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = languages.WRITTEN_IN
LANGUAGES = languages.named()  # the folders of revivatech/locale
LOCALE_PATHS = [languages.catalogues(DATA_DIR)]
SEEDED_WORDS = (  # what a new shop's database is given to begin with
    "revivatech.catalogue.services.seeded_words",
    "revivatech.repairs.checklists.starter.seeded_words",
)
OWN_WORDS = "revivatech.site.words.of_language"  # how packages below ask for the owner's own translations
LANGUAGE_COOKIE_NAME = "language"  # set only for who chooses one; the page about cookies says so
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static and uploaded files -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "revivatech" / "platform" / "ui" / "static"]
MEDIA_ROOT = DATA_DIR / "files"
# Static files straight from their sources, where nothing was collected.
_SOURCES = DEBUG or (TESTING and not (STATIC_ROOT / "staticfiles.json").is_file())
STORAGE_URL = env("REVIVATECH_STORAGE_URL")  # s3://KEY:SECRET@host/bucket?region=…; empty: the folder above
SCAN_COMMAND = env("REVIVATECH_SCAN_COMMAND")  # reads a file from standard input; exit 0 clean, 1 infected
STORAGES = {
    "default": storage_settings(STORAGE_URL, durable=not TESTING),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _SOURCES
        else "revivatech.platform.web.staticfiles.HashedStaticFiles"
    },
}
# Visitors' pages are kept in memory until something they show changes; asked after so many seconds. None: not kept.
KEEP_PAGES = None if DEBUG or TESTING else 0.05
EARLY_ANSWERS = ("revivatech.repairs.api_tracking.early", "revivatech.platform.web.keeping.kept_answer")
COUNT_VISITS = None if DEBUG or TESTING else 10.0  # seconds until counts are written; None: nothing is counted
WHITENOISE_USE_FINDERS = _SOURCES
WHITENOISE_AUTOREFRESH = DEBUG or (TESTING and _SOURCES)  # every client of a test would look through all files
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "revivatech.platform.files.receiving.Limits",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

# --- Safety ------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, START_SCRIPT],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "connect-src": [CSP.SELF, *([LIVE_URL] if LIVE_URL else LIVE_ADDRESSES)],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],  # what scripts write into the page passes trusted.js
    "trusted-types": ["default"],
}
# No page, and nothing a page might ever show, asks for these; the camera is for photos and codes at the counter.
PERMISSIONS = {
    "camera": "self", "publickey-credentials-get": "self", "publickey-credentials-create": "self",
    **dict.fromkeys((
        "accelerometer", "autoplay", "bluetooth", "browsing-topics", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid", "idle-detection",
        "local-fonts", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
    ), ""),
}  # fmt: skip
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "revivatech.platform.web.problems.csrf_failure"
# The e-mail is unique in lower case, by a constraint that this check does not look at.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

# How many proxies in front of us append to X-Forwarded-For; 0 means the header is ignored.
TRUSTED_PROXIES = int(env("REVIVATECH_TRUSTED_PROXIES", "0"))

# --- Mail: settings saved in the shop win; these are for installs configured by environment ------
MAIL_URL = env("REVIVATECH_MAIL_URL")  # smtp://user:password@host:587?starttls=1
MAIL_FROM = env("REVIVATECH_MAIL_FROM")
REVIVATECH_MAIL_STATE = "revivatech.shop.mail.state"  # how packages below the shop ask whether mail is on
MAILERS = {"default": {"BACKEND": "revivatech.shop.mail.Backend"}}

LOGGING_CONFIG = None
LOG_FORMAT = env("REVIVATECH_LOG_FORMAT", "text")  # text | json
logging_config(LOG_FORMAT, level=env("REVIVATECH_LOG_LEVEL", "INFO"))
