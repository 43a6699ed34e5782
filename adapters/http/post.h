/* post.h - sending one message to another program over HTTP or HTTPS, inside the loop:
 * the only door to libcurl.
 *
 * Nothing is followed, no proxy is used, no cookie kept. What a receiver answers is not
 * read but for its status: the rest is thrown away, and after POST_ANSWER_MAX bytes the
 * connection ends. */
#ifndef ADAPTERS_HTTP_POST_H
#define ADAPTERS_HTTP_POST_H

#include <sys/socket.h>

#include "core/loop.h"

enum {
    POSTS_MAX = 16,          /* on their way at a time */
    POST_URL_MAX = 500,      /* characters of an address */
    POST_ANSWER_MAX = 16384, /* bytes of an answer that are taken */
};

/* What can be wrong with an address. */
enum post_url_fault {
    POST_URL_GOOD,
    POST_URL_UNREADABLE, /* or with a password, or longer than POST_URL_MAX */
    POST_URL_OPEN,       /* http to another computer than this one */
};
enum post_url_fault post_url_check(const char *url);

/* Where an address lies: that of a receiver, and of who asks. */
enum post_place { PLACE_ANYWHERE, PLACE_PRIVATE, PLACE_HERE, PLACE_NOWHERE };
enum post_place post_place_of(const struct sockaddr *address);

struct post_settings {
    int64_t wait_ms;        /* for the whole of it */
    bool private_addresses; /* may it be in a private network? */
    const char *ca;         /* file of authorities; "": those of the system */
    const char *agent;      /* who we say we are */
};

/* What came of it. */
struct post_result {
    unsigned status;       /* 0: there was no answer */
    const char *fault;     /* "" when it is good, that is, 2xx; else a word for it */
    int64_t retry_after_s; /* as the receiver asked; 0: it did not */
};
typedef void post_done(void *self, const struct post_result *result);

struct posts;
struct post;

MUST_USE struct posts *posts_new(struct loop *loop,
        const struct post_settings *settings, struct err *err);
/* Nobody hears of those that are on their way. */
void posts_free(struct posts *posts);

/* Send; all of it is copied. NULL: POSTS_MAX are on their way, or there is no memory.
 */
struct post *posts_put(struct posts *posts, const char *url, const char *const *headers,
        size_t n_headers, struct span body, post_done *on_done, void *self);
/* Nobody waits for it any more; it ends. */
void post_drop(struct post *post);

/* At the end of a turn: when to come again (0: only when something happens). */
int64_t posts_turn(struct posts *posts, int64_t now_ms);

#endif
