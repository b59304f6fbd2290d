"""The reader's own address where a reverse proxy stands in between."""

import contextlib
import ipaddress


class ClientAddress:
    """Sets ``REMOTE_ADDR`` to the last address of ``X-Forwarded-For``: the one our own proxy saw.

    Addresses before it may be anybody's invention. Without this every reader would share the
    proxy's address, in the audit log and where guesses at a password are counted. Only for
    ``BEHIND_TLS``, which says that nobody reaches us but through the proxy.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        with contextlib.suppress(ValueError):
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(told))
        return self.get_response(request)
