from django import forms, template


register = template.Library()

CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


@register.filter
def control(field) -> str:
    """Draw the bound field's widget with the class of its kind.

    Django itself ties the widget to its help text and error (``aria-describedby``,
    ``aria-invalid``); the ids are those that components/field.html writes.
    """
    widget = field.field.widget
    if isinstance(widget, CHECKS):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    return field.as_widget(attrs={"class": css})
