/* catcher.h - a receiver of webhook messages for tests, in a process of its own on
 * 127.0.0.1: it writes down what comes and answers as it is told. */
#ifndef CATCHER_H
#define CATCHER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CATCHER_MESSAGES = 4000, CATCHER_TEXT = 200, CATCHER_BODY = 700 };

enum catcher_mode {
    CATCH_STATUS,     /* answer with the status that is set */
    CATCH_DOWN,       /* nobody listens */
    CATCH_SILENT,     /* take it and never answer */
    CATCH_EARLY,      /* take it and hang up */
    CATCH_SHORT,      /* 200, and hang up in the middle of the body */
    CATCH_ENDLESS,    /* 200 with a body that does not end */
    CATCH_HEADERS,    /* a head that does not end */
    CATCH_POISON,     /* 500 to what has the words in it, 204 to the rest */
    CATCH_HTTP_BY_EAR /* bytes that are no HTTP */
};

struct caught {
    char path[CATCHER_TEXT], id[CATCHER_TEXT], at[CATCHER_TEXT];
    char signature[CATCHER_TEXT], type[CATCHER_TEXT], body[CATCHER_BODY];
    int status; /* it was answered with; 0: it was not */
};

/* Memory that it shares with the test. */
struct catcher_share {
    atomic_int mode, status, retry_after_s;
    atomic_int n;    /* messages so far */
    atomic_int open; /* connections that wait for an answer */
    atomic_bool is_down;
    char poison[CATCHER_TEXT];
    struct caught caught[CATCHER_MESSAGES];
};

struct catcher {
    pid_t pid;
    uint16_t port;
    char url[CATCHER_TEXT];
    struct catcher_share *share;
};

void catcher_begin(struct catcher *catcher);
void catcher_end(struct catcher *catcher);
void catcher_set(struct catcher *catcher, enum catcher_mode mode, int status);
/* Wait until so many have come; ends the test when they do not. */
void catcher_wait(const struct catcher *catcher, int n);
/* How many were answered with 2xx and have these words in the body. */
int catcher_count(const struct catcher *catcher, const char *words);

/* Is one of the message's signatures that of the secret ("whsec_...")? Computed by
 * openssl, not by our own code. */
bool catcher_verifies(const struct caught *caught, const char *secret);

#endif
