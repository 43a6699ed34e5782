/* rate.c - buckets of tokens. */
#include "adapters/http/rate.h"

#include "core/hash.h"

enum { THOUSAND = 1000 };

static struct rate *find(struct rates *rates, const struct key32 *who, int64_t full,
        int64_t now_ms)
{
    struct rate *oldest = &rates->of[0];
    for (size_t i = 0; i < RATES_MAX; i++) {
        struct rate *rate = &rates->of[i];
        if (rate->at_ms != 0 && key32_equal(&rate->who, who))
            return rate;
        if (rate->at_ms < oldest->at_ms)
            oldest = rate;
    }
    *oldest = (struct rate){.who = *who, .left = full, .at_ms = now_ms};
    return oldest;
}

bool rate_take(struct rates *rates, const char *token, int64_t a_second, int64_t now_ms)
{
    struct key32 who = hash_sha256_one(span_text(token));
    int64_t full = a_second * THOUSAND;
    struct rate *rate = find(rates, &who, full, now_ms);
    int64_t passed_ms = now_ms - rate->at_ms;
    /* A clock that was put back gives nothing and takes nothing. */
    if (passed_ms > 0)
        rate->left += passed_ms >= THOUSAND ? full : passed_ms * a_second;
    if (rate->left > full)
        rate->left = full;
    rate->at_ms = now_ms;
    if (rate->left < THOUSAND)
        return false;
    rate->left -= THOUSAND;
    return true;
}
