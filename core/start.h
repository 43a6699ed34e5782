/* start.h - how a program that serves begins and ends: its command line, its log, and
 * what it says when it cannot go on. */
#ifndef START_H
#define START_H

#include "core/err.h"
#include "core/log.h"

struct start {
    const char *program; /* "buurtbus-node" */
    const char *version; /* what --version prints, as one line */
    const char *usage;
    const char *home; /* where it is when nobody says so; NULL: it has to be said */
};

/* First of all: who is started without standard input, output or error (">&-") would
 * have the first file or connection that it opens in their place, and print into it.
 * Nothing comes from what takes that place here, and writing to it fails. */
void start_streams(void);

/* --home DIR, --version, --help. False: the program ends with *status, and what there
 * is to say was said. */
MUST_USE bool start_options(const struct start *start, int argc, char **argv,
        const char **home, int *status);

/* The log of a program, as its setting log_level says; NULL with ERR_CONFIG when that
 * is none, ERR_NOMEM. */
MUST_USE struct log *start_log(const struct start *start, const char *level,
        struct err *err);

/* Why it could not go on, and what to do; gives what the program ends with. */
int start_fail(const struct start *start, const struct err *err);

#endif
