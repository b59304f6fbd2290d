from directory.forms.sign_in import SignInForm


__all__ = ["SignInForm"]  # named by settings
