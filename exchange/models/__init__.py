from exchange.models.logs import LogEntry, LogPhoto
from exchange.models.placements import Placement, PlacementMove
from exchange.models.rosters import Roster, RosterLine


__all__ = ["LogEntry", "LogPhoto", "Placement", "PlacementMove", "Roster", "RosterLine"]
