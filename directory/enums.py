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
