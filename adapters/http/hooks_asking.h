/* hooks_asking.h - one question about webhooks, while it is answered; for the files of
 * the webhooks only. */
#ifndef ADAPTERS_HTTP_HOOKS_ASKING_H
#define ADAPTERS_HTTP_HOOKS_ASKING_H

#include "adapters/http/hooks_inner.h"
#include "adapters/http/hooks_words.h"

/* One question. */
struct asking {
    struct hooks *hooks;
    const struct hooks_caller *caller;
    const struct request *request;
    enum lang lang;
    struct arena *arena;
    struct reply *reply;
    int64_t now_ms;
    struct err *err;
};

/* Say no; it is an answer, so these are true. */
bool asking_refuse(struct asking *asking, enum code code);
bool asking_wrong(struct asking *asking, enum hook_fault fault);
const char *hook_fault_words(enum hook_fault fault, enum lang lang);

/* Room for an answer; NULL with err. */
void *asking_take(struct asking *asking, size_t len);

/* NULL: there is none that this caller may see, and that is the answer. */
struct hook *asking_find(struct asking *asking, uint64_t number);

/* Show it. secret: it is new, and this is the one time that it is said. */
MUST_USE bool asking_answer(struct asking *asking, const struct hook *hook,
        bool secret);
/* All of this caller's; what has not arrived of one. */
MUST_USE bool asking_list(struct asking *asking);
MUST_USE bool asking_list_messages(struct asking *asking);

#endif
