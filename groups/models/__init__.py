from groups.models.clusters import Cluster, ClusterSchool
from groups.models.groups import EducationGroup, GroupFacts
from groups.models.memberships import Membership


__all__ = ["Cluster", "ClusterSchool", "EducationGroup", "GroupFacts", "Membership"]
