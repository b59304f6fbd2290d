"""Every page and list of the API, asked with addresses that somebody made up.

Filters that there are not, orders that are not offered, pages that cannot be, days that are none:
no answer fails, none tells anything of another county, and what is no order changes none.
"""

from directory.enums import Role
from tests.architecture.test_url_walk import (
    NAMED,
    OPEN,
    asked,
    filled,
    secrets_told,
    signed_in,
)
from tests.architecture.walked import TwoCounties


ROLES = (Role.BUREAU_EDUCATION, Role.PRINCIPAL)
HOSTILE = "'\"><script>alert(1)</script>%_\\\0\u202e"
QUERIES = (
    {"page": "-1", "page_size": "-1", "on": "0001-01-01", "week": "9999-12-31", "sort": "x"},
    {"page": "abc", "page_size": "9" * 30, "on": "9999-12-31", "week": "0001-01-01"},
    {"q": HOSTILE, "at": HOSTILE, "month": HOSTILE, "pool": HOSTILE, "year": HOSTILE},
    {
        "q": "长" * 5000,
        "page": "1000000000",
        "on": "２０２４-09-01",
        "year": "-1",
        "month": "2024-99",
        "pool": "-1",
    },
)
# Fields of tables that no list offers to sort by or to ask for.
ORDERS = (
    "password",
    "user__password",
    "id_number",
    "-teacher__id_number_index",
    "?",
    "pk;--",
    "--name",
)
LOOKUPS = (
    "id_number__startswith", "user__password__contains", "district__code", "created_by_id",
    "search__regex", "teacher__phone_index", "pk__in", "period__contains",
)  # fmt: skip


class Parameters(TwoCounties):
    def pages(self, client, ending=""):
        """(name, address) of what opens."""
        for name, route, converters in NAMED:
            if not name.endswith(ending):
                continue
            address = filled(name, route, converters, self.here.core)
            if name not in OPEN and asked(client, address).status_code == 200:
                yield name, address

    def test_addresses_that_somebody_made_up(self):
        wrong = {}
        for role in ROLES:
            client = signed_in(self.here, role)
            for name, address in self.pages(client):
                api = address.startswith("/api/")
                for query in QUERIES:
                    answer = asked(client, address, query)
                    told = secrets_told(answer, self.there, name)
                    raw = "<script>alert" in answer.told and not api
                    if answer.status_code >= 500 or told or raw:
                        wrong[name, str(query)[:80]] = (answer.status_code, told, raw)
        assert wrong == {}

    def test_what_is_not_offered_is_no_order_and_no_filter(self):
        wrong = {}
        client = signed_in(self.here, Role.BUREAU_EDUCATION)
        for name, address in self.pages(client, "-list"):
            api = address.startswith("/api/")
            by = "ordering" if api else "sort"
            plain = rows_of(asked(client, address))
            unsorted = plain if api else rows_of(asked(client, address, {by: "x"}))
            for order in ORDERS:
                answer = asked(client, address, {by: order})
                if answer.status_code != (400 if api else 200):
                    wrong[name, order] = answer.status_code
                elif not api and rows_of(answer) != unsorted:
                    wrong[name, order] = "other rows"
            answer = asked(client, address, dict.fromkeys(LOOKUPS, "1"))
            if answer.status_code != 200 or rows_of(answer) != plain:
                wrong[name, "lookups"] = answer.status_code
        assert wrong == {}


def rows_of(answer) -> str:
    """What a list lists: the rows of its table, or the results of the API."""
    if answer["Content-Type"].startswith("application/json"):
        return answer.told.partition('"results"')[2].partition("{'Content-Type'")[0]
    return answer.told.partition("<tbody")[2].partition("</tbody>")[0]
