"""Headers for which neither Django nor django-csp has a setting."""

# A phone's camera serves the log through a file field, which needs no permission.
POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip


class PermissionsPolicy:
    """No page, and nothing that might get into one, may ask for the machine's senses."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
