/* orders.h - everything that is ever said of a few consents, drawn in random orders,
 * and what a register must hold in the end.
 *
 *     ORDERS=n orders (2000) */
#ifndef ORDERS_H
#define ORDERS_H

#include <stdlib.h>

#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg" /* collects */
#define OTHER  "chambry"   /* may send under the consents as well */
#define READER "aksant"

enum { CONSENTS = 4, EVENTS_MAX = 16, ORDERS = 2000 };

enum said { CAPSULE, OTHER_CAPSULE, WITHDRAWN, WITHDRAWN_BY_OTHER, N_SAID };

/* Everything that is ever said of a few consents. */
struct history {
    struct evil *home, *other;
    struct id ids[CONSENTS];
    struct span said[CONSENTS][N_SAID];
};

struct event {
    size_t consent;
    enum said said;
    bool by_other; /* who brings it */
};

/* What a register holds of one consent. */
struct state {
    bool there, conflict, withdrawn, confirmed;
};

static inline size_t n_orders(void)
{
    const char *text = getenv("ORDERS");
    unsigned long n = text != NULL ? strtoul(text, NULL, 10) : ORDERS;

    return n == 0 ? ORDERS : n;
}

static inline struct span withdrawal_by(struct evil *evil, const struct id *consent_id)
{
    const struct withdrawal body = {.v = 1,
            .consent_id = *consent_id,
            .at_ms = (uint64_t)sim_now(),
            .by = evil->name};

    return evil_sign(evil, KIND_WITHDRAWAL, &WIRE_WITHDRAWAL, &body);
}

static inline void write_history(struct history *history)
{
    static const char *const senders[] = {HOME, OTHER};

    history->home = evil_new(HOME);
    history->other = evil_new(OTHER);
    for (size_t i = 0; i < CONSENTS; i++) {
        struct forged forged;
        forge_referral(history->home, READER, &forged);
        forged.capsule.senders = senders;
        forged.capsule.n_senders = COUNT_OF(senders);
        history->ids[i] = forged.capsule.consent_id;
        forge_sign(history->home, &forged);
        history->said[i][CAPSULE] = forged.signed_capsule;
        forged.capsule.until_day++;
        forge_sign(history->home, &forged);
        history->said[i][OTHER_CAPSULE] = forged.signed_capsule;
        history->said[i][WITHDRAWN] = withdrawal_by(history->home, &history->ids[i]);
        history->said[i][WITHDRAWN_BY_OTHER] =
                withdrawal_by(history->other, &history->ids[i]);
    }
}

static inline void end_history(struct history *history)
{
    evil_free(history->home);
    evil_free(history->other);
    world_end();
}

/* Some of what was said, in some order, some of it several times; what the two who may
 * conflict say is rarer, so that most orders end in a consent that counts. */
static inline size_t draw(struct event events[EVENTS_MAX])
{
    size_t n = 1 + sim_below(EVENTS_MAX);

    for (size_t i = 0; i < n; i++) {
        uint32_t dice = sim_below(10);
        events[i] = (struct event){.consent = sim_below(CONSENTS),
                .said = dice < 6   ? CAPSULE
                        : dice < 7 ? OTHER_CAPSULE
                        : dice < 9 ? WITHDRAWN
                                   : WITHDRAWN_BY_OTHER,
                .by_other = sim_below(3) == 0};
    }
    return n;
}

/* What must come of it, from the set alone. */
static inline struct state meant(const struct event *events, size_t n, size_t consent)
{
    bool said[N_SAID] = {false};
    bool by_home[N_SAID] = {false};

    for (size_t i = 0; i < n; i++) {
        if (events[i].consent != consent)
            continue;
        said[events[i].said] = true;
        by_home[events[i].said] |= !events[i].by_other;
    }
    return (struct state){.there = said[CAPSULE] || said[OTHER_CAPSULE],
            .conflict = said[CAPSULE] && said[OTHER_CAPSULE],
            .withdrawn = said[WITHDRAWN] || said[WITHDRAWN_BY_OTHER],
            .confirmed = by_home[CAPSULE] || by_home[OTHER_CAPSULE]};
}

static inline void tell_order(const struct event *events, size_t n)
{
    static const char *const WORDS[N_SAID] = {"capsule", "other capsule", "withdrawn",
            "withdrawn by other"};

    for (size_t i = 0; i < n; i++)
        print_message("#   %zu: %s, brought by %s\n", events[i].consent,
                WORDS[events[i].said], events[i].by_other ? OTHER : HOME);
}

/* Whether its collector has confirmed a consent that is void matters to nobody. */
static inline void assert_as_meant(const struct event *events, size_t n, size_t consent,
        const struct state *is)
{
    struct state want = meant(events, n, consent);
    bool same = is->there == want.there && is->conflict == want.conflict &&
                is->withdrawn == want.withdrawn &&
                (want.conflict || is->confirmed == want.confirmed);

    if (same)
        return;
    tell_order(events, n);
    fail_msg("consent %zu: there %d conflict %d withdrawn %d confirmed %d", consent,
            is->there, is->conflict, is->withdrawn, is->confirmed);
}

#endif
