from assessment.models.entrants import Entrant, Project, Score
from assessment.models.results import Publication, Result, Variant
from assessment.models.schemes import Indicator, Pool, Scheme, SchemeMove


__all__ = [
    "Entrant",
    "Indicator",
    "Pool",
    "Project",
    "Publication",
    "Result",
    "Scheme",
    "SchemeMove",
    "Score",
    "Variant",
]
