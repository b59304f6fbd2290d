from django.db import models


class Role(models.TextChoices):
    """What a post lets its holder see and do. Permissions are code and hang on the role."""

    BUREAU_EDUCATION = "BUREAU_EDUCATION", "教育股"
    BUREAU_PERSONNEL = "BUREAU_PERSONNEL", "人事股"
    BUREAU_RESEARCH = "BUREAU_RESEARCH", "教研室"
    BUREAU_INSPECTION = "BUREAU_INSPECTION", "督导"
    BUREAU_FINANCE = "BUREAU_FINANCE", "计财"
    BUREAU_HEAD = "BUREAU_HEAD", "局领导"
    LEADERSHIP = "LEADERSHIP", "县领导"
    PRINCIPAL = "PRINCIPAL", "校长"
    SCHOOL_CLERK = "SCHOOL_CLERK", "学校经办"
    TEACHER = "TEACHER", "教师"
    EVALUATOR = "EVALUATOR", "评估专家"


# Shown where a post is granted.
DESCRIPTION = {
    Role.BUREAU_EDUCATION: "管理学校与集团，初核章程、规划和总结，组织考核",
    Role.BUREAU_PERSONNEL: "初核花名册，管理交流轮岗和考勤",
    Role.BUREAU_RESEARCH: "管理教研活动，初核教研计划",
    Role.BUREAU_INSPECTION: "督导、整改和评估分派",
    Role.BUREAU_FINANCE: "经费和补助",
    Role.BUREAU_HEAD: "审批报送，发布考核结果",
    Role.LEADERSHIP: "查看全县情况，下载报告；不能修改",
    Role.PRINCIPAL: "办理本校报送、到岗确认和考核",
    Role.SCHOOL_CLERK: "为本校填报、导入和预约",
    Role.TEACHER: "填写交流日志，报名活动，预约场地",
    Role.EVALUATOR: "在评估期限内为所分派的学校打分",
}

# At which kind of unit a post of the role is held.
DISTRICT_ROLES = frozenset(role for role in Role if role.startswith("BUREAU_")) | {
    Role.LEADERSHIP,
    Role.EVALUATOR,
}
SCHOOL_ROLES = frozenset(Role) - DISTRICT_ROLES
# Whose holder sees every school of the district.
WHOLE_DISTRICT_ROLES = DISTRICT_ROLES - {Role.EVALUATOR}


class Permission(models.TextChoices):
    """What a role may do, beyond seeing what lies in its scope."""

    MANAGE_SCHOOLS = "MANAGE_SCHOOLS", "管理学校、日历和区划"
    MANAGE_GROUPS = "MANAGE_GROUPS", "管理集团和成员校"
    MANAGE_TEACHERS = "MANAGE_TEACHERS", "管理教师名册"
    ISSUE_ACCOUNTS = "ISSUE_ACCOUNTS", "发放账号"
    REVEAL_PERSONAL = "REVEAL_PERSONAL", "查看未遮盖的个人信息（留痕）"
    READ_AUDIT = "READ_AUDIT", "查看审计记录"
    RESET_SECOND_FACTOR = "RESET_SECOND_FACTOR", "解除他人的两步验证（留痕）"
    MANAGE_POLICIES = "MANAGE_POLICIES", "采用方案、规定数值"
    MANAGE_ASSESSMENT = "MANAGE_ASSESSMENT", "编制考核方案、录入得分、送审"
    PUBLISH_RESULTS = "PUBLISH_RESULTS", "发布考核结果、发起更正"
    DECIDE_OBJECTIONS = "DECIDE_OBJECTIONS", "处理异议"
    OBJECT = "OBJECT", "代表学校提出异议"
    MAKE_REPORTS = "MAKE_REPORTS", "生成报告、设定定期生成"
    ISSUE_REPORTS = "ISSUE_REPORTS", "印发报告"
    PREPARE_FILINGS = "PREPARE_FILINGS", "填报花名册等材料、确认到岗"
    SUBMIT_FILINGS = "SUBMIT_FILINGS", "代表学校报送、撤回和确认"
    REVIEW_FILINGS = "REVIEW_FILINGS", "初核、审批、退回报送"
    KEEP_LOG = "KEEP_LOG", "填写交流日志"
    COMMENT_LOG = "COMMENT_LOG", "对来校交流教师的日志写意见"
    BOOK = "BOOK", "预约场地"
    MANAGE_FACILITIES = "MANAGE_FACILITIES", "登记本校场地、审批预约"
    EXPORT = "EXPORT", "导出名单（留痕）"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.BUREAU_EDUCATION: frozenset(
        {
            Permission.MANAGE_SCHOOLS,
            Permission.MANAGE_GROUPS,
            Permission.MANAGE_TEACHERS,
            Permission.MANAGE_POLICIES,
            Permission.MANAGE_ASSESSMENT,
            Permission.MAKE_REPORTS,
            Permission.ISSUE_ACCOUNTS,
            Permission.EXPORT,
        }
    ),
    Role.BUREAU_PERSONNEL: frozenset(
        {
            Permission.MANAGE_TEACHERS,
            Permission.ISSUE_ACCOUNTS,
            Permission.REVEAL_PERSONAL,
            Permission.REVIEW_FILINGS,
            Permission.EXPORT,
        }
    ),
    Role.BUREAU_RESEARCH: frozenset({Permission.EXPORT}),
    Role.BUREAU_INSPECTION: frozenset({Permission.EXPORT}),
    Role.BUREAU_FINANCE: frozenset({Permission.EXPORT}),
    Role.BUREAU_HEAD: frozenset(
        {
            Permission.READ_AUDIT,
            Permission.RESET_SECOND_FACTOR,
            Permission.ISSUE_ACCOUNTS,
            Permission.EXPORT,
            Permission.MANAGE_POLICIES,
            Permission.PUBLISH_RESULTS,
            Permission.DECIDE_OBJECTIONS,
            Permission.MAKE_REPORTS,
            Permission.ISSUE_REPORTS,
            Permission.REVIEW_FILINGS,
        }
    ),
    Role.LEADERSHIP: frozenset({Permission.EXPORT}),
    Role.PRINCIPAL: frozenset(
        {
            Permission.BOOK,
            Permission.MANAGE_FACILITIES,
            Permission.ISSUE_ACCOUNTS,
            Permission.REVEAL_PERSONAL,
            Permission.EXPORT,
            Permission.OBJECT,
            Permission.PREPARE_FILINGS,
            Permission.SUBMIT_FILINGS,
            Permission.COMMENT_LOG,
        }
    ),
    Role.SCHOOL_CLERK: frozenset(
        {
            Permission.BOOK,
            Permission.MANAGE_FACILITIES,
            Permission.ISSUE_ACCOUNTS,
            Permission.EXPORT,
            Permission.PREPARE_FILINGS,
            Permission.COMMENT_LOG,
        }
    ),
    Role.TEACHER: frozenset({Permission.BOOK, Permission.KEEP_LOG}),
    Role.EVALUATOR: frozenset(),
}


# Whose accounts and posts a role may issue. Nobody hands out more than they hold: posts that
# approve, see other people's data or read the audit log come from the head of the bureau, and the
# head's own from the bureau above or the command line.
ISSUES: dict[Role, frozenset[Role]] = {
    Role.BUREAU_HEAD: frozenset(Role),
    Role.BUREAU_EDUCATION: SCHOOL_ROLES
    | {
        Role.BUREAU_EDUCATION,
        Role.BUREAU_RESEARCH,
        Role.BUREAU_INSPECTION,
        Role.BUREAU_FINANCE,
        Role.EVALUATOR,
    },
    Role.BUREAU_PERSONNEL: SCHOOL_ROLES | {Role.BUREAU_PERSONNEL},
    Role.PRINCIPAL: frozenset({Role.SCHOOL_CLERK, Role.TEACHER}),
    Role.SCHOOL_CLERK: frozenset({Role.SCHOOL_CLERK, Role.TEACHER}),
}


class AccountState(models.TextChoices):
    """What an account is on a day; computed from its posts and password, never stored."""

    WAITING = "WAITING", "待激活"
    IN_USE = "IN_USE", "使用中"
    UPCOMING = "UPCOMING", "未到任"
    CLOSED = "CLOSED", "已停用"

    @property
    def kind(self) -> str:
        return {"WAITING": "warn", "IN_USE": "ok", "UPCOMING": "idle", "CLOSED": "idle"}[self]

    @property
    def icon(self) -> str:
        return {
            "WAITING": "key",
            "IN_USE": "circle-check",
            "UPCOMING": "clock",
            "CLOSED": "circle-off",
        }[self]


class SchoolKind(models.TextChoices):
    """办学类型: the legal status of a unit."""

    LEGAL_PERSON = "LEGAL_PERSON", "独立法人"
    CAMPUS = "CAMPUS", "校区"
    SECTION = "SECTION", "学部"
    TEACHING_POINT = "TEACHING_POINT", "教学点"
    KINDERGARTEN = "KINDERGARTEN", "幼儿园"


class Stage(models.TextChoices):
    KINDERGARTEN = "KINDERGARTEN", "幼儿园"
    PRIMARY = "PRIMARY", "小学"
    JUNIOR = "JUNIOR", "初中"
    NINE_YEAR = "NINE_YEAR", "九年一贯"
    SENIOR = "SENIOR", "高中"
    COMPLETE = "COMPLETE", "完全中学"


class Gender(models.TextChoices):
    MALE = "MALE", "男"
    FEMALE = "FEMALE", "女"


class DayKind(models.TextChoices):
    HOLIDAY = "HOLIDAY", "放假"
    WORKDAY = "WORKDAY", "调休上班"
    EVENT = "EVENT", "学校事务"


class GrantRole(models.TextChoices):
    HOST = "HOST", "接收学校"
    EVALUATOR = "EVALUATOR", "评估"
    PARTNER = "PARTNER", "集团伙伴"


# National urban/rural class codes (three digits).
AREA_CLASSES = {
    "111": "主城区",
    "112": "城乡结合区",
    "121": "镇中心区",
    "122": "镇乡结合区",
    "123": "特殊区域",
    "210": "乡中心区",
    "220": "村庄",
}

# Masked personal data of a teacher that may be shown by a recorded act.
REVEALABLE = {"id_number": "身份证号", "phone": "手机", "born_on": "出生日期"}

# How a history names the acts on a school or a teacher, and the fields that they changed.
HISTORY = {
    "directory.school.enter": "录入",
    "directory.school.change": "变更",
    "directory.school.correct": "更正",
    "directory.school.close": "撤并",
    "directory.school.withdraw": "撤回变更",
    "directory.school.count": "登记人数",
    "directory.school.set_bells": "设置作息时间",
    "directory.school.import": "导入",
    "directory.teacher.enter": "录入",
    "directory.teacher.import": "导入",
    "directory.teacher.move": "调动",
    "directory.teacher.leave": "离岗",
}
SCHOOL_FIELDS = {
    "name": "名称",
    "code": "标识码",
    "kind": "办学类型",
    "stage": "学段",
    "parent_id": "所属学校",
    "area_unit_id": "区划单元",
    "area_class": "城乡分类",
}
