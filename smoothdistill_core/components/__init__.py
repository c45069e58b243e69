"""The five kinds of component that plugins provide, and the small data types that pass between them."""

from smoothdistill_core.components.component import Component, RecipePath, digest
from smoothdistill_core.components.dataset import Dataset, Proposal, Table, loaded
from smoothdistill_core.components.deadline import Deadline
from smoothdistill_core.components.metric import (
    Direction,
    Measure,
    Metric,
    MetricFacts,
    Model,
    Part,
    ScoringContext,
    axis_of,
)
from smoothdistill_core.components.path import at_strength, on_path, path_strengths, without_options
from smoothdistill_core.components.regularizer import Network, PenaltyContext, Regularizer
from smoothdistill_core.components.role import Role
from smoothdistill_core.components.schedule import Epoch, Schedule
from smoothdistill_core.components.secret import Secret
from smoothdistill_core.components.student import Candidate, DistillationTask, Student
from smoothdistill_core.components.suite import Suite
from smoothdistill_core.components.teacher import Loss, Teacher, TrainedTeacher, TrainingJob
from smoothdistill_core.components.units import Units
from smoothdistill_core.components.versions import untested_version
from smoothdistill_core.kinds import KINDS, Kind

CLASSES: dict[Kind, type[Component]] = {
    "teacher": Teacher,
    "regularizer": Regularizer,
    "student": Student,
    "dataset": Dataset,
    "metric": Metric,
}
"""The abstract class of each kind."""

__all__ = [
    "CLASSES",
    "KINDS",
    "Candidate",
    "Component",
    "Dataset",
    "Deadline",
    "Direction",
    "DistillationTask",
    "Epoch",
    "Kind",
    "Loss",
    "Measure",
    "Metric",
    "MetricFacts",
    "Model",
    "Network",
    "Part",
    "PenaltyContext",
    "Proposal",
    "RecipePath",
    "Regularizer",
    "Role",
    "Schedule",
    "ScoringContext",
    "Secret",
    "Student",
    "Suite",
    "Table",
    "Teacher",
    "TrainedTeacher",
    "TrainingJob",
    "Units",
    "at_strength",
    "axis_of",
    "digest",
    "loaded",
    "on_path",
    "path_strengths",
    "untested_version",
    "without_options",
]
