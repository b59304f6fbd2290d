"""Settings. Everything that differs between machines comes from the environment.

A trial started by ``script/server`` leaves its keys in ``var/keys`` and the addresses of its
embedded services in ``var/services``; both are read here, and the environment wins over them.
"""

import os
from pathlib import Path
from urllib.parse import unquote

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured


BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("TONGXING_VAR", default=str(BASE_DIR / "var")))
given = dict(os.environ)
for settings_file in (VAR_DIR / "keys", VAR_DIR / "services"):
    if settings_file.is_file():
        env.read_env(settings_file)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")  # Django refuses the first use of an empty one
FIELD_KEY = env.str("FIELD_KEY", default="")  # encrypts ID numbers and phones
INDEX_KEY = env.str("INDEX_KEY", default="")  # makes their blind indexes
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "core",
    "directory",
    "policies",
    "filings",
    "groups",
    "resources",
    "exchange",
    "assessment",
    "reports",
    "desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_cotton",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.PermissionsPolicy",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "directory.middleware.SignedIn",
    "directory.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.limits.RateLimits",
    "config.failures.MethodTold",
    "directory.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.frame",
                "desk.context_processors.navigation",
            ],
        },
    },
]
COTTON_DIR = "components"

DATABASES = {"default": env.db("DATABASE_URL", default="postgresql:///tongxing")}
# Who owns the tables, where that is not the product itself: commands that make tables work as the
# owner (core.management.owner). One of var/services belongs to the address that stands beside it.
owner_url = (given if "DATABASE_URL" in given else env.ENVIRON).get("MIGRATE_DATABASE_URL", "")
OWNER_DATABASE = env.db_url_config(owner_url) if owner_url else {}
PRODUCT_ROLE = DATABASES["default"].get("USER", "")
for database in filter(None, (DATABASES["default"], OWNER_DATABASE)):
    # A socket's folder stands for the host as %2Frun%2F…, which libpq reads too.
    database["HOST"] = unquote(database.get("HOST", ""))
    database["ENGINE"] = "config.postgresql"
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted server costs nobody an error page
# The web process shares a pool of this many connections between its threads; commands and
# workers, which fork or end soon, take one connection each.
if pool_size := env.int("DB_POOL", default=0):
    # A lost connection is given up soon and made anew when it is next asked for: trying on at ever
    # longer intervals would leave readers without one long after the server is back.
    # Who waits holds a thread: when the server takes nobody, the readers behind wait for that, too.
    pool = {"max_size": pool_size, "timeout": 5, "reconnect_timeout": 2}
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = pool
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False  # config.postgresql looks after it
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

# Counts of the rate limits and codes just used; losing them costs nothing.
CACHES = {
    "default": {
        "BACKEND": "config.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "tongxing",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "unacked_restore_throttle": 1}
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Jobs of dead workers, and those whose message was lost, go on.
    "sweep-jobs": {"task": "core.tasks.sweep_jobs", "schedule": 10, "options": {"expires": 10}},
    "sweep-files": {"task": "core.tasks.sweep_files", "schedule": 24 * 60 * 60},
    "seal-audit": {"task": "core.tasks.seal_audit", "schedule": 60, "options": {"expires": 60}},
    "sweep-sessions": {"task": "directory.tasks.sweep_sessions", "schedule": 24 * 60 * 60},
    "make-due-reports": {
        "task": "reports.tasks.make_due",
        "schedule": 300,
        "options": {"expires": 300},
    },
}

# A trace tells no local variables: they hold what people entered.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)

# Without this a failure that a reader saw would be told to nobody: Django's own way is an e-mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "config.logs.Plain"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # a page that is not there is in the proxy's log
    },
}

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_POLICY = env.str("PASSWORD_POLICY", default="asvs")
if PASSWORD_POLICY not in {"asvs", "djbh"}:
    raise ImproperlyConfigured("PASSWORD_POLICY 只能是 asvs 或 djbh。")
# A list of one's own, one password a line, in place of the one that Django ships.
BREACHED_PASSWORDS = env.str("BREACHED_PASSWORDS", default="")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {
        "NAME": "directory.forms.passwords.LongEnough",
        "OPTIONS": {"min_length": {"asvs": 12, "djbh": 8}[PASSWORD_POLICY]},
    },
    *{"asvs": [], "djbh": [{"NAME": "directory.forms.passwords.ThreeClasses"}]}[PASSWORD_POLICY],
    {
        "NAME": "directory.forms.passwords.NotBreached",
        "OPTIONS": {"password_list_path": BREACHED_PASSWORDS} if BREACHED_PASSWORDS else {},
    },
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["directory.hashers.PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench"
ACCOUNT_ADAPTER = "directory.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "directory.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = None  # the person decides on the form
SESSION_ENGINE = "directory.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 60 * 60  # what the form promises teachers: 本机 7 天内免登录
# Minutes without a request after which a sign-in is over; 0: never. The second is for those who
# are nothing but teachers: they see their own rows only, and write their log on a phone.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
TEACHER_IDLE_MINUTES = env.int("TEACHER_IDLE_MINUTES", default=240)
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)  # forces a second factor on bureau posts
MFA_ADAPTER = "directory.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {"authenticate": "directory.forms.second_factor.CodeForm"}
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = False  # axes counts failures in the database, for every process alike
AXES_HANDLER = "directory.lockout.Handler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a guesser elsewhere locks out nobody
AXES_USERNAME_CALLABLE = "directory.lockout.counted_as"
AXES_USERNAME_FORM_FIELD = "login"
# Wrong passwords from one address, at whichever accounts, after which browsers that no account
# knows must wait. A county whose schools share one address may need more.
ADDRESS_FAILURES = env.int("ADDRESS_FAILURES", default=100)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # whoever waits need not start anew
AXES_LOCKOUT_CALLABLE = "directory.views.locked_out"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["code", "password1", "password2"]  # password is masked anyway

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
MEDIA_ROOT = VAR_DIR / "files"  # behind guards: no address serves it
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", BASE_DIR / "node_modules" / "bootstrap" / "dist" / "css"),
    ("manual", BASE_DIR / "docs" / "manual" / "pictures"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.GzippedStaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# img-src data: is for Bootstrap's glyphs of checkboxes and selects.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
BEHIND_TLS = env.bool("BEHIND_TLS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
if BEHIND_TLS:
    MIDDLEWARE.insert(0, "config.proxy.ClientAddress")
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "directory.views.stale_form"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if BEHIND_TLS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the names below ours are not ours to promise TLS for
    "security.W021",  # nor is a browser's built-in list: both hold for the whole domain
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "directory.api.authentication.Token",
        "directory.api.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "集团化办学接口",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.problems.document",
    ],
}
