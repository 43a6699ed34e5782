/* peek.h - looking into the databases of the programs of a simulated world while they
 * have them open. */
#ifndef PEEK_H
#define PEEK_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "core/span.h"

/* Watch every database that is opened from here on; once. */
void peek_begin(void);
/* The connection that a program has to this file now; NULL: nobody has it open. */
struct sqlite3 *peek_find(const char *path);
/* Changes whenever a database is opened or closed. */
uint64_t peek_generation(void);
/* The same for the database of a program of the world ("makelaar", or a partner). */
struct sqlite3 *peek_of(const char *id);

/* The first column of the first row; no row: 0. sql is a format as of sqlite3_mprintf.
 * A statement that cannot be run ends the test program. */
int64_t peek_number(struct sqlite3 *db, const char *sql, ...);
/* The same, as text; no row: as it was. */
void peek_text(struct sqlite3 *db, char *text, size_t cap, const char *sql, ...);
/* One call for each row. */
void peek_each(struct sqlite3 *db, const char *sql,
        void (*on_row)(void *self, struct sqlite3_stmt *row), void *self);
/* What the rows hold together, in whatever order they come: for a look before and
 * after.
 */
struct key32 peek_sum(struct sqlite3 *db, const char *sql);

#endif
