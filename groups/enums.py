from django.db import models


class GroupType(models.TextChoices):
    """How close a group is; each type has its own rules (B3-1)."""

    INTEGRATED = "INTEGRATED", "融合型"
    CO_BUILT = "CO_BUILT", "共建型"
    COLLABORATIVE = "COLLABORATIVE", "协作型"


class MembershipRole(models.TextChoices):
    CORE = "CORE", "核心校"
    MEMBER = "MEMBER", "成员校"


# Words of the documents that mean the same role.
ROLE_WORDS = {
    "核心校": MembershipRole.CORE,
    "龙头校": MembershipRole.CORE,
    "主体学校": MembershipRole.CORE,
    "成员校": MembershipRole.MEMBER,
    "校区": MembershipRole.MEMBER,
    "受援校": MembershipRole.MEMBER,
}
