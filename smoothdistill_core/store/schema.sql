-- One study. Columns `seconds` and `attempts` are the only ones that differ between two equal studies.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- A trial: one seed on one dataset. `units` is the way back from standardised numbers (JSON); it, the
-- notes and the number of rows of each part are known once the first cell has prepared the data.
CREATE TABLE trials (
    key     TEXT PRIMARY KEY,
    dataset TEXT NOT NULL,
    run     INTEGER NOT NULL,
    seed    INTEGER NOT NULL,
    units   TEXT,
    notes   TEXT,
    rows    TEXT
) WITHOUT ROWID;

-- A cell: one teacher, or one student, on one teacher or (teacher_cell is NULL) on the data; `role` says which.
-- `place` orders the cells of the present plan and is NULL for cells of earlier plans. `stopped_after` is the time
-- limit, in seconds, that a failed cell ran into.
CREATE TABLE cells (
    key          TEXT PRIMARY KEY,
    place        INTEGER,
    trial        TEXT NOT NULL REFERENCES trials (key),
    role         TEXT NOT NULL CHECK (role IN ('teacher', 'taught', 'direct', 'baseline')),
    teacher_cell TEXT,
    teacher      TEXT NOT NULL,
    regularizer  TEXT NOT NULL,
    strength     REAL NOT NULL,
    student      TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'done', 'failed')),
    reason       TEXT NOT NULL DEFAULT '',
    notes        TEXT NOT NULL DEFAULT '[]',
    seconds      REAL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    stopped_after REAL
) WITHOUT ROWID;

-- The formulas of a student's cell, in the student's order; trees are in prefix notation (JSON). `tree` is
-- in standardised units, as it was found; `explained` computes the same in the data's own units, `rounded` with
-- fewer digits. `pole` is the part that can lack a value within the range of the inputs, as text; `errors` the
-- mean squared errors on blocks of the validation rows (JSON; a value that is no number is null). `notes` are the
-- student's sentences, `standard_errors` those of the constants of `tree`, null where there are none (JSON, too).
CREATE TABLE formulas (
    cell      TEXT NOT NULL REFERENCES cells (key),
    candidate INTEGER NOT NULL,
    tree      TEXT NOT NULL,
    explained TEXT NOT NULL,
    rounded   TEXT NOT NULL,
    pole      TEXT NOT NULL,
    errors    TEXT NOT NULL,
    notes     TEXT NOT NULL,
    standard_errors TEXT NOT NULL,
    PRIMARY KEY (cell, candidate)
) WITHOUT ROWID;

-- Scores; a teacher's have candidate 0. A value that is no number is NULL.
CREATE TABLE scores (
    cell      TEXT NOT NULL REFERENCES cells (key),
    candidate INTEGER NOT NULL,
    part      TEXT NOT NULL,
    metric    TEXT NOT NULL,
    value     REAL,
    PRIMARY KEY (cell, candidate, part, metric)
) WITHOUT ROWID;

-- Trained teachers, kept until the students of their trial are done.
CREATE TABLE weights (
    cell TEXT PRIMARY KEY REFERENCES cells (key),
    data BLOB NOT NULL
) WITHOUT ROWID;
