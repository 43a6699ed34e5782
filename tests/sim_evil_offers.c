/* sim_evil_offers.c - a member that moves offers which are not its to move, or not in
 * this way: as a third one, as the sender, as the target. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"

/* ------------------------------------------------------------ the offer of two others
 */

/* What a third one has heard: everything about the offer in progress between HOME and
 * TARGET. */
static struct letter_core of_others(void)
{
    return (struct letter_core){
            .offer_id = hostile_id("SELECT offer_id FROM offer ORDER BY no LIMIT 1"),
            .referral_id = hostile_id("SELECT referral_id FROM referral ORDER BY no"
                                      " LIMIT 1"),
            .consent_id = hostile_id("SELECT consent_id FROM consent ORDER BY no"
                                     " LIMIT 1"),
    };
}

/* The version that it has now. */
static uint64_t version_of(const struct letter_core *offer)
{
    char sql[120], hex[2 * sizeof offer->offer_id + 1];

    ids_hex(SPAN_OF(offer->offer_id), hex);
    snprintf(sql, sizeof sql, "SELECT version FROM offer WHERE offer_id = x'%s'", hex);
    return (uint64_t)hostile_number(sql);
}

static const char *as_third(struct stage *stage, const char *to, enum letter_type type,
        enum offer_event event)
{
    struct letter_core offer = of_others();
    struct letter_core core = forge_step(&offer, to, type, event, version_of(&offer));

    return forge_put_step(stage->evil, &core);
}

#define THIRD(name, to, type, event)                                                   \
    static const char *name(struct stage *stage)                                       \
    {                                                                                  \
        return as_third(stage, to, LETTER_TYPE_##type, OFFER_EVENT_##event);           \
    }
THIRD(third_cancels, HOME, EVENT, CANCEL)
THIRD(third_ends, HOME, EVENT, OUTCOME)
THIRD(third_fails, HOME, EVENT, FAIL)
THIRD(third_in_error, HOME, EVENT, IN_ERROR)
THIRD(third_confirms, HOME, EVENT, CONFIRM)
THIRD(third_writes, HOME, TEXT, NONE)
THIRD(third_asks, HOME, INFO_REQUEST, INFO_REQUEST)
THIRD(third_lodges, HOME, CONTENT, NONE)
THIRD(third_forwards, HOME, EVENT, FORWARD)
THIRD(third_asks_access, HOME, ACCESS, NONE)
#undef THIRD

/* ------------------------------------------------------------ as the sender */

/* An offer of its own to HOME, which HOME has seen nothing of but the preview. */
static struct letter_core own_offer(struct stage *stage)
{
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    network_must(strcmp(forge_put(stage->evil, &forged), "") == 0, "an offer", NULL);
    hostile_mark();
    return forged.preview;
}

static const char *as_sender(struct stage *stage, enum letter_type type,
        enum offer_event event, uint64_t version)
{
    struct letter_core offer = own_offer(stage);
    struct letter_core core = forge_step(&offer, HOME, type, event, version);

    return forge_put_step(stage->evil, &core);
}

#define SENDER(name, type, event, version)                                             \
    static const char *name(struct stage *stage)                                       \
    {                                                                                  \
        return as_sender(stage, LETTER_TYPE_##type, OFFER_EVENT_##event, version);     \
    }
SENDER(sender_accepts, EVENT, ACCEPT, 1)
SENDER(sender_sees, EVENT, SEEN, 1)
SENDER(sender_declines, EVENT, DECLINE, 1)
SENDER(sender_starts, EVENT, START, 1)
SENDER(sender_ends, EVENT, OUTCOME, 1)
SENDER(sender_confirms, EVENT, CONFIRM, 1)
SENDER(sender_expires, EVENT, EXPIRE, 1)
SENDER(sender_not_selected, EVENT, NOT_SELECTED, 1)
SENDER(sender_withdrawn, EVENT, CONSENT_WITHDRAWN, 1)
SENDER(sender_info_timeout, EVENT, INFO_TIMEOUT, 1)
SENDER(sender_overdue, EVENT, OVERDUE, 1)
SENDER(sender_cancels_late, EVENT, CANCEL, 2)
SENDER(sender_replies, INFO_REPLY, INFO_REPLY, 1)
SENDER(sender_asks, INFO_REQUEST, INFO_REQUEST, 1)
SENDER(sender_writes, TEXT, NONE, 0)
SENDER(sender_visits, VISIT, NONE, 0)
SENDER(sender_text_accepts, TEXT, ACCEPT, 1)
SENDER(sender_question_accepts, INFO_REQUEST, ACCEPT, 1)
SENDER(sender_event_nothing, EVENT, NONE, 1)
#undef SENDER

static const char *second_offer(struct stage *stage)
{
    struct letter_core offer = own_offer(stage);
    struct forged again;

    forge_referral(stage->evil, HOME, &again);
    again.preview.referral_id = again.content.referral_id = offer.referral_id;
    return forge_put(stage->evil, &again);
}

/* What it wants to tell of the person beside a step that needs no consent. */
static const char *cancel_of_a_consent(struct stage *stage)
{
    struct letter_core offer = own_offer(stage);
    struct letter_core core =
            forge_step(&offer, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_CANCEL, 1);

    core.data_categories = offer.data_categories;
    core.n_data_categories = offer.n_data_categories;
    return forge_put_step(stage->evil, &core);
}

static const char *wrong_referral(struct stage *stage)
{
    struct letter_core offer = own_offer(stage);

    offer.referral_id.b[0] ^= 1;
    struct letter_core core =
            forge_step(&offer, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_CANCEL, 1);
    return forge_put_step(stage->evil, &core);
}

static const char *to_who_has_no_part(struct stage *stage)
{
    struct letter_core offer = own_offer(stage);
    struct letter_core core =
            forge_step(&offer, TARGET, LETTER_TYPE_EVENT, OFFER_EVENT_CANCEL, 1);

    return forge_put_step(stage->evil, &core);
}

static const char *content_after_the_end(struct stage *stage)
{
    struct letter_core offer = own_offer(stage);
    struct letter_core core =
            forge_step(&offer, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_CANCEL, 1);

    network_must(strcmp(forge_put_step(stage->evil, &core), "") == 0, "cancel", NULL);
    hostile_mark();
    core = forge_step(&offer, HOME, LETTER_TYPE_CONTENT, OFFER_EVENT_NONE, 0);
    return forge_put_step(stage->evil, &core);
}

/* ------------------------------------------------------------ as the target */

static uint64_t new_consent(void)
{
    static const struct world_consent wish = {.recipients = {EVIL}};

    return world_consent(HOME, &wish);
}

/* HOME refers to it, under this consent. */
static struct letter_core offered(struct stage *stage, uint64_t consent)
{
    const struct reply *reply = world_refer(HOME, consent, EVIL, "Lea Voorbeeld");

    network_must(strcmp(reply->code, "") == 0, "refer", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    evil_take_mail(stage->evil);
    hostile_mark();
    return (struct letter_core){
            .offer_id =
                    hostile_id("SELECT offer_id FROM offer ORDER BY no DESC LIMIT 1"),
            .referral_id = hostile_id("SELECT referral_id FROM referral ORDER BY no"
                                      " DESC LIMIT 1"),
            .consent_id = hostile_id("SELECT consent_id FROM consent ORDER BY no"
                                     " DESC LIMIT 1"),
    };
}

static const char *as_target(struct stage *stage, enum letter_type type,
        enum offer_event event, uint64_t version, int64_t due_days)
{
    struct letter_core offer = offered(stage, new_consent());
    struct letter_core core = forge_step(&offer, HOME, type, event, version);

    if (due_days > 0)
        core.due_ms = (uint64_t)(sim_now() + due_days * TIME_DAY_MS);
    return forge_put_step(stage->evil, &core);
}

#define AIMED(name, type, event, version, due_days)                                    \
    static const char *name(struct stage *stage)                                       \
    {                                                                                  \
        return as_target(stage, LETTER_TYPE_##type, OFFER_EVENT_##event, version,      \
                due_days);                                                             \
    }
AIMED(target_accepts_late, EVENT, ACCEPT, 2, 0)
AIMED(target_accepts_early, EVENT, ACCEPT, 0, 0)
AIMED(target_accepts_dated, EVENT, ACCEPT, 1, 7)
AIMED(target_cancels, EVENT, CANCEL, 1, 0)
AIMED(target_in_error, EVENT, IN_ERROR, 1, 0)
AIMED(target_confirms, EVENT, CONFIRM, 1, 0)
AIMED(target_starts, EVENT, START, 1, 0)
AIMED(target_ends, EVENT, OUTCOME, 1, 0)
AIMED(target_waits_long, EVENT, WAITLIST, 1, 181)
AIMED(target_waits_ever, EVENT, WAITLIST, 1, 0)
AIMED(target_writes, TEXT, NONE, 0, 0)
AIMED(target_replies, INFO_REPLY, INFO_REPLY, 1, 0)
AIMED(target_lodges, CONTENT, NONE, 0, 0)
#undef AIMED

/* Accepted once; the second accept finds another version. */
static const char *target_accepts_twice(struct stage *stage)
{
    struct letter_core offer = offered(stage, new_consent());
    struct letter_core core =
            forge_step(&offer, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_ACCEPT, 1);

    network_must(strcmp(forge_put_step(stage->evil, &core), "") == 0, "accept", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    core = forge_step(&offer, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_ACCEPT, 1);
    return forge_put_step(stage->evil, &core);
}

/* The person has taken the consent back meanwhile. */
static const char *target_accepts_withdrawn(struct stage *stage)
{
    uint64_t consent = new_consent();
    struct letter_core offer = offered(stage, consent);
    struct letter_core core =
            forge_step(&offer, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_ACCEPT, 1);

    world_withdraw(HOME, consent);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    return forge_put_step(stage->evil, &core);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a third one cancels",             "cancels the offer of two others",                    "E_NOT_FOUND",  ANY_HARM, third_cancels, NULL, NULL},
    {"a third one has an outcome",      "says the outcome of what others do",                 "E_NOT_FOUND",  ANY_HARM, third_ends, NULL, NULL},
    {"a third one has failed",          "says that others have failed",                       "E_NOT_FOUND",  ANY_HARM, third_fails, NULL, NULL},
    {"a third one knows of an error",   "calls the offer of two others an error",             "E_NOT_FOUND",  ANY_HARM, third_in_error, NULL, NULL},
    {"a third one confirms",            "closes the referral of others",                      "E_NOT_FOUND",  ANY_HARM, third_confirms, NULL, NULL},
    {"a third one writes",              "sends a text within the offer of two others",        "E_NOT_FOUND",  ANY_HARM, third_writes, NULL, NULL},
    {"a third one asks",                "asks for more about the person",                     "E_NOT_FOUND",  ANY_HARM, third_asks, NULL, NULL},
    {"a third one lodges",              "lodges a content for the offer of two others",       "E_NOT_FOUND",  ANY_HARM, third_lodges, NULL, NULL},
    {"a third one forwards",            "forwards what it was never given",                   "E_NOT_FOUND",  ANY_HARM, third_forwards, NULL, NULL},
    {"a third one has rights",          "asks for access to what others have",                "E_NOT_FOUND",  ANY_HARM, third_asks_access, NULL, NULL},
    {"the sender accepts",              "accepts its own offer, to release its content",      "E_TRANSITION", ANY_HARM, sender_accepts, NULL, NULL},
    {"the sender has seen it",          "says seen in place of the target",                   "E_TRANSITION", ANY_HARM, sender_sees, NULL, NULL},
    {"the sender declines",             "declines in place of the target",                    "E_TRANSITION", ANY_HARM, sender_declines, NULL, NULL},
    {"the sender starts",               "starts in place of the target",                      "E_TRANSITION", ANY_HARM, sender_starts, NULL, NULL},
    {"the sender has an outcome",       "says the outcome in place of the target",            "E_TRANSITION", ANY_HARM, sender_ends, NULL, NULL},
    {"confirmed before the end",        "closes a referral that nobody has answered",         "E_TRANSITION", ANY_HARM, sender_confirms, NULL, NULL},
    {"the broker's word: expired",      "says that the offer has expired",                    "E_TRANSITION", ANY_HARM, sender_expires, NULL, NULL},
    {"the broker's word: not selected", "says that another one was selected",                 "E_TRANSITION", ANY_HARM, sender_not_selected, NULL, NULL},
    {"the broker's word: withdrawn",    "says that the consent was withdrawn",                "E_TRANSITION", ANY_HARM, sender_withdrawn, NULL, NULL},
    {"the broker's word: no reply",     "says that the time for a reply has passed",          "E_TRANSITION", ANY_HARM, sender_info_timeout, NULL, NULL},
    {"the broker's word: overdue",      "flags the offer as overdue",                         "E_TRANSITION", ANY_HARM, sender_overdue, NULL, NULL},
    {"cancelled at another version",    "cancels what it has not seen",                       "E_CONFLICT",   ANY_HARM, sender_cancels_late, NULL, NULL},
    {"a reply to no question",          "replies to what nobody asked, to tell more early",   "E_TRANSITION", ANY_HARM, sender_replies, NULL, NULL},
    {"a question to the target",        "asks the target as if it were the target",           "E_TRANSITION", ANY_HARM, sender_asks, NULL, NULL},
    {"a text before the accept",        "writes to a target that has not accepted",           "E_TRANSITION", ANY_HARM, sender_writes, NULL, NULL},
    {"a visit before the accept",       "reports a visit before the accept",                  "E_TRANSITION", ANY_HARM, sender_visits, NULL, NULL},
    {"a text that accepts",             "sends a text with the event accept",                 "E_TRANSITION", ANY_HARM, sender_text_accepts, NULL, NULL},
    {"a question that accepts",         "sends a question with the event accept",             "E_TRANSITION", ANY_HARM, sender_question_accepts, NULL, NULL},
    {"an event that is none",           "sends an event letter without an event",             "E_TRANSITION", ANY_HARM, sender_event_nothing, NULL, NULL},
    {"a second offer",                  "asks two candidates of a direct referral at once",   "E_CONFLICT",   ANY_HARM, second_offer, NULL, NULL},
    {"under another referral",          "cancels under another referral id",                  "E_FIELD",      ANY_HARM, wrong_referral, NULL, NULL},
    {"to who has no part in it",        "sends the event of an offer to a third partner",     "E_NOT_FOUND",  ANY_HARM, to_who_has_no_part, NULL, NULL},
    {"a content after the end",         "lodges a content for an offer that it cancelled",    "E_TRANSITION", ANY_HARM, content_after_the_end, NULL, NULL},
    {"an accept of the future",         "accepts at a version that is not there yet",         "E_CONFLICT",   ANY_HARM, target_accepts_late, NULL, NULL},
    {"an accept of the past",           "accepts at a version that is gone",                  "E_CONFLICT",   ANY_HARM, target_accepts_early, NULL, NULL},
    {"an accept with a date",           "accepts until a day, as if it were a waiting list",  "E_FIELD",      ANY_HARM, target_accepts_dated, NULL, NULL},
    {"a cancel that declares data",     "declares data in a letter that needs no consent",    "E_FIELD",      ANY_HARM, cancel_of_a_consent, NULL, NULL},
    {"the target cancels",              "cancels in place of the sender",                     "E_TRANSITION", ANY_HARM, target_cancels, NULL, NULL},
    {"the target calls it an error",    "says in_error in place of the sender",               "E_TRANSITION", ANY_HARM, target_in_error, NULL, NULL},
    {"the target confirms",             "confirms in place of the sender",                    "E_TRANSITION", ANY_HARM, target_confirms, NULL, NULL},
    {"a start without an accept",       "starts before it has accepted",                      "E_TRANSITION", ANY_HARM, target_starts, NULL, NULL},
    {"an outcome without an accept",    "has an outcome before it has accepted",              "E_TRANSITION", ANY_HARM, target_ends, NULL, NULL},
    {"half a year and a day",           "puts the person on a list for 181 days",             "E_FIELD",      ANY_HARM, target_waits_long, NULL, NULL},
    {"a list without an end",           "puts the person on a list without a date",           "E_FIELD",      ANY_HARM, target_waits_ever, NULL, NULL},
    {"the target writes too early",     "writes before it has accepted",                      "E_TRANSITION", ANY_HARM, target_writes, NULL, NULL},
    {"the target replies",              "replies to itself",                                  "E_TRANSITION", ANY_HARM, target_replies, NULL, NULL},
    {"the target lodges",               "lodges a content for its own accept",                "E_TRANSITION", ANY_HARM, target_lodges, NULL, NULL},
    {"an accept once more",             "accepts twice at the same version",                  "E_CONFLICT",   ANY_HARM, target_accepts_twice, NULL, NULL},
    {"an accept after the withdrawal",  "accepts when the consent is withdrawn",              "E_CONFLICT",   ANY_HARM, target_accepts_withdrawn, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("offers", false, ROWS, COUNT_OF(ROWS));
}
