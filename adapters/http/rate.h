/* rate.h - how often an application may ask: a bucket for each token that is refilled
 * with time and holds a second's worth. */
#ifndef ADAPTERS_HTTP_RATE_H
#define ADAPTERS_HTTP_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

enum { RATES_MAX = 64 }; /* tokens at a time; the one that was quiet longest goes */

struct rates {
    struct rate {
        struct key32 who; /* hash of the token */
        int64_t left;     /* thousandths of a request */
        int64_t at_ms;    /* when that was so; 0: this place is free */
    } of[RATES_MAX];
};

/* One more request of this token: may it? */
bool rate_take(struct rates *rates, const char *token, int64_t a_second,
        int64_t now_ms);

#endif
