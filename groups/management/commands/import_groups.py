from directory.management.importing import ImportCommand
from groups.actions.imports import IMPORTER


class Command(ImportCommand):
    help = "导入集团：类型、集团、学校、角色、所属学校。不在册的学校一并新建，暂无标识码。"
    importer = IMPORTER
    start_needed = True
    start_help = "集团成立、成员加入的日期"
