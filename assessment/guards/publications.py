"""Who may publish a version, and when. Asked under the lock of the version."""

from assessment.enums import SchemeMoveKind, SchemeState
from assessment.models import Publication, Scheme
from core.actor import Actor
from core.errors import Denied
from filings.selectors.objections import open_count


def check_not_own(*, actor: Actor | None, scheme: Scheme) -> None:
    """Nobody approves what they filed (rule 6)."""
    submitted = scheme.moves.filter(move=SchemeMoveKind.SUBMITTED).order_by("-at", "-pk").first()
    if actor and submitted and submitted.by_id == actor.user_id:
        raise Denied("这一版由您本人送审，不能由您发布，请由另一位局领导发布。")


def check_no_open_objection(scheme: Scheme) -> None:
    """A correction comes out when every objection to what it corrects is decided (X-15)."""
    notices = Publication.objects.filter(
        scheme__district=scheme.district_id,
        scheme__school_year=scheme.school_year,
        scheme__version__lt=scheme.version,
    )
    count = sum(open_count(notices.order_by("pk").values_list("notice_id", flat=True)).values())
    if count:
        raise Denied(f"以前的版本还有 {count} 条异议未处理，请先处理，再发布更正后的版本。")


def check_correct(scheme: Scheme) -> None:
    """What is corrected is the version in force, and one correction at a time."""
    if scheme.state != SchemeState.PUBLISHED:
        raise Denied("这一版还没有发布，不用更正；需要修改时，请退回或撤回后在本版上改。")
    year = Scheme.objects.filter(district=scheme.district_id, school_year=scheme.school_year)
    newest = year.order_by("-version").first()
    if newest == scheme:
        return
    if newest.state == SchemeState.PUBLISHED:
        raise Denied(f"这一版已被第 {newest.version} 版取代，请对第 {newest.version} 版发起更正。")
    raise Denied(f"已发起更正，第 {newest.version} 版正在办理，请在那一版上继续。")
