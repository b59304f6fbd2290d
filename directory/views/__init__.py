from directory.views.sign_in import (
    SecondStepView,
    SignInView,
    SignOutView,
    locked_out,
    stale_form,
)


# named by settings and urls
__all__ = ["SecondStepView", "SignInView", "SignOutView", "locked_out", "stale_form"]
