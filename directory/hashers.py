from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the first parameters that OWASP's password storage cheat sheet names.

    Django's own (100 MiB, 2 passes, 8 lanes) cost 0.22 s of a core and 100 MiB at every try: when
    the schools of a county sign in at eight o'clock, a small server would do nothing else. These
    cost a quarter. An account with other parameters is hashed anew when it signs in next.
    """

    time_cost = 1
    memory_cost = 47_104  # KiB: 46 MiB
    parallelism = 1
