from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join


register = template.Library()


@register.simple_tag
def styles_if_built(*names: str) -> str:
    """Links to the named style sheets, without those that the manifest does not know.

    For 500.html only: the page that reports a fault must not fail for want of a style sheet.
    """
    return format_html_join("\n", "{}", ((link(name),) for name in names))


def link(name: str) -> str:
    try:
        return format_html('<link rel="stylesheet" href="{}">', static(name))
    except (ValueError, OSError):
        return ""
