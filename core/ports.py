"""Where a lower app must call an upper one: three ports, filled from ``AppConfig.ready()``.

There is no fourth without an ADR, and there are no signals.
"""

from collections.abc import Callable
from typing import Any


FileGuard = Callable[[Any, int], bool]  # (actor, owner id) → may this actor read the file
JobHandler = Callable[..., dict]  # (job, step) → the job's result
Dependents = Callable[[Any, Any], list]  # (unit, day) → what reaches past the day

file_guards: dict[str, FileGuard] = {}
job_handlers: dict[str, JobHandler] = {}
dependents: list[Dependents] = []
