"""One seed on one dataset: split, train the teachers, distil the students, score."""

from smoothdistill_core.trial.scoring import Scores, finite_differences, score
from smoothdistill_core.trial.trial import (
    Failure,
    StudentResult,
    TeacherResult,
    Trial,
    distil_student,
    train_teachers,
    verify,
)

__all__ = [
    "Failure",
    "Scores",
    "StudentResult",
    "TeacherResult",
    "Trial",
    "distil_student",
    "finite_differences",
    "score",
    "train_teachers",
    "verify",
]
