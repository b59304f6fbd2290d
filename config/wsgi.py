import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# Every page is loaded before the first request, and what stays for ever is looked through for
# garbage no more: that took a twentieth of the time of a request.
import_module(settings.ROOT_URLCONF)
gc.freeze()
