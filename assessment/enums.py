from django.db import models


class SchemeState(models.TextChoices):
    """Where a version stands: worked on by 教育股, before the head, published for good."""

    DRAFT = "DRAFT", "未发布"
    SUBMITTED = "SUBMITTED", "已送审"
    PUBLISHED = "PUBLISHED", "已发布"

    @property
    def kind(self) -> str:
        return {"DRAFT": "go", "SUBMITTED": "warn", "PUBLISHED": "ok"}[self]

    @property
    def icon(self) -> str:
        return {"DRAFT": "progress", "SUBMITTED": "clock", "PUBLISHED": "circle-check"}[self]


class SchemeMoveKind(models.TextChoices):
    CREATED = "CREATED", "建立"
    SUBMITTED = "SUBMITTED", "送审"
    WITHDRAWN = "WITHDRAWN", "撤回送审"
    RETURNED = "RETURNED", "退回"
    PUBLISHED = "PUBLISHED", "发布"
    CORRECTED = "CORRECTED", "发起更正"


# What a move needs and where it leads; CREATED and CORRECTED begin a version.
NEXT: dict[SchemeState, dict[SchemeMoveKind, SchemeState]] = {
    SchemeState.DRAFT: {SchemeMoveKind.SUBMITTED: SchemeState.SUBMITTED},
    SchemeState.SUBMITTED: {
        SchemeMoveKind.WITHDRAWN: SchemeState.DRAFT,
        SchemeMoveKind.RETURNED: SchemeState.DRAFT,
        SchemeMoveKind.PUBLISHED: SchemeState.PUBLISHED,
    },
    SchemeState.PUBLISHED: {},
}
NEEDS_REASON = frozenset({SchemeMoveKind.RETURNED, SchemeMoveKind.CORRECTED})


class ResultState(models.TextChoices):
    FINAL = "FINAL", "已计算"
    WAITING = "WAITING", "待出分"
    OUT = "OUT", "不参加本年考核"

    @property
    def kind(self) -> str:
        return {"FINAL": "ok", "WAITING": "warn", "OUT": "idle"}[self]

    @property
    def icon(self) -> str:
        return {"FINAL": "circle-check", "WAITING": "clock", "OUT": "circle-off"}[self]


class Freed(models.TextChoices):
    """Whether the exemption (B1-10) frees a core, as read from its derivation; never stored."""

    HOLDS = "HOLDS", "适用"
    FAILS = "FAILS", "不适用"
    WAITS = "WAITS", "待出分"
    NONE = "NONE", "—"

    @property
    def kind(self) -> str:
        return {"HOLDS": "ok", "FAILS": "idle", "WAITS": "warn"}.get(self, "idle")

    @property
    def icon(self) -> str:
        icons = {"HOLDS": "circle-check", "FAILS": "circle-minus", "WAITS": "clock"}
        return icons.get(self, "")


class ShownTo(models.TextChoices):
    """Who sees the whole pool besides bureau and leadership (X-32)."""

    OWN = "OWN", "学校只看本校和所在集团"
    POOL = "POOL", "学校可看全部名次和最终得分"


class Exemption(models.TextChoices):
    """Whose rise frees the core of the bundle (B1-10)."""

    ALL = "ALL", "全部成员校进位"
    ANY = "ANY", "任一成员校进位"
    EACH = "EACH", "逐校判定"
    NONE = "NONE", "不豁免"

    @property
    def mode(self) -> str:
        """As packs and the pure rules write it."""
        return self.value.lower()
