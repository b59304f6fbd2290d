"""What acts of the audit log and kinds of jobs are called; a test looks for every act here."""

from collections.abc import Mapping


LABELS = {
    "assessment.entrant.add": "加入参评学校",
    "assessment.entrant.change": "变更参评学校",
    "assessment.entrant.remove": "移出参评学校",
    "assessment.entrant.take_back": "恢复参加本年考核",
    "assessment.entrant.take_out": "退出本年考核",
    "assessment.indicator.replace": "变更考核指标",
    "assessment.pool.add": "增加考核类别",
    "assessment.pool.remove": "删除考核类别",
    "assessment.pool.rename": "考核类别改名",
    "assessment.project.change": "变更项目加分",
    "assessment.project.enter": "录入项目加分",
    "assessment.project.remove": "删除项目加分",
    "assessment.results.export": "导出考核结果",
    "assessment.scheme.change": "变更考核方案",
    "assessment.scheme.correct": "发起更正",
    "assessment.scheme.create": "建立考核方案",
    "assessment.scheme.give_back": "退回考核方案",
    "assessment.scheme.publish": "发布考核结果",
    "assessment.scheme.submit": "送审考核结果",
    "assessment.scheme.withdraw": "撤回送审",
    "assessment.score.enter": "录入得分",
    "assessment.score.export": "导出得分表",
    "assessment.variant.create": "保存试算",
    "assessment.variant.delete": "删除试算",
    "core.file.download": "下载文件",
    "core.import.discard": "放弃导入",
    "core.import.export": "下载导入结果",
    "core.import.undo": "撤回导入",
    "core.import.write": "写入导入",
    "core.job.cancel": "取消任务",
    "directory.account.locked": "登录锁定（密码错误过多）",
    "directory.account.open": "开通账号",
    "directory.account.set_password": "设置密码（命令行）",
    "directory.account.sign_in": "登录",
    "directory.account.sign_out": "退出登录",
    "directory.area_unit.change": "变更区划单元",
    "directory.area_unit.enter": "登记区划单元",
    "directory.area_unit.enter_many": "批量登记区划单元",
    "directory.area_unit.export": "导出区划单元",
    "directory.bell_schedule.enter_many": "批量登记作息时间",
    "directory.calendar.add_days": "校历加日期",
    "directory.calendar.remove_day": "校历去掉日期",
    "directory.calendar.seed": "装入法定节假日",
    "directory.calendar.set_terms": "设定学期",
    "directory.closing.close": "锁定学校和集团关系",
    "directory.closing.reopen": "解除锁定",
    "directory.district.add": "登记行政区",
    "directory.grant.end": "结束授权",
    "directory.grant.give": "给予授权",
    "directory.headcount.enter_many": "批量登记学年人数",
    "directory.post.end": "结束任职",
    "directory.post.give": "给予身份",
    "directory.post.wear": "切换身份",
    "directory.school.change": "变更学校信息",
    "directory.school.close": "撤并学校",
    "directory.school.correct": "更正学校信息",
    "directory.school.count": "登记学年人数",
    "directory.school.enter": "登记学校",
    "directory.school.enter_many": "批量登记学校",
    "directory.school.export": "导出学校名单",
    "directory.school.import": "导入学校",
    "directory.school.set_bells": "设定作息时间",
    "directory.school.withdraw": "撤回学校变更",
    "directory.slip.issue": "发放激活码",
    "directory.slip.use": "激活账号（设置密码）",
    "directory.teacher.enter": "登记教师",
    "directory.teacher.enter_many": "批量登记教师",
    "directory.teacher.export": "导出教师名单",
    "directory.teacher.import": "导入教师",
    "directory.teacher.leave": "教师离任",
    "directory.teacher.move": "教师调动",
    "directory.teacher.reveal": "显示个人信息",
    "directory.term.enter_many": "批量登记学期",
    "directory.token.issue": "发放接口令牌",
    "filings.notice.give": "发布公示",
    "filings.objection.decide": "处理异议",
    "filings.objection.file": "提出异议",
    "filings.objection.withdraw": "撤回异议",
    "groups.cluster.create": "设立片区",
    "groups.cluster.dissolve": "撤销片区",
    "groups.cluster.export": "导出片区名单",
    "groups.cluster.let_go": "学校退出片区",
    "groups.cluster.take_in": "学校加入片区",
    "groups.group.change_type": "变更集团类型",
    "groups.group.dissolve": "撤销集团",
    "groups.group.export": "导出集团名单",
    "groups.group.found": "成立集团",
    "groups.group.found_many": "批量成立集团",
    "groups.group.replace_core": "更换核心校",
    "groups.membership.join": "加入集团",
    "groups.membership.leave": "退出集团",
    "groups.outside.export": "导出未入集团学校名单",
    "policies.adoption.adopt": "采用方案",
    "policies.figure.drop": "停用规则",
    "policies.figure.set_own": "作本局规定",
    "policies.figure.withdraw": "撤销本局规定",
    "policies.rule.export": "导出规则",
    "reports.report.build": "生成报告",
    "reports.report.export": "导出报告目录",
    "reports.report.issue": "印发报告",
    "reports.schedule.set": "调整定期生成",
}

JOBS = {
    "import.check": "核对导入文件",
    "import.write": "写入导入的记录",
    "report.build": "生成报告",
    "report.issue": "印发报告",
}

DETAILS = {
    "columns": "列",
    "count": "数量",
    "field": "项目",
    "fields": "项目",
    "from": "自",
    "last_day": "最后一天",
    "q": "查找",
    "reason": "原因",
    "rows": "行数",
    "start": "自",
    "why": "原因",
}


def label(act: str) -> str:
    """The act in Chinese; the code itself for one that an earlier version wrote."""
    return LABELS.get(act, act)


def job_label(kind: str) -> str:
    return JOBS.get(kind, "后台任务")


def told(details: dict, fields: Mapping[str, str]) -> str:
    """The details of an event in words; keys that are for programs only are left out.

    ``fields`` names the fields of the apps above, which are told by name and never by code.
    """
    said = []
    for key, value in details.items():
        if key in DETAILS and value not in (None, "", [], {}):
            words = value if isinstance(value, list) else [value]
            if key in {"field", "fields"}:
                words = [fields.get(word, word) for word in words]
            text = "、".join(map(str, words))
            said.append(f"{DETAILS[key]}：{text}")
    return "；".join(said)
