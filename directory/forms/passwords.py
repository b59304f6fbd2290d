from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    """Django's rule, with a sentence in Chinese: its own translation lacks this one."""

    def get_error_message(self):
        return f"密码太短，至少 {self.min_length} 位。"

    def get_help_text(self):
        return f"密码至少 {self.min_length} 位。"
