/* decide.c - the rules by which the broker takes a letter and hands it over. */
#include "broker/decide.h"

#include "core/fields.h"
#include "core/time.h"

static bool is_new_offer(const struct letter_core *core, const struct facts *facts)
{
    return core->type == LETTER_TYPE_PREVIEW && !facts->offer_known;
}

bool decide_is_list(enum mode mode)
{
    return mode == MODE_SEQUENTIAL || mode == MODE_FIRST_CLAIM;
}

/* Its target was never told that there is something to decide. */
static bool is_unasked(enum offer_state state)
{
    return state == OFFER_STATE_QUEUED || state == OFFER_STATE_SKIPPED;
}

/* A list comes back to a store that lost it, whole or not at all: what has become of
 * one candidate meanwhile does not keep the others out. */
static bool is_of_lost_list(const struct facts *facts)
{
    return facts->restored && facts->among_others;
}

/* The content waits for the accept. */
static bool is_before_accept(enum offer_state state)
{
    return state == OFFER_STATE_QUEUED || lifecycle_is_undecided(state);
}

/* The side of the offer that this letter comes from; N_LIFECYCLE_ROLES: neither. */
static enum lifecycle_role side_of(const struct letter_core *core,
        const struct facts *facts)
{
    if (facts->offer_sender == NULL || facts->offer_target == NULL)
        return N_LIFECYCLE_ROLES;
    if (strcmp(core->sender, facts->offer_sender) == 0 &&
            strcmp(core->recipient, facts->offer_target) == 0)
        return LIFECYCLE_SENDER;
    if (strcmp(core->sender, facts->offer_target) == 0 &&
            strcmp(core->recipient, facts->offer_sender) == 0)
        return LIFECYCLE_TARGET;
    return N_LIFECYCLE_ROLES;
}

/* Its sender gives up a referral that nobody took, in a letter for who was asked: it
 * ends here, so neither who that is nor their keys matter. */
static bool is_for_nobody(const struct letter_core *core, const struct facts *facts)
{
    return facts->offer_known && side_of(core, facts) == LIFECYCLE_SENDER &&
           lifecycle_gives_up(core->event, facts->offer.state);
}

/* ---- rules, each a question; CODE_OK or why not ---- */

static enum code ask_shape(const struct letter_core *core, const struct facts *facts)
{
    (void)facts;
    return fields_of_core(core);
}

static enum code ask_clock(const struct letter_core *core, const struct facts *facts)
{
    bool ahead = core->created_ms > (uint64_t)(facts->now_ms + DECIDE_CLOCK_MS);
    return ahead ? E_CLOCK : CODE_OK;
}

/* A letter that goes to nobody is not held to a reader's key, and what it says must be
 * a date all the same. */
static enum code ask_term(const struct letter_core *core, const struct facts *facts)
{
    uint64_t now_ms = (uint64_t)facts->now_ms;
    uint64_t longest_ms = (uint64_t)DECIDE_TERM_DAYS_MAX * TIME_DAY_MS;
    bool dated = core->expires_ms > now_ms && core->expires_ms - now_ms <= longest_ms;
    return dated ? CODE_OK : E_TTL;
}

static enum code ask_ends(const struct letter_core *core, const struct facts *facts)
{
    if (!facts->sender_live)
        return E_AUTH;
    if (strcmp(core->sender, core->recipient) == 0)
        return E_FIELD;
    bool there = facts->recipient_live || is_for_nobody(core, facts);
    return there ? CODE_OK : E_UNREACHABLE;
}

static enum code ask_key(const struct letter_core *core, const struct facts *facts)
{
    if (is_for_nobody(core, facts))
        return CODE_OK;
    if (!facts->reader_key_known)
        return E_KEY;
    int64_t last_ms =
            facts->reader_key_until_ms + (int64_t)DECIDE_AFTER_EPOCH_DAYS * TIME_DAY_MS;
    return core->expires_ms <= (uint64_t)last_ms ? CODE_OK : E_TTL;
}

static enum code ask_size(const struct letter_core *core, const struct facts *facts)
{
    if (facts->class_bytes == 0 || facts->sealed_bytes != facts->class_bytes)
        return E_SIZE;
    bool preview =
            core->type == LETTER_TYPE_PREVIEW || core->type == LETTER_TYPE_OVERVIEW;
    if (preview && core->size_class > DECIDE_PREVIEW_CLASS_MAX)
        return E_SIZE;
    /* A code and nothing else. */
    if (core->type == LETTER_TYPE_SIGNAL_ANSWER &&
            core->size_class > DECIDE_ANSWER_CLASS_MAX)
        return E_SIZE;
    return CODE_OK;
}

static enum code ask_directory(const struct letter_core *core,
        const struct facts *facts)
{
    bool starts = is_new_offer(core, facts) || core->type == LETTER_TYPE_SIGNAL;
    bool old = facts->directory_age_days >= DIRECTORY_NO_REFERRALS_DAYS;
    return starts && old ? E_DIRECTORY : CODE_OK;
}

/* How full it may be for this letter, in halves: what belongs to a crisis fits where
 * nothing else new does, and what brings a story to its end must still fit then. */
static int64_t halves_for(const struct letter_core *core)
{
    if (core->class_ == LETTER_CLASS_CONTROL)
        return 4;
    return core->urgency == URGENCY_CRISIS ? 3 : 2;
}

static bool fits(const struct decide_load *load, const struct decide_load *max,
        size_t bytes, int64_t halves)
{
    return load->letters < max->letters * halves / 2 &&
           load->bytes + (int64_t)bytes <= max->bytes * halves / 2;
}

static enum code ask_room(const struct letter_core *core, const struct facts *facts)
{
    int64_t halves = halves_for(core);

    if (facts->disk_low)
        return E_DISK;
    if (!fits(&facts->pending, &facts->pending_max, facts->sealed_bytes, halves) ||
            !fits(&facts->mailbox, &facts->mailbox_max, facts->sealed_bytes, halves))
        return E_BUSY;
    return CODE_OK;
}

static enum code ask_referral(const struct letter_core *core, const struct facts *facts)
{
    if (!is_new_offer(core, facts))
        return CODE_OK;
    bool list = decide_is_list(facts->mode);
    if (facts->n_candidates == 0 || (!list && facts->mode != MODE_DIRECT) ||
            (!list && facts->n_candidates != 1))
        return E_FIELD;
    /* Of a list this is asked when its turn has come: then the next one follows. */
    if (!list && !facts->intake_open)
        return E_BUSY;
    if (!facts->referral_known)
        return CODE_OK;
    if (!facts->referral_of_sender && !facts->list_begun)
        return E_ID_REUSE;
    if (facts->referral_offers >= DECIDE_REFERRAL_OFFERS_MAX)
        return E_SIZE;
    if (facts->list_begun)
        return CODE_OK;
    if (facts->referral_has_live_offer)
        return E_CONFLICT;
    int64_t last_ms =
            facts->referral_ended_ms + (int64_t)LIFECYCLE_REOPEN_DAYS * TIME_DAY_MS;
    return facts->referral_ended_ms > 0 && facts->now_ms > last_ms ? E_TTL : CODE_OK;
}

static enum code ask_offer(const struct letter_core *core, const struct facts *facts)
{
    if (lifecycle_stands_alone(core->type) || is_new_offer(core, facts))
        return CODE_OK;
    /* Who is no party to an offer does not learn that it exists. */
    enum lifecycle_role side = side_of(core, facts);
    if (!facts->offer_known || side == N_LIFECYCLE_ROLES)
        return E_NOT_FOUND;
    bool unasked = is_unasked(facts->offer.state);
    if (unasked && side == LIFECYCLE_TARGET)
        return E_NOT_FOUND;
    /* Nor does the target of a candidate that was not asked. */
    if (unasked && core->class_ == LETTER_CLASS_RIGHTS)
        return E_TRANSITION;
    enum lifecycle_role writer = lifecycle_sender_of(core->type, core->event);
    if (writer != N_LIFECYCLE_ROLES && writer != side)
        return E_TRANSITION;
    if (!facts->same_referral)
        return E_FIELD;
    if (core->class_ == LETTER_CLASS_PERSONAL && !facts->same_consent)
        return E_CONSENT_NONE;
    return CODE_OK;
}

/* What is said apart from an offer and without a consent is not for a shop to say.
 * Within an offer it has no part: it is sent none. */
static enum code ask_alert(const struct letter_core *core, const struct facts *facts)
{
    bool apart =
            lifecycle_stands_alone(core->type) && core->class_ == LETTER_CLASS_CONTROL;
    return apart && facts->sender_alerts ? E_ALERT : CODE_OK;
}

/* Nobody is a coordinator by being written to as one, nor by writing as one. */
static enum code ask_mandate(const struct letter_core *core, const struct facts *facts)
{
    switch ((int)core->type) {
    case LETTER_TYPE_OVERVIEW:
    case LETTER_TYPE_CONCERN: return facts->recipient_coordinates ? CODE_OK : E_MANDATE;
    case LETTER_TYPE_PROPOSAL:
        /* It was, and somebody was faster: it is over. */
        if (!facts->sender_was_told && facts->told_it_is_over)
            return E_CONFLICT;
        return facts->sender_was_told ? CODE_OK : E_MANDATE;
    default: return CODE_OK;
    }
}

static enum code ask_forward(const struct letter_core *core, const struct facts *facts)
{
    if (core->event == OFFER_EVENT_FORWARD && !facts->forward_allowed)
        return E_CONSENT_ONWARD;
    bool onward = is_new_offer(core, facts) && facts->needs.onward_used > 0;
    return onward && facts->previous_party ? E_LOOP : CODE_OK;
}

static struct lifecycle_result step_of(const struct letter_core *core,
        const struct facts *facts)
{
    struct lifecycle_event event = {
            .event = core->event,
            .role = is_new_offer(core, facts) ? LIFECYCLE_SENDER : side_of(core, facts),
            .expected_version = core->expected_version,
            .due_ms = (int64_t)core->due_ms,
            .now_ms = facts->now_ms,
    };
    return lifecycle_step(&facts->offer, &event);
}

/* A preview for an offer that is there: sealed again at the version that is current, or
 * brought again in full to a store that lost it. Its target may have accepted before:
 * then the content comes with it. */
static enum code ask_preview_again(const struct letter_core *core,
        const struct facts *facts)
{
    bool brought = facts->restored && core->expected_version == 0;

    if (!is_before_accept(facts->offer.state))
        return brought && lifecycle_is_taken(facts->offer.state) ? CODE_OK
                                                                 : E_TRANSITION;
    if (core->expected_version == facts->offer.version)
        return CODE_OK;
    return brought ? CODE_OK : E_CONFLICT;
}

/* What a letter of each type means when it is taken; those that are not here mean
 * nothing. */
static const enum taking TAKINGS[] = {
        [LETTER_TYPE_NONE] = TAKE_NOTHING,
        [LETTER_TYPE_PREVIEW] = TAKE_NEW_OFFER,
        [LETTER_TYPE_CONTENT] = TAKE_CONTENT,
        [LETTER_TYPE_INFO_REQUEST] = TAKE_EVENT,
        [LETTER_TYPE_INFO_REPLY] = TAKE_EVENT,
        [LETTER_TYPE_TEXT] = TAKE_LETTER,
        [LETTER_TYPE_VISIT] = TAKE_LETTER,
        [LETTER_TYPE_SIGNAL] = TAKE_LETTER,
        [LETTER_TYPE_EVENT] = TAKE_EVENT,
        [LETTER_TYPE_ACCESS] = TAKE_LETTER,
        [LETTER_TYPE_RECTIFY] = TAKE_LETTER,
        [LETTER_TYPE_ERASE] = TAKE_LETTER,
        [LETTER_TYPE_RIGHTS_REPLY] = TAKE_LETTER,
        [LETTER_TYPE_OVERVIEW] = TAKE_LETTER,
        [LETTER_TYPE_PROPOSAL] = TAKE_LETTER,
        [LETTER_TYPE_CONCERN] = TAKE_LETTER,
        [LETTER_TYPE_SIGNAL_ANSWER] = TAKE_LETTER,
};

static enum taking taking_of(const struct letter_core *core, const struct facts *facts)
{
    enum taking taking =
            (size_t)core->type < COUNT_OF(TAKINGS) ? TAKINGS[core->type] : TAKE_NOTHING;
    if (taking == TAKE_NEW_OFFER && facts->offer_known)
        return TAKE_PREVIEW;
    if (taking == TAKE_EVENT && facts->restored && facts->brought_it_here)
        return TAKE_AGAIN;
    return taking;
}

static enum code ask_step(const struct letter_core *core, const struct facts *facts)
{
    enum taking taking = taking_of(core, facts);
    bool kept = taking == TAKE_PREVIEW || taking == TAKE_CONTENT;
    if (kept && is_of_lost_list(facts) && lifecycle_is_terminal(facts->offer.state))
        return CODE_OK;
    /* Its sender was asked to seal it again, and what it had sealed before was read in
     * the meantime. */
    if (kept && facts->read_before)
        return E_TRANSITION;
    if (taking == TAKE_PREVIEW)
        return ask_preview_again(core, facts);
    if (taking == TAKE_NEW_OFFER || taking == TAKE_EVENT)
        return step_of(core, facts).code;
    if (taking == TAKE_CONTENT && !is_before_accept(facts->offer.state))
        return lifecycle_is_taken(facts->offer.state) ? CODE_OK : E_TRANSITION;
    if (core->type == LETTER_TYPE_TEXT || core->type == LETTER_TYPE_VISIT)
        return lifecycle_is_taken(facts->offer.state) ? CODE_OK : E_TRANSITION;
    return taking == TAKE_NOTHING ? E_FIELD : CODE_OK;
}

/* It begins something under a consent, which is there, that names others as senders. */
static bool is_strangers(const struct letter_core *core, const struct facts *facts)
{
    const struct consent_case *needs = &facts->needs;
    bool begins = lifecycle_stands_alone(core->type) || is_new_offer(core, facts);

    return begins && needs->onward_used == 0 &&
           !consent_has_text(needs->capsule->senders, needs->capsule->n_senders,
                   core->sender);
}

/* Who accepts is about to be handed the content: what that needs is asked now. Of an
 * offer that came back without anything of it there is nothing to hand over; it is
 * asked of the content when that comes, and again when it leaves. */
static enum code ask_needs(const struct letter_core *core, const struct facts *facts)
{
    bool accept = core->event == OFFER_EVENT_ACCEPT;

    if (core->class_ != LETTER_CLASS_PERSONAL && !accept)
        return CODE_OK;
    /* Of who is not there nothing is known that a consent could be held to. */
    if (is_of_lost_list(facts) && !facts->recipient_live)
        return CODE_OK;
    if (accept && facts->restored && facts->content_unknown)
        return CODE_OK;
    enum code code = consent_decide(&facts->needs, facts->now_ms);
    bool ended = code == E_CONSENT_WITHDRAWN || code == E_CONSENT_CONFLICT ||
                 code == E_CONSENT_EXPIRED;
    /* Who has heard the id of a consent does not learn what became of it. */
    if (ended && is_strangers(core, facts))
        return E_CONSENT_RECIPIENT;
    bool many = is_new_offer(core, facts) &&
                facts->consent_offers >= DECIDE_CONSENT_OFFERS_MAX;
    return code == CODE_OK && many ? E_SIZE : code;
}

static const struct decide_rule RULES[] = {
        {"shape",     false, ask_shape    },
        {"clock",     true,  ask_clock    },
        {"term",      false, ask_term     },
        {"ends",      false, ask_ends     },
        {"key",       false, ask_key      },
        {"size",      false, ask_size     },
        {"directory", true,  ask_directory},
        {"room",      true,  ask_room     },
        {"referral",  false, ask_referral },
        {"offer",     false, ask_offer    },
        {"alert",     false, ask_alert    },
        {"mandate",   false, ask_mandate  },
        {"forward",   false, ask_forward  },
        {"step",      false, ask_step     },
        {"needs",     false, ask_needs    },
};

const struct decide_rule *decide_rules(size_t *n)
{
    *n = COUNT_OF(RULES);
    return RULES;
}

/* What its recipient says of itself: its keys, and its side of a partnership. */
static bool is_of_recipient(enum code code)
{
    return code == E_KEY || code == E_PARTNERSHIP || code == E_SECRECY;
}

/* After the loss of a store that, the capsule or the offer may only not be back yet:
 * then a no is none for ever. */
static bool may_come_back(const struct facts *facts, enum code code)
{
    bool lost = is_of_recipient(code) || code == E_CONSENT_NONE || code == E_NOT_FOUND;
    return lost && !facts->recipient_in_step;
}

/* A candidate of a lost list that has left, whose partnership has ended, or that has
 * stayed away for a day: its letters are taken with those of the others. When its turn
 * comes it is skipped, and they are handed to nobody: both ask again. */
static bool is_passed_over(const struct facts *facts, enum code code)
{
    bool gone = !facts->recipient_live || !facts->recipient_awaited;
    return gone && is_of_lost_list(facts) &&
           (code == E_UNREACHABLE || is_of_recipient(code));
}

/* Does it stay here for now? */
static bool is_lodged(const struct facts *facts, const struct decision *decision)
{
    if (decision->taking == TAKE_NEW_OFFER)
        return decision->step.to == OFFER_STATE_QUEUED;
    if (decision->taking == TAKE_PREVIEW)
        return facts->offer.state == OFFER_STATE_QUEUED;
    return decision->taking == TAKE_CONTENT && is_before_accept(facts->offer.state);
}

struct decision decide(const struct letter_core *core, const struct facts *facts)
{
    struct decision decision = {.taking = TAKE_NOTHING};

    for (size_t i = 0; i < COUNT_OF(RULES); i++) {
        decision.code = RULES[i].ask(core, facts);
        if (is_passed_over(facts, decision.code))
            decision.code = CODE_OK;
        if (decision.code == CODE_OK)
            continue;
        if (may_come_back(facts, decision.code))
            decision.code = E_CONSENT_STALE;
        decision.for_now = RULES[i].for_now || decision.code == E_CONSENT_STALE;
        return decision;
    }
    decision.taking = taking_of(core, facts);
    if (decision.taking == TAKE_NEW_OFFER || decision.taking == TAKE_EVENT)
        decision.step = step_of(core, facts);
    decision.lodge = is_lodged(facts, &decision);
    bool kept = decision.taking == TAKE_PREVIEW || decision.taking == TAKE_CONTENT;
    decision.recall = kept && lifecycle_is_terminal(facts->offer.state);
    return decision;
}

enum hand_over decide_hand_over(const struct hand_over_facts *facts, enum code *code)
{
    *code = E_TTL;
    if (facts->expires_ms <= facts->now_ms)
        return HAND_OVER_EXPIRE;
    *code = E_AUTH;
    if (!facts->recipient_live)
        return HAND_OVER_WAIT;
    if (!facts->sender_live)
        return facts->sender_suspended ? HAND_OVER_WAIT : HAND_OVER_RECALL;
    *code = CODE_OK;
    if (facts->class_ == LETTER_CLASS_CONTROL || facts->class_ == LETTER_CLASS_RIGHTS)
        return HAND_OVER_GO;
    *code = consent_decide(&facts->needs, facts->now_ms);
    if (*code == CODE_OK)
        return HAND_OVER_GO;
    return *code == E_CONSENT_STALE ? HAND_OVER_WAIT : HAND_OVER_RECALL;
}
