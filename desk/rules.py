"""Which pages a rule governs: there a principal sees what the clause brings. Plain values."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Governed:
    """A page and what the rule does there. ``within`` is its place in the navigation."""

    label: str
    url_name: str
    within: str
    what: str


RESULTS = Governed("考核", "scheme-list", "scheme-list", "核心校和校区的最终得分、名次和计算过程")
GROUPS = Governed("教育集团", "group-list", "group-list", "集团的类型、成员和成立年限")
OUTSIDE = Governed("未入集团的学校", "group-outside", "group-list", "还有哪些学校没有结对")
TEACHERS = Governed("教师", "teacher-list", "teacher-list", "教师的单位、任职和交流经历")

# By kind, or by identity where rules of one kind govern different pages.
PAGES: dict[str, tuple[Governed, ...]] = {
    "bundle_weights": (RESULTS,),
    "exemption": (RESULTS,),
    "unit_scoring": (RESULTS,),
    "project_points": (RESULTS,),
    "bundled_assessment": (RESULTS,),
    "structure": (GROUPS,),
    "cycle.community": (GROUPS,),
    "target.groups": (GROUPS,),
    "target.coverage": (OUTSIDE, GROUPS),
    "target.exchange_share": (TEACHERS,),
    "target.backbone_share": (TEACHERS,),
    "absence": (TEACHERS,),
    "experience": (TEACHERS,),
    "exchange_term": (TEACHERS,),
    "deployment": (TEACHERS,),
}


def pages_of(identity: str) -> tuple[Governed, ...]:
    """The pages that the rule governs; none while no page reckons with it."""
    kind = identity.partition(".")[0]
    return PAGES.get(identity) or PAGES.get(kind, ())
