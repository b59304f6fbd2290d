"""Encryption of single values and their blind index (AES-256-GCM, HMAC-SHA-256).

``FIELD_KEY`` and ``INDEX_KEY`` come from the environment; who loses ``FIELD_KEY`` loses the values.
"""

import base64
import functools
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


NONCE = 12


@functools.cache
def _cipher(key: str) -> AESGCM:
    if not key:
        raise ImproperlyConfigured("没有设置 FIELD_KEY，身份证号和手机号不能读写。")
    return AESGCM(hashlib.sha256(key.encode()).digest())


def encrypt(text: str) -> str:
    """The text encrypted under a fresh nonce, as URL-safe base64."""
    nonce = os.urandom(NONCE)
    sealed = _cipher(settings.FIELD_KEY).encrypt(nonce, text.encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(sealed: str) -> str:
    """The text that was encrypted. Raises InvalidTag under another key."""
    raw = base64.urlsafe_b64decode(sealed)
    return _cipher(settings.FIELD_KEY).decrypt(raw[:NONCE], raw[NONCE:], None).decode()


def blind_index(text: str) -> str:
    """The same for the same text, and nothing can be read from it: for equality and uniqueness."""
    if not settings.INDEX_KEY:
        raise ImproperlyConfigured("没有设置 INDEX_KEY，身份证号和手机号不能查找。")
    return hmac.digest(settings.INDEX_KEY.encode(), text.encode(), "sha256").hex()
