from directory.actions.imports.teachers import IMPORTER
from directory.management.importing import ImportCommand


class Command(ImportCommand):
    help = (
        "导入教师：学校、工号、姓名、性别、出生日期、身份证号、手机、学段、学科、职称、职务、"
        "任现职时间、骨干层次、学历、入职时间。"
    )
    importer = IMPORTER
    start_help = "新教师从哪天起任职（默认本学年开始）；换学校的从今天起"
