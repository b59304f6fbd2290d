"""May a school take part in this way? ``check_*`` raises Denied with a sentence."""

from assessment.models import Entrant, Indicator, Project, Score
from assessment.selectors.roles import NONE, Roles
from assessment.selectors.setup import for_pool
from core.errors import Denied


NOT_CAMPUS = "只有融合型集团的校区可以不单独评分；这所学校在成员关系截至日不是校区。"
NO_PROJECTS = (
    "项目加分只给协作型集团的核心校；这所学校在成员关系截至日不是。"
    "集团关系有误的，先在集团页更正；截至日有误的，在“方案”中改。"
)


def check_apart(*, entrant: Entrant, apart: bool, roles: Roles) -> None:
    """A campus that is not scored apart has no score of its own."""
    if apart:
        return
    if not roles.campus:
        raise Denied(NOT_CAMPUS)
    if entrant.pk and Score.objects.filter(entrant=entrant).exists():
        raise Denied("这所校区已有得分，不能改为不单独评分；先清空它的得分。")


def check_pool(*, entrant: Entrant, pool_id: int) -> None:
    """Scores of indicators that the other pool does not have would be left behind."""
    lost = Score.objects.filter(entrant=entrant).select_related("indicator")
    lost = lost.exclude(indicator__in=_indicators(entrant.scheme_id, pool_id)).order_by("pk")
    if score := lost.first():
        raise Denied(
            f"已有“{score.indicator.name}”的得分，这个指标不用于所选类别；先清空这项得分再改类别。"
        )


def check_remove(entrant: Entrant) -> None:
    """Only a school with nothing entered leaves the list; another is taken out with a reason."""
    if Score.objects.filter(entrant=entrant).exists():
        raise Denied("这所学校已有得分，不能移出名单；不参加本年考核的，请填写原因退出。")
    if Project.objects.filter(entrant=entrant).exists():
        raise Denied("这所学校已有项目加分，不能移出名单；先删除它的项目。")


def check_projects(roles: Roles | None) -> None:
    """B3-10: the bureau's review gives points to the core of a 协作型 group."""
    if not (roles or NONE).leads_projects:
        raise Denied(NO_PROJECTS)


def _indicators(scheme_id: int, pool_id: int):
    rows = Indicator.objects.filter(for_pool(pool_id), scheme=scheme_id)
    return rows.order_by().values("pk")
