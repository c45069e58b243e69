"""One seed on one dataset: split, train the teachers, distil the students, score."""

from smoothdistill_core.trial.distillation import StudentResult, distil_student
from smoothdistill_core.trial.front_entry import FrontEntry
from smoothdistill_core.trial.rescoring import ScoringResult, score_formulas, score_teacher
from smoothdistill_core.trial.scoring import (
    Scored,
    Scores,
    finite_differences,
    score,
    score_all,
    score_on_part,
    scoring,
)
from smoothdistill_core.trial.shared_split import SharedSplits, shared_splits
from smoothdistill_core.trial.trial import Failure, TeacherResult, Trial, forget_splits, hand_over, train_teachers
from smoothdistill_core.trial.verification import verify, verify_annotations

__all__ = [
    "Failure",
    "FrontEntry",
    "Scored",
    "Scores",
    "ScoringResult",
    "SharedSplits",
    "StudentResult",
    "TeacherResult",
    "Trial",
    "distil_student",
    "finite_differences",
    "forget_splits",
    "hand_over",
    "score",
    "score_all",
    "score_formulas",
    "score_on_part",
    "score_teacher",
    "scoring",
    "shared_splits",
    "train_teachers",
    "verify",
    "verify_annotations",
]
