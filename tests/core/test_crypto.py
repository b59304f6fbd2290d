"""ID numbers and phones: unreadable without the key, found by their index."""

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from core.crypto import blind_index, decrypt, encrypt
from directory.models import Teacher
from tests.factories import county as made


NUMBER = "331126199001010011"


def test_what_was_encrypted_is_read_again_and_never_looks_alike():
    first, second = encrypt(NUMBER), encrypt(NUMBER)
    assert decrypt(first) == decrypt(second) == NUMBER
    assert first != second
    assert NUMBER not in first


def test_another_key_does_not_open_it(settings):
    sealed = encrypt(NUMBER)
    settings.FIELD_KEY = "another key"
    with pytest.raises(InvalidTag):
        decrypt(sealed)


def test_changed_text_is_noticed():
    sealed = encrypt(NUMBER)
    with pytest.raises(InvalidTag):
        decrypt(("A" if sealed[20] != "A" else "B").join([sealed[:20], sealed[21:]]))


def test_index_is_the_same_for_the_same_and_tells_nothing(settings):
    index = blind_index(NUMBER)
    assert index == blind_index(NUMBER)
    assert index != blind_index(NUMBER[:-1] + "2")
    assert NUMBER not in index
    settings.INDEX_KEY = "another key"
    assert blind_index(NUMBER) != index


@pytest.mark.parametrize(("key", "use"), [("FIELD_KEY", encrypt), ("INDEX_KEY", blind_index)])
def test_missing_key_is_said(settings, key, use):
    setattr(settings, key, "")
    with pytest.raises(ImproperlyConfigured, match=key):
        use(NUMBER)


@pytest.mark.django_db
def test_field_stands_encrypted_and_has_no_lookups():
    row = Teacher.objects.create(
        district=made.district(), staff_number="1001", name="教师甲", search="x", sort_key="x",
        id_number=NUMBER, id_number_index=blind_index(NUMBER), phone="", created_at=made.NOW,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM directory_teacher WHERE id = %s", [row.pk])
        stored = cursor.fetchone()[0]
    assert NUMBER not in stored
    assert Teacher.objects.get(pk=row.pk).id_number == NUMBER
    assert Teacher.objects.get(id_number_index=blind_index(NUMBER)).pk == row.pk
    assert Teacher.objects.filter(id_number__isnull=True).count() == 0
    with pytest.raises((TypeError, FieldError), match="no lookups"):
        Teacher.objects.get(id_number=NUMBER)
