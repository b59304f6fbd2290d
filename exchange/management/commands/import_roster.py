from core.school_years import default_term
from directory.management.importing import ImportCommand
from exchange.actions.roster_imports import IMPORTER


class Command(ImportCommand):
    help = "导入交流轮岗花名册：每所派出学校一份草稿，不报送。"
    importer = IMPORTER

    def add_start(self, parser):
        parser.add_argument(
            "--year", type=int, required=True, metavar="YYYY", help="学年开始的年份，如 2024"
        )

    def start_of(self, options):
        return default_term(options["year"], 1)[0]
