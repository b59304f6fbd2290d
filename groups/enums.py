from django.db import models


class GroupType(models.TextChoices):
    """How close a group is; each type has its own rules (B3-1)."""

    INTEGRATED = "INTEGRATED", "融合型"
    CO_BUILT = "CO_BUILT", "共建型"
    COLLABORATIVE = "COLLABORATIVE", "协作型"


# What each type means, where one is chosen (B3-1).
TYPE_MEANING = {
    GroupType.INTEGRATED: "一个法人：城镇学校带乡村校区，师资统一调配，考核一体。",
    GroupType.CO_BUILT: "各校法人独立，师资交流，核心校与成员校捆绑考核；成员须在本行政区。",
    GroupType.COLLABORATIVE: "各校自主管理，按项目协作、按项目评估；成员可以来自其他区县。",
}


class MembershipRole(models.TextChoices):
    CORE = "CORE", "核心校"
    MEMBER = "MEMBER", "成员校"


class GroupMode(models.TextChoices):
    """How the group came about (C-3)."""

    FAMOUS_AND_NEW = "FAMOUS_AND_NEW", "名校+新校"
    FAMOUS_AND_WEAK = "FAMOUS_AND_WEAK", "名校+弱校"
    FAMOUS_AND_RURAL = "FAMOUS_AND_RURAL", "名校+农村校"
    LED = "LED", "领办"
    ENTRUSTED = "ENTRUSTED", "托管"
    PURCHASED = "PURCHASED", "政府购买服务"


class GroupState(models.TextChoices):
    """Where a group or 片区 stands on a day; it follows from its periods and is not stored."""

    ACTIVE = "ACTIVE", "运行中"
    FUTURE = "FUTURE", "待生效"
    ENDED = "ENDED", "已解散"

    @property
    def kind(self) -> str:
        """The colour of the state."""
        return STATE_LOOK[self][0]

    @property
    def icon(self) -> str:
        return STATE_LOOK[self][1]


STATE_LOOK = {
    GroupState.ACTIVE: ("ok", "circle-check"),
    GroupState.FUTURE: ("go", "calendar-time"),
    GroupState.ENDED: ("idle", "circle-off"),
}

# Words of the documents that mean the same role.
ROLE_WORDS = {
    "核心校": MembershipRole.CORE,
    "龙头校": MembershipRole.CORE,
    "主体学校": MembershipRole.CORE,
    "成员校": MembershipRole.MEMBER,
    "校区": MembershipRole.MEMBER,
    "受援校": MembershipRole.MEMBER,
}
