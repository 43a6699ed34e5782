/* db_inner.h - what the files of db share and nobody else includes. */
#ifndef DB_INNER_H
#define DB_INNER_H

#include <sqlite3.h>

#include "core/db.h"

/* The statements that a turn itself consists of. */
enum turn_step {
    TURN_BEGIN,
    TURN_COMMIT,
    TURN_ROLLBACK,
    FRAME_BEGIN,
    FRAME_KEEP,
    FRAME_UNDO,
    N_TURN_STEPS,
};

struct db {
    sqlite3 *handle;
    struct db_plan plan;
    char *path;
    bool on_disk; /* in the system's file system, not in one of the tests' own */
    sqlite3_stmt **statements; /* those of the plan, by their index */
    bool *is_used;             /* by the same: since the last end of a turn or frame */
    size_t *used;              /* which those are */
    size_t n_used;
    sqlite3_stmt *steps[N_TURN_STEPS];
    bool in_turn;  /* what we believe; sqlite3_get_autocommit says what is */
    bool in_frame; /* a savepoint is open */
    bool broken;   /* nothing may be answered any more; why says what happened */
    struct err why;
};

/* Say in words what the result rc of SQLite means and what a person can do. Breaks the
 * database when the rc or a lost transaction leaves no way on. Always returns false. */
bool db_fail(struct db *db, int rc, struct err *err);

/* Refuse everything from now on, because of what err says. */
void db_break(struct db *db, const struct err *err);

/* False, with the reason, when the database was broken before. */
MUST_USE bool db_usable(const struct db *db, struct err *err);

/* Say what rc of this handle means for the file at path, called what; false. */
bool db_explain(sqlite3 *handle, int rc, const char *what, const char *path,
        struct err *err);

/* Does this rc of SQLite mean that the store itself can no longer be trusted? */
bool db_is_fatal(int rc);

/* Is this errno one of those that mean that there is no room left? */
bool db_is_no_room(int system);

/* Prepare one statement that lives as long as the database; words name it when it
 * cannot be. */
MUST_USE bool db_prepare(struct db *db, const char *sql, const char *kind, size_t index,
        sqlite3_stmt **stmt, struct err *err);

/* Prepare the statements of turn and frame. */
MUST_USE bool db_prepare_steps(struct db *db, struct err *err);

/* The end of a path, where its name is: a message has little room. */
const char *db_short_path(const char *path);

/* Make an empty private file (0600). A file that is there is made private. */
MUST_USE bool db_make_private(const char *path, const char *what, bool must_be_new,
        struct err *err);

#endif
