/* hooks_inner.h - what the files of the webhooks share and nobody else includes. */
#ifndef ADAPTERS_HTTP_HOOKS_INNER_H
#define ADAPTERS_HTTP_HOOKS_INNER_H

#include "adapters/http/hooks.h"
#include "adapters/http/json_answer.h"
#include "adapters/http/post.h"
#include "core/db.h"
#include "core/time.h"

enum {
    HOOK_TOKEN_BYTES = 65,
    HOOK_URL_BYTES = POST_URL_MAX + 1,
    HOOK_TYPE_BYTES = 101,
    HOOK_TYPES_MAX = 40,
    HOOK_TYPES_BYTES = HOOK_TYPES_MAX * HOOK_TYPE_BYTES,
    HOOK_ID_BYTES = 81, /* webhook-id */
    HOOK_WORD_BYTES = 21,
    HOOK_ROOM_MIN = 16 * 1024 * 1024, /* bytes that the disk must have left */
};

#define HOOK_REASONS(X)                                                                \
    X(NONE, "")                                                                        \
    X(BY_HAND, "by_hand")                                                              \
    X(GONE, "gone")       /* the receiver said 410 */                                  \
    X(FAILING, "failing") /* nothing arrived for too long */                           \
    X(TOKEN, "token")     /* it was withdrawn, or may not read events any more */      \
    X(NOT_LISTED, "not_listed") /* its address is no longer in the settings */

enum hook_reason {
#define X(name, word) HOOK_REASON_##name,
    HOOK_REASONS(X)
#undef X
            N_HOOK_REASONS
};
const char *hook_reason_word(enum hook_reason reason);

/* One webhook: its row, and what is done with it now. */
struct hook {
    uint64_t number; /* 0: this place is free */
    char owner[PARTNER_BYTES], token[HOOK_TOKEN_BYTES];
    char url[HOOK_URL_BYTES];
    char types[HOOK_TYPES_BYTES]; /* separated by spaces */
    struct key32 secret, old_secret;
    int64_t old_until_ms; /* 0: there is no old secret */
    enum hook_reason off; /* NONE: it is enabled */
    uint64_t cursor;      /* the last event that was read */
    int64_t last_ms;      /* when the last one that was told happened */
    int64_t since_ms;     /* not 0: read from that time on, whatever the cursor says */
    int64_t made_ms, delivered_ms, failing_ms;
    uint64_t failures; /* in a row */
    int64_t quiet_ms;  /* nothing is sent until then */
    unsigned status;
    char fault[HOOK_WORD_BYTES];
    /* not in the row */
    struct hooks *hooks;
    struct asked *ask; /* events that are being read */
    size_t n_flights;
    bool behind; /* the journal has more */
};

/* A message as it is sent. */
struct hook_message {
    uint64_t number, event;
    char id[HOOK_ID_BYTES];
    const char *type, *subject; /* borrowed */
    struct span body;
    uint32_t tries;
};

/* A message on its way. */
struct flight {
    struct hook *hook; /* NULL: this place is free */
    uint64_t message;
    uint32_t tries;
    struct post *post;
};

struct hooks {
    const struct http_conf *conf;
    struct loop *loop;
    struct log *log;
    struct asks *asks;
    struct posts *posts;
    struct db *db;
    struct hook of[HOOKS_MAX];
    struct flight flights[POSTS_MAX];
    char partner[PARTNER_BYTES]; /* whose node it is, once it has said so */
    uint64_t newest;             /* event */
    uint64_t n_arrived, n_failures;
    int64_t due_ms;
    bool dirty, disk_low;
    bool failed; /* the store, and why */
    struct err err;
};

/* --- hooks_store.c; false: the store failed --- */
MUST_USE bool hooks_open(struct hooks *hooks, struct err *err);
MUST_USE bool hook_insert(struct hooks *hooks, struct hook *hook, struct err *err);
MUST_USE bool hook_save(struct hook *hook, struct err *err);
MUST_USE bool hook_delete(struct hook *hook, struct err *err);
/* A message that is there already (the same webhook-id) stays as it is. */
MUST_USE bool message_insert(struct hook *hook, const struct hook_message *message,
        int64_t now_ms, struct err *err);
/* The messages that may be sent now, at most max; ids and bodies lie in the arena. */
MUST_USE bool message_next(struct hook *hook, int64_t now_ms, struct arena *arena,
        struct hook_message *messages, size_t max, size_t *n, struct err *err);
/* When the next one may be; 0: none waits. */
MUST_USE bool message_due(struct hook *hook, int64_t *due_ms, struct err *err);
MUST_USE bool message_arrived(struct hook *hook, uint64_t number, struct err *err);
MUST_USE bool message_again(struct hook *hook, uint64_t number, uint32_t tries,
        int64_t due_ms, bool failed, const struct post_result *result, struct err *err);
/* All that wait may be sent at once; failed: also those that were given up. */
MUST_USE bool message_all_now(struct hook *hook, bool failed, int64_t now_ms,
        struct err *err);
MUST_USE bool message_count(const struct hook *hook, uint64_t *waiting,
        uint64_t *failed, struct err *err);
MUST_USE bool message_list(struct hook *hook, uint64_t after, struct arena *arena,
        struct webhook_message *lines, size_t max, size_t *n, struct err *err);
/* The first answer to an idempotency key; bytes.at NULL: there is none. */
MUST_USE bool kept_get(struct hooks *hooks, const char *owner, const char *key,
        struct arena *arena, struct key32 *hash, struct span *bytes, struct err *err);
MUST_USE bool kept_put(struct hooks *hooks, const char *owner, const char *key,
        const struct key32 *hash, struct span bytes, int64_t now_ms, struct err *err);

/* --- hooks.c --- */
/* Switched off, for this reason; its owner's other webhooks hear of it. */
MUST_USE bool hook_disable(struct hook *hook, enum hook_reason reason, struct err *err);
/* A message about the webhook itself, or about another one. */
MUST_USE bool hook_tell(struct hook *hook, uint64_t about, const char *word,
        struct err *err);
/* Does it want events of that type? */
bool hook_wants(const struct hook *hook, const char *type);
void hooks_fail(struct hooks *hooks, const struct err *err);

/* --- hooks_ask.c --- */
/* May messages go to each address of the setting webhook_urls? ERR_CONFIG. */
MUST_USE bool hooks_check_urls(const struct http_conf *conf, struct err *err);

/* --- hooks_send.c --- */
/* Send what may be sent; when there is more (0: only when something happens). */
MUST_USE bool hook_send(struct hook *hook, int64_t now_ms, int64_t *due_ms,
        struct err *err);
/* What is on its way for it is of no interest any more. */
void hook_drop_flights(struct hook *hook);

#endif
