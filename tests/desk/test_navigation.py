from django.urls import reverse

from desk.context_processors import ENTRIES
from directory.enums import Permission, Role


def test_every_entry_and_tab_leads_to_a_page():
    names = [entry.url_name for entry in ENTRIES]
    names += [tab.url_name for entry in ENTRIES for tab in entry.tabs]
    assert all(reverse(name).startswith("/") for name in names)


def test_tabs_ask_for_permissions_that_exist():
    asked = {p for entry in ENTRIES for tab in entry.tabs for p in tab.permissions}
    assert asked <= set(Permission)
    assert {role for entry in ENTRIES for role in entry.hidden_from} <= set(Role)
