import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def checkout(tmp_path, settings):
    """A checkout with two Tabler icons and nothing listed."""
    settings.BASE_DIR = tmp_path
    source = tmp_path / "node_modules/@tabler/icons/icons/outline"
    source.mkdir(parents=True)
    for name in ("eye", "x"):
        (source / f"{name}.svg").write_text(
            f'<svg\n  width="24"\n>\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n'
            f'  <path d="{name}" />\n</svg>\n'
        )
    (tmp_path / "static").mkdir()
    return tmp_path


def test_sprite_holds_exactly_the_listed_icons(checkout):
    (checkout / "static/icons.txt").write_text("eye\n")
    call_command("build_icons", verbosity=0)
    assert (checkout / "static/generated/icons.svg").read_text() == (
        '<svg xmlns="http://www.w3.org/2000/svg">'
        '<symbol id="i-eye" viewBox="0 0 24 24"><path d="eye" /></symbol></svg>\n'
    )


def test_unknown_icon_is_named(checkout):
    (checkout / "static/icons.txt").write_text("eye\nno-such\n")
    with pytest.raises(CommandError, match="no-such。"):
        call_command("build_icons")
    assert not (checkout / "static/generated").exists()


def test_missing_front_end_names_the_cure(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="请先运行 script/bootstrap"):
        call_command("build_icons")
