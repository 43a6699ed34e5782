/* err.h - why something could not be judged or done, in words and with a code.
 *
 * A refusal is data (enum code in a decision); an err means that we could not judge or
 * could not act. Both use the one table of codes in proto/vocab/code.tsv. */
#ifndef ERR_H
#define ERR_H

#include <stdarg.h>

#include "core/code.h"
#include "core/span.h"

enum { ERR_MSG_BYTES = 256 };

/* Lives on the caller's stack. code CODE_OK: nothing went wrong (yet). */
struct err {
    enum code code;
    char msg[ERR_MSG_BYTES];
};

/* err_set(err, code, format, ...) fills err and is always false, so that
 * `return err_set(err, ...)` reads as one step. err may be NULL. */
#define err_set(...) (err_fill(__VA_ARGS__), err_no())

/* err_wrap(err, format, ...) puts words in front of what err says already: "context:
 * what it said". Always false. */
#define err_wrap(...) (err_front(__VA_ARGS__), err_no())

/* The no of both stands here, where compilers and analyzers see that it is one: else
 * each of them has to reckon with a failure that reports success. */
static inline bool err_no(void)
{
    return false;
}

void err_fill(struct err *err, enum code code, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
void err_front(struct err *err, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

/* Can trying the same again later help? (column retry of the code table) */
bool err_retry(const struct err *err);

#endif
