"""Test cases that walk over the whole product: classes for their ``setUpTestData``, built once."""

import os
import tempfile
from unittest import mock

from django.test import TestCase, override_settings

from tests.architecture import walked_county


NOW = "2024-10-15T09:00:00+08:00"


class WalkedDay(TestCase):
    """On the day of the walked counties, with files in a ``folder`` that goes with the class."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(mock.patch.dict(os.environ, {"TONGXING_NOW": NOW}))
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.enterClassContext(override_settings(MEDIA_ROOT=cls.folder))
        super().setUpClass()


class TwoCounties(WalkedDay):
    """``here`` and ``there``, alike but for their names."""

    @classmethod
    def setUpTestData(cls):
        cls.here = walked_county.build("甲", "331126", "1985010")
        cls.there = walked_county.build("戊", "331124", "1979121")
