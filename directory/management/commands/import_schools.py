from directory.actions.imports.schools import IMPORTER
from directory.management.importing import ImportCommand


class Command(ImportCommand):
    help = (
        "导入学校：学校标识码、学校名称、办学类型、学段、所属学校、区划代码、城乡分类代码、"
        "学生数、教师数。"
    )
    importer = IMPORTER
    start_help = "新学校的信息从哪天起（默认本学年开始）；变更从今天起"
