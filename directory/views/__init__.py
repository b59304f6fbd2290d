from directory.views.sign_in import SignInView, SignOutView, locked_out, stale_form


__all__ = ["SignInView", "SignOutView", "locked_out", "stale_form"]  # named by settings and urls
