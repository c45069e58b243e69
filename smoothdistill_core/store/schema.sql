-- One study. `seconds`, `attempts` and `stopped_after` are all that differs between two equal studies, besides the
-- checksums: each row begins with one, over all its other columns (checksums.py).
-- `meta` holds the name of the recipe, its content, the versions of what it ran with, what of it is left out, what its
-- metrics say of themselves (JSON), of how many cells the present plan is made, and whether a budget ended the run.
CREATE TABLE meta (
    checksum INTEGER,
    key      TEXT PRIMARY KEY,
    value    TEXT NOT NULL
) WITHOUT ROWID;

-- A trial: one seed on one dataset. `facts` (JSON) hold the way back from standardised numbers, notes, and the
-- number of rows of each part; they are known once the first cell has prepared the data.
CREATE TABLE trials (
    checksum INTEGER,
    key      TEXT PRIMARY KEY,
    dataset  TEXT NOT NULL,
    run      INTEGER NOT NULL,
    seed     INTEGER NOT NULL,
    facts    TEXT
) WITHOUT ROWID;

-- A cell: one teacher, or one student, on one teacher or (teacher_cell is NULL) on the data; `role` says which.
-- `place` orders the cells of the present plan and is NULL for cells of earlier plans. `stopped_after` is the time
-- limit, in seconds, that a cell ran into, 0 of a student whose teacher is another by now. `row_count` is how many
-- formulas and scores belong to it: fewer are damage. `scored_by` (JSON) says what determined each metric that it was scored by, by its label.
CREATE TABLE cells (
    checksum     INTEGER,
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
    stopped_after REAL,
    row_count    INTEGER NOT NULL DEFAULT 0,
    scored_by    TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;

-- The formulas of a student's cell, in the student's order; trees are in prefix notation (JSON). `tree` is
-- in standardised units, as it was found; `explained` computes the same in the data's own units, `rounded` with
-- fewer digits. `pole` is the part that can lack a value within the range of the inputs, or a place at which
-- the value is out of all proportion, as text; `errors` the
-- mean squared errors on blocks of the validation rows (JSON; a value that is no number is null). `notes` are the
-- student's sentences, `standard_errors` those of the constants of `tree`, null where there are none (JSON, too).
CREATE TABLE formulas (
    checksum  INTEGER,
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
    checksum  INTEGER,
    cell      TEXT NOT NULL REFERENCES cells (key),
    candidate INTEGER NOT NULL,
    part      TEXT NOT NULL,
    metric    TEXT NOT NULL,
    value     REAL,
    PRIMARY KEY (cell, candidate, part, metric)
) WITHOUT ROWID;

-- Formulas of a dataset (`trial` is empty), or of one of its trials, that were judged together. `judged` stands for
-- everything that the judgement depends on; `found` (JSON) lists the cell and the candidate of each formula with its
-- squared errors and its scores on the rows that it was judged on.
CREATE TABLE judgements (
    checksum INTEGER,
    dataset  TEXT NOT NULL,
    trial    TEXT NOT NULL,
    judged   TEXT NOT NULL,
    found    TEXT NOT NULL,
    PRIMARY KEY (dataset, trial)
) WITHOUT ROWID;

-- What is shown of the answer on a dataset: `content` (JSON) holds rows of the table, what the formulas predict there and
-- how the columns move them. `drawn` stands for everything that it depends on.
CREATE TABLE portraits (
    checksum INTEGER,
    dataset  TEXT PRIMARY KEY,
    drawn    TEXT NOT NULL,
    content  TEXT NOT NULL
) WITHOUT ROWID;

-- Trained teachers, kept until the students of their trial are done; one of a trial until the answer is drawn.
CREATE TABLE weights (
    checksum INTEGER,
    cell     TEXT PRIMARY KEY REFERENCES cells (key),
    data     BLOB NOT NULL
) WITHOUT ROWID;
