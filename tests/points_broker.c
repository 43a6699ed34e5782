/* points_broker.c - the broker's own gathering of facts, at the two places where it
 * judges. */
#include "tests/points.h"

#include "broker/decide.h"
#include "broker/put.h"

static struct consent_case needs_of(struct broker *broker, const struct point *point)
{
    const struct consent *capsule = &point->capsule;
    const char *from =
            point->offer_sender != NULL ? point->offer_sender : point->core.sender;
    struct consent_case needs = {
            .capsule = point->there ? capsule : NULL,
            .withdrawn = point->withdrawn,
            .conflict = point->conflict,
            .offer_sender = point->offer_sender,
            .offer_target = point->offer_target,
            .offer_accepted = point->offer_accepted,
            .lodging = point->lodging,
            .first_claim = point->first_claim,
            .onward_used = point->there && !consent_has_text(capsule->senders,
                                                   capsule->n_senders, from),
    };
    put_needs(broker, &point->core, &needs);
    return needs;
}

enum code points_broker_put(struct broker *broker, const struct point *point)
{
    struct consent_case needs = needs_of(broker, point);
    return consent_decide(&needs, broker->now_ms);
}

enum code points_broker_hand_over(struct broker *broker, const struct point *point)
{
    const struct hand_over_facts facts = {
            .now_ms = broker->now_ms,
            .expires_ms = INT64_MAX,
            .recipient_live = true,
            .sender_live = true,
            .class_ = point->core.class_,
            .needs = needs_of(broker, point),
    };
    enum code code;
    (void)decide_hand_over(&facts, &code);
    return code;
}
