/* unit_decide.c - what the broker takes and hands over: one letter that passes, and
 * everything that keeps it from passing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "broker/decide.h"
#include "core/seal.h"
#include "tests/consent_world.h"

/* A letter and what the broker knows. */
struct bench {
    struct world world;
    struct letter_core *core; /* of the world */
    struct facts facts;
};

static const struct decide_load ROOM = {.letters = 200, .bytes = 64 * 1024 * 1024};

/* A preview that starts an offer: everything holds. */
static void new_offer(struct bench *b)
{
    memset(b, 0, sizeof *b);
    world_make(&b->world);
    world_preview(&b->world);
    b->core = &b->world.core;
    b->core->msg_id = (struct id){{7}};
    b->core->offer_id = (struct id){{8}};
    b->core->referral_id = (struct id){{9}};
    b->core->event = OFFER_EVENT_OFFER;
    b->core->created_ms = (uint64_t)b->world.now_ms;
    b->core->expires_ms = (uint64_t)(b->world.now_ms + 20 * (int64_t)TIME_DAY_MS);
    b->core->size_class = 1;
    b->facts = (struct facts){
            .now_ms = b->world.now_ms,
            .sealed_bytes = seal_letter_bytes(1),
            .class_bytes = seal_letter_bytes(1),
            .sender_live = true,
            .recipient_live = true,
            .recipient_in_step = true,
            .reader_key_known = true,
            .reader_key_until_ms = b->world.now_ms + 7 * (int64_t)TIME_DAY_MS,
            .intake_open = true,
            .directory_age_days = 1,
            .pending_max = ROOM,
            .mailbox_max = ROOM,
            .mode = MODE_DIRECT,
            .n_candidates = 1,
            .offer = {.urgency = URGENCY_ROUTINE},
            .offer_sender = "homecare",
            .offer_target = "centre",
            .needs = b->world.facts,
    };
    b->facts.needs.core = b->core;
    b->facts.needs.capsule = &b->world.capsule;
}

/* The offer is there, in this state. */
static void of_offer(struct bench *b, enum offer_state state)
{
    new_offer(b);
    b->facts.offer_known = b->facts.same_referral = b->facts.same_consent = true;
    b->facts.offer.state = state;
    b->facts.offer.version = 3;
    b->core->event = OFFER_EVENT_NONE;
}

static void content(struct bench *b)
{
    of_offer(b, OFFER_STATE_REQUESTED);
    b->core->type = LETTER_TYPE_CONTENT;
    b->facts.needs.lodging = true;
}

static void late_content(struct bench *b)
{
    of_offer(b, OFFER_STATE_ACCEPTED);
    b->core->type = LETTER_TYPE_CONTENT;
    b->facts.needs.offer_accepted = true;
}

/* The consent names others as its senders. */
static void of_others(struct bench *b)
{
    static const char *const others[] = {"somebody"};

    b->world.capsule.senders = others;
    b->world.capsule.n_senders = COUNT_OF(others);
}

static void preview_again(struct bench *b)
{
    of_offer(b, OFFER_STATE_SEEN);
    b->core->event = OFFER_EVENT_OFFER;
    b->core->expected_version = 3;
}

/* What needs no consent names none. */
static void names_none(struct letter_core *core)
{
    core->consent_id = (struct id){{0}};
    core->purpose = 0;
    core->n_data_categories = 0;
}

/* An event of the target; its needs are those of the content that it asks for. */
static void accept(struct bench *b)
{
    static struct letter_core asked;
    of_offer(b, OFFER_STATE_SEEN);
    asked = *b->core;
    asked.type = LETTER_TYPE_CONTENT;
    b->facts.needs.core = &asked;
    b->facts.needs.lodging = true;
    names_none(b->core);
    b->core->class_ = LETTER_CLASS_CONTROL;
    b->core->type = LETTER_TYPE_EVENT;
    b->core->event = OFFER_EVENT_ACCEPT;
    b->core->expected_version = 3;
    b->core->sender = "centre";
    b->core->recipient = "homecare";
}

static void decline(struct bench *b)
{
    accept(b);
    b->core->event = OFFER_EVENT_DECLINE;
    /* A control letter needs nothing but the offer. */
    b->facts.needs = (struct consent_case){.core = NULL};
}

/* Of a referral that nobody took: it goes to nobody, and no key bounds it. */
static void given_up(struct bench *b)
{
    decline(b);
    b->facts.offer.state = OFFER_STATE_DECLINED;
    b->core->event = OFFER_EVENT_CANCEL;
    b->core->sender = "homecare";
    b->core->recipient = "centre";
    b->facts.reader_key_known = false;
    b->core->expires_ms =
            (uint64_t)b->facts.now_ms + (uint64_t)DECIDE_TERM_DAYS_MAX * TIME_DAY_MS;
}

static void text(struct bench *b)
{
    of_offer(b, OFFER_STATE_IN_PROGRESS);
    b->core->type = LETTER_TYPE_TEXT;
    b->facts.needs.offer_accepted = true;
}

/* Of the sender, about what its target holds. */
static void access_asked(struct bench *b)
{
    of_offer(b, OFFER_STATE_IN_PROGRESS);
    names_none(b->core);
    b->core->class_ = LETTER_CLASS_RIGHTS;
    b->core->type = LETTER_TYPE_ACCESS;
}

/* A candidate of a list, and what of it is sealed again while it waits. */
static void listed(struct bench *b)
{
    new_offer(b);
    b->facts.mode = MODE_SEQUENTIAL;
    b->facts.n_candidates = 3;
    b->facts.offer.listed = true;
    b->facts.intake_open = false;
}

static void listed_second(struct bench *b)
{
    listed(b);
    b->facts.referral_known = b->facts.list_begun = true;
    b->facts.referral_has_live_offer = true;
}

static void queued_preview(struct bench *b)
{
    preview_again(b);
    b->facts.offer.state = OFFER_STATE_QUEUED;
}

static void queued_content(struct bench *b)
{
    content(b);
    b->facts.offer.state = OFFER_STATE_QUEUED;
}

static void signal_letter(struct bench *b)
{
    new_offer(b);
    b->core->type = LETTER_TYPE_SIGNAL;
    b->core->event = OFFER_EVENT_NONE;
    b->core->offer_id = (struct id){{0}};
    b->facts.needs.offer_sender = b->facts.needs.offer_target = NULL;
    b->facts.offer_sender = b->facts.offer_target = NULL;
}

/* To who coordinates, under a consent that names it. */
static void overview(struct bench *b)
{
    signal_letter(b);
    b->core->type = LETTER_TYPE_OVERVIEW;
    b->facts.recipient_coordinates = true;
}

static void proposal(struct bench *b)
{
    signal_letter(b);
    names_none(b->core);
    b->core->type = LETTER_TYPE_PROPOSAL;
    b->core->class_ = LETTER_CLASS_CONTROL;
    b->facts.sender_was_told = true;
    b->facts.needs = (struct consent_case){.core = NULL};
}

static void concern(struct bench *b)
{
    proposal(b);
    b->core->type = LETTER_TYPE_CONCERN;
    b->facts.sender_was_told = false;
    b->facts.recipient_coordinates = true;
}

static void signal_answer(struct bench *b)
{
    proposal(b);
    b->core->type = LETTER_TYPE_SIGNAL_ANSWER;
    b->facts.sender_was_told = false;
}

static const struct {
    const char *name;
    void (*make)(struct bench *b);
    enum taking taking;
    bool lodge;
} GOOD[] = {
        {"a new offer",                       new_offer,      TAKE_NEW_OFFER, false},
        {"its content, to be kept",           content,        TAKE_CONTENT,   true },
        {"content after the accept",          late_content,   TAKE_CONTENT,   false},
        {"a preview that is sealed anew",     preview_again,  TAKE_PREVIEW,   false},
        {"an accept",                         accept,         TAKE_EVENT,     false},
        {"a decline",                         decline,        TAKE_EVENT,     false},
        {"given up, as long as it may be",    given_up,       TAKE_EVENT,     false},
        {"a text",                            text,           TAKE_LETTER,    false},
        {"a signal",                          signal_letter,  TAKE_LETTER,    false},
        {"what a coordinator may see",        overview,       TAKE_LETTER,    false},
        {"whom a coordinator proposes",       proposal,       TAKE_LETTER,    false},
        {"what a coordinator has to look at", concern,        TAKE_LETTER,    false},
        {"a question of rights",              access_asked,   TAKE_LETTER,    false},
        {"a candidate of a list",             listed,         TAKE_NEW_OFFER, true },
        {"the next one",                      listed_second,  TAKE_NEW_OFFER, true },
        {"its preview sealed anew",           queued_preview, TAKE_PREVIEW,   true },
        {"its content sealed anew",           queued_content, TAKE_CONTENT,   true },
};

static void each_kind_of_letter_passes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        struct bench b;
        GOOD[i].make(&b);
        struct decision decision = decide(b.core, &b.facts);
        print_message("%s\n", GOOD[i].name);
        assert_string_equal(code_name(decision.code), code_name(CODE_OK));
        assert_int_equal(decision.taking, GOOD[i].taking);
        assert_int_equal(decision.lodge, GOOD[i].lodge);
        assert_false(decision.for_now);
    }
}

/* One change to a letter that passes, and the code that it then gets. */
#define NO(name, make, change, code, for_now)                                          \
    static void name(struct bench *b)                                                  \
    {                                                                                  \
        make(b);                                                                       \
        change;                                                                        \
    }
/* clang-format off */
#define NOES(X) \
    X(no_class, new_offer, b->core->class_ = LETTER_CLASS_NONE, E_FIELD, false) \
    X(other_class, new_offer, b->core->class_ = LETTER_CLASS_CONTROL, E_FIELD, false) \
    X(no_consent_id, new_offer, b->core->consent_id = (struct id){{0}}, E_CONSENT_NONE, false) \
    X(no_urgency, new_offer, b->core->urgency = 0, E_FIELD, false) \
    X(accept_with_date, accept, b->core->due_ms = 1, E_FIELD, false) \
    X(decline_of_a_consent, decline, b->core->purpose = 1, E_FIELD, false) \
    X(no_offer_id, new_offer, b->core->offer_id = (struct id){{0}}, E_FIELD, false) \
    X(event_of_other_type, text, b->core->event = OFFER_EVENT_ACCEPT, E_TRANSITION, false) \
    X(word_of_the_broker, decline, b->core->event = OFFER_EVENT_EXPIRE, E_TRANSITION, false) \
    X(signal_with_event, signal_letter, b->core->event = OFFER_EVENT_ACCEPT, E_FIELD, false) \
    X(only_one_party, text, b->facts.offer_target = NULL, E_NOT_FOUND, false) \
    X(sender_to_another, text, b->core->recipient = "somebody", E_NOT_FOUND, false) \
    X(target_to_another, accept, b->core->recipient = "somebody", E_NOT_FOUND, false) \
    X(preview_moved_on_and_back, preview_again, (b->core->expected_version = 2, b->facts.restored = true), E_CONFLICT, false) \
    X(signal_with_offer, signal_letter, b->core->offer_id = (struct id){{1}}, E_FIELD, false) \
    X(clock_ahead, new_offer, b->core->created_ms += DECIDE_CLOCK_MS + 1, E_CLOCK, true) \
    X(term_over, new_offer, b->core->expires_ms = (uint64_t)b->facts.now_ms, E_TTL, false) \
    X(term_too_long, given_up, b->core->expires_ms++, E_TTL, false) \
    X(term_below_zero, given_up, b->core->expires_ms = (uint64_t)1 << 63, E_TTL, false) \
    X(sender_gone, new_offer, b->facts.sender_live = false, E_AUTH, false) \
    X(recipient_gone, new_offer, b->facts.recipient_live = false, E_UNREACHABLE, false) \
    X(to_itself, new_offer, b->core->recipient = "homecare", E_FIELD, false) \
    X(unknown_key, new_offer, b->facts.reader_key_known = false, E_KEY, false) \
    X(outlives_key, new_offer, b->core->expires_ms += 2 * TIME_DAY_MS, E_TTL, false) \
    X(no_size_class, new_offer, b->facts.class_bytes = 0, E_SIZE, false) \
    X(other_size, new_offer, b->facts.sealed_bytes++, E_SIZE, false) \
    X(large_preview, new_offer, (b->core->size_class = 3, b->facts.sealed_bytes = b->facts.class_bytes = seal_letter_bytes(3)), E_SIZE, false) \
    X(old_directory, new_offer, b->facts.directory_age_days = DIRECTORY_NO_REFERRALS_DAYS, E_DIRECTORY, true) \
    X(old_directory_signal, signal_letter, b->facts.directory_age_days = DIRECTORY_NO_REFERRALS_DAYS, E_DIRECTORY, true) \
    X(disk, new_offer, b->facts.disk_low = true, E_DISK, true) \
    X(pending_letters, new_offer, b->facts.pending.letters = ROOM.letters, E_BUSY, true) \
    X(pending_bytes, new_offer, b->facts.pending.bytes = ROOM.bytes, E_BUSY, true) \
    X(mailbox_letters, new_offer, b->facts.mailbox.letters = ROOM.letters, E_BUSY, true) \
    X(mailbox_bytes, new_offer, b->facts.mailbox.bytes = ROOM.bytes, E_BUSY, true) \
    X(crisis_beyond_the_room, new_offer, (b->core->urgency = URGENCY_CRISIS, b->facts.pending.letters = ROOM.letters * 3 / 2), E_BUSY, true) \
    X(twice_the_room, decline, b->facts.mailbox.letters = 2 * ROOM.letters, E_BUSY, true) \
    X(no_mode, new_offer, b->facts.mode = MODE_NONE, E_FIELD, false) \
    X(two_at_once, new_offer, b->facts.n_candidates = 2, E_FIELD, false) \
    X(without_content, new_offer, b->facts.n_candidates = 0, E_FIELD, false) \
    X(list_of_none, new_offer, (b->facts.mode = MODE_SEQUENTIAL, b->facts.n_candidates = 0), E_FIELD, false) \
    X(list_of_other, new_offer, (b->facts.mode = MODE_SEQUENTIAL, b->facts.referral_known = true), E_ID_REUSE, false) \
    X(list_while_live, new_offer, (b->facts.mode = MODE_FIRST_CLAIM, b->facts.referral_known = b->facts.referral_of_sender = b->facts.referral_has_live_offer = true), E_CONFLICT, false) \
    X(delicate_race, new_offer, (b->facts.mode = MODE_FIRST_CLAIM, b->facts.needs.first_claim = true, b->core->level = LEVEL_S2, b->world.capsule.level_max = LEVEL_S2), E_SECRECY, false) \
    X(intake_full, new_offer, b->facts.intake_open = false, E_BUSY, false) \
    X(referral_of_other, new_offer, b->facts.referral_known = true, E_ID_REUSE, false) \
    X(referral_live, new_offer, (b->facts.referral_known = b->facts.referral_of_sender = b->facts.referral_has_live_offer = true), E_CONFLICT, false) \
    X(referral_offered_without_end, new_offer, (b->facts.referral_known = b->facts.referral_of_sender = true, b->facts.referral_offers = DECIDE_REFERRAL_OFFERS_MAX), E_SIZE, false) \
    X(list_beyond_the_end, listed_second, b->facts.referral_offers = DECIDE_REFERRAL_OFFERS_MAX, E_SIZE, false) \
    X(full_referral_of_other, new_offer, (b->facts.referral_known = true, b->facts.referral_offers = DECIDE_REFERRAL_OFFERS_MAX), E_ID_REUSE, false) \
    X(consent_offered_without_end, new_offer, b->facts.consent_offers = DECIDE_CONSENT_OFFERS_MAX, E_SIZE, false) \
    X(full_consent_withdrawn, new_offer, (b->facts.consent_offers = DECIDE_CONSENT_OFFERS_MAX, b->facts.needs.withdrawn = true), E_CONSENT_WITHDRAWN, false) \
    X(reopened_late, new_offer, (b->facts.referral_known = b->facts.referral_of_sender = true, b->facts.referral_ended_ms = b->facts.now_ms - 15 * (int64_t)TIME_DAY_MS), E_TTL, false) \
    X(referral_closed, new_offer, b->facts.offer.closed = true, E_TRANSITION, false) \
    X(unknown_offer, decline, b->facts.offer_known = false, E_NOT_FOUND, false) \
    X(overview_to_anybody, overview, b->facts.recipient_coordinates = false, E_MANDATE, false) \
    X(overview_of_all, overview, b->world.capsule.n_preview_categories = 0, E_CONSENT_DATA, false) \
    X(large_answer, signal_answer, (b->core->size_class = 2, b->facts.sealed_bytes = b->facts.class_bytes = seal_letter_bytes(2)), E_SIZE, false) \
    X(large_overview, overview, (b->core->size_class = 3, b->facts.sealed_bytes = b->facts.class_bytes = seal_letter_bytes(3)), E_SIZE, false) \
    X(overview_of_an_offer, overview, b->core->offer_id = (struct id){{8}}, E_FIELD, false) \
    X(proposal_of_a_shop, proposal, b->facts.sender_alerts = true, E_ALERT, false) \
    X(concern_of_a_shop, concern, b->facts.sender_alerts = true, E_ALERT, false) \
    X(answer_of_a_shop, signal_answer, b->facts.sender_alerts = true, E_ALERT, false) \
    X(proposal_of_anybody, proposal, b->facts.sender_was_told = false, E_MANDATE, false) \
    X(proposal_with_an_event, proposal, b->core->event = OFFER_EVENT_ACCEPT, E_FIELD, false) \
    X(concern_to_anybody, concern, b->facts.recipient_coordinates = false, E_MANDATE, false) \
    X(no_party, decline, b->facts.offer_target = "somebody", E_NOT_FOUND, false) \
    X(not_asked_yet, accept, b->facts.offer.state = OFFER_STATE_QUEUED, E_NOT_FOUND, false) \
    X(never_asked, decline, b->facts.offer.state = OFFER_STATE_SKIPPED, E_NOT_FOUND, false) \
    X(rights_of_nobody, access_asked, b->facts.offer.state = OFFER_STATE_QUEUED, E_TRANSITION, false) \
    X(preview_of_skipped, preview_again, b->facts.offer.state = OFFER_STATE_SKIPPED, E_TRANSITION, false) \
    X(no_parties, text, b->facts.offer_sender = NULL, E_NOT_FOUND, false) \
    X(not_theirs_to_say, accept, (b->core->sender = "homecare", b->core->recipient = "centre"), E_TRANSITION, false) \
    X(other_referral, decline, b->facts.same_referral = false, E_FIELD, false) \
    X(other_consent, text, b->facts.same_consent = false, E_CONSENT_NONE, false) \
    X(too_far, accept, b->core->event = OFFER_EVENT_FORWARD, E_CONSENT_ONWARD, false) \
    X(back_to_a_party, new_offer, (b->facts.needs.onward_used = 1, b->facts.previous_party = true), E_LOOP, false) \
    X(moved_on, accept, b->core->expected_version = 2, E_CONFLICT, false) \
    X(somebody_won, accept, b->facts.offer.winner_taken = true, E_CONFLICT, false) \
    X(ended, accept, b->facts.offer.state = OFFER_STATE_DECLINED, E_TRANSITION, false) \
    X(content_of_ended, content, b->facts.offer.state = OFFER_STATE_EXPIRED, E_TRANSITION, false) \
    X(text_before_accept, text, b->facts.offer.state = OFFER_STATE_SEEN, E_TRANSITION, false) \
    X(preview_moved_on, preview_again, b->core->expected_version = 0, E_CONFLICT, false) \
    X(preview_after_accept, preview_again, b->facts.offer.state = OFFER_STATE_ACCEPTED, E_TRANSITION, false) \
    X(no_capsule, new_offer, b->facts.needs.capsule = NULL, E_CONSENT_NONE, false) \
    X(accept_without_capsule, accept, b->facts.needs.capsule = NULL, E_CONSENT_NONE, false) \
    X(withdrawn, text, b->facts.needs.withdrawn = true, E_CONSENT_WITHDRAWN, false) \
    X(withdrawn_accept, accept, b->facts.needs.withdrawn = true, E_CONSENT_WITHDRAWN, false) \
    X(withdrawn_own, new_offer, b->facts.needs.withdrawn = true, E_CONSENT_WITHDRAWN, false) \
    X(withdrawn_of_others, new_offer, (of_others(b), b->facts.needs.withdrawn = true), E_CONSENT_RECIPIENT, false) \
    X(void_of_others, new_offer, (of_others(b), b->facts.needs.conflict = true), E_CONSENT_RECIPIENT, false) \
    X(withdrawn_on_its_way, new_offer, (of_others(b), b->facts.needs.onward_used = 1, b->facts.needs.withdrawn = true), E_CONSENT_WITHDRAWN, false) \
    X(expired_own, new_offer, b->world.capsule.until_day = b->world.capsule.from_day, E_CONSENT_EXPIRED, false) \
    X(expired_of_others, new_offer, (of_others(b), b->world.capsule.until_day = b->world.capsule.from_day), E_CONSENT_RECIPIENT, false) \
    X(stale, new_offer, b->facts.needs.stale = true, E_CONSENT_STALE, true) \
    X(no_partnership, new_offer, b->facts.needs.partnership.state = PARTNERSHIP_ONE_SIDED, E_PARTNERSHIP, false)
/* clang-format on */
NOES(NO)

#define NO_ROW(name, make, change, code, for_now) {#name, name, code, for_now},
static const struct {
    const char *name;
    void (*make)(struct bench *b);
    enum code code;
    bool for_now;
} NO_ROWS[] = {NOES(NO_ROW)};

static void one_change_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(NO_ROWS); i++) {
        struct bench b;
        NO_ROWS[i].make(&b);
        struct decision decision = decide(b.core, &b.facts);
        if (decision.code != NO_ROWS[i].code || decision.for_now != NO_ROWS[i].for_now)
            fail_msg("%s: %s, for now %d", NO_ROWS[i].name, code_name(decision.code),
                    decision.for_now);
        assert_int_equal(decision.taking, TAKE_NOTHING);
    }
}

/* Nothing known is nothing allowed: a letter that would pass gets no further when any
 * one fact that allows it is missing. */
static void nothing_known_denies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        struct bench b;
        GOOD[i].make(&b);
        struct facts none = {.now_ms = b.facts.now_ms};
        assert_int_not_equal(decide(b.core, &none).code, CODE_OK);
    }
}

static void each_rule_says_no_to_something(void **state)
{
    size_t n_rules;
    const struct decide_rule *rules = decide_rules(&n_rules);

    (void)state;
    for (size_t r = 0; r < n_rules; r++) {
        bool said_no = false;
        for (size_t i = 0; !said_no && i < COUNT_OF(NO_ROWS); i++) {
            struct bench b;
            NO_ROWS[i].make(&b);
            said_no = rules[r].ask(b.core, &b.facts) != CODE_OK;
        }
        if (!said_no)
            fail_msg("rule %s never refuses", rules[r].name);
    }
}

/* What a store that was lost gets back. */
static void what_was_lost_comes_back(void **state)
{
    struct bench b;

    (void)state;
    preview_again(&b);
    b.core->expected_version = 0;
    b.facts.restored = true;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_PREVIEW);
    /* What was sealed before was read in the meantime. */
    b.facts.read_before = true;
    assert_int_equal(decide(b.core, &b.facts).code, E_TRANSITION);
    b.facts.read_before = false;
    /* It was accepted before it came back: its content comes with it. */
    b.facts.offer.state = OFFER_STATE_ACCEPTED;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_PREVIEW);
    b.facts.offer.state = OFFER_STATE_CANCELLED;
    assert_int_equal(decide(b.core, &b.facts).code, E_TRANSITION);
    /* With others of its list it does not keep these out. */
    b.facts.among_others = true;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_PREVIEW);
    assert_true(decide(b.core, &b.facts).recall);
    /* Nor does one of whom the directory knows nothing, whatever is awaited of it. */
    b.facts.recipient_live = false;
    b.facts.recipient_awaited = true;
    assert_true(decide(b.core, &b.facts).recall);
    b.facts.restored = false;
    assert_int_equal(decide(b.core, &b.facts).code, E_UNREACHABLE);
    /* Still a candidate, and it has left: nothing of its own is asked. */
    b.facts.restored = true;
    b.facts.offer.state = OFFER_STATE_QUEUED;
    b.facts.reader_key_known = false;
    uint16_t type = b.facts.needs.recipient_type;
    b.facts.needs.recipient_type = 0;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_PREVIEW);
    assert_true(decide(b.core, &b.facts).lodge);
    /* It is there: what it says of itself is awaited first, and then given up. */
    b.facts.recipient_live = true;
    b.facts.recipient_in_step = false;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_STALE);
    b.facts.recipient_awaited = false;
    b.facts.needs.recipient_type = type;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_PREVIEW);
    /* Alone it is refused. */
    b.facts.among_others = false;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_STALE);
    b.facts.recipient_in_step = true;
    assert_int_equal(decide(b.core, &b.facts).code, E_KEY);
    /* What the person has said of all of them is asked of each. */
    b.facts.among_others = b.facts.reader_key_known = true;
    b.facts.needs.withdrawn = true;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_WITHDRAWN);
    b.facts.needs.withdrawn = false;
    b.facts.among_others = false;
    b.facts.offer.state = OFFER_STATE_ACCEPTED;
    b.facts.restored = false;
    assert_int_equal(decide(b.core, &b.facts).code, E_TRANSITION);
    accept(&b);
    b.core->expected_version = 2;
    b.facts.restored = true;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONFLICT);
    b.facts.brought_it_here = true;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_AGAIN);
    /* Nothing of what the accept would hand over is back yet. */
    accept(&b);
    b.facts.needs.core = NULL;
    assert_int_not_equal(decide(b.core, &b.facts).code, CODE_OK);
    b.facts.content_unknown = true;
    assert_int_not_equal(decide(b.core, &b.facts).code, CODE_OK);
    b.facts.restored = true;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_EVENT);
}

static void a_crisis_fits_where_nothing_else_new_does(void **state)
{
    struct bench b;

    (void)state;
    new_offer(&b);
    b.facts.pending.letters = b.facts.mailbox.letters = ROOM.letters;
    b.facts.mailbox.bytes = ROOM.bytes;
    assert_int_equal(decide(b.core, &b.facts).code, E_BUSY);
    b.core->urgency = URGENCY_CRISIS;
    assert_int_equal(decide(b.core, &b.facts).code, CODE_OK);
}

static void a_list_of_candidates_and_a_step_further(void **state)
{
    struct bench b;

    (void)state;
    new_offer(&b);
    b.facts.mode = MODE_SEQUENTIAL;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_NEW_OFFER);
    /* A hand further, to somebody who did not have it yet. */
    b.facts.needs.onward_used = 1;
    b.facts.needs.capsule = &b.world.capsule;
    assert_int_not_equal(decide(b.core, &b.facts).code, E_LOOP);
    accept(&b);
    b.core->event = OFFER_EVENT_FORWARD;
    b.facts.forward_allowed = true;
    assert_int_not_equal(decide(b.core, &b.facts).code, E_CONSENT_ONWARD);
}

/* What may come in which state of the offer. */
static void each_state_takes_its_letters(void **state)
{
    (void)state;
    for (int at = OFFER_STATE_REQUESTED; at <= OFFER_STATE_IN_ERROR; at++) {
        bool before = at <= OFFER_STATE_WAITLISTED;
        bool after = at >= OFFER_STATE_ACCEPTED && at <= OFFER_STATE_ON_HOLD;
        struct bench b;
        preview_again(&b);
        b.facts.offer.state = (enum offer_state)at;
        assert_int_equal(decide(b.core, &b.facts).code == CODE_OK, before);
        text(&b);
        b.facts.offer.state = (enum offer_state)at;
        assert_int_equal(decide(b.core, &b.facts).code == CODE_OK, after);
        b.core->type = LETTER_TYPE_VISIT;
        assert_int_equal(decide(b.core, &b.facts).code == CODE_OK, after);
        content(&b);
        b.facts.offer.state = (enum offer_state)at;
        assert_int_equal(decide(b.core, &b.facts).lodge, before);
    }
}

/* Each rule holds by itself: a type that is none is refused by the step too. */
static void a_type_that_is_none_makes_no_step(void **state)
{
    static const int types[] = {LETTER_TYPE_NONE, LETTER_TYPE_SIGNAL_ANSWER + 1, 1000};
    size_t n_rules;
    const struct decide_rule *rules = decide_rules(&n_rules);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        struct bench b;
        new_offer(&b);
        b.core->type = (enum letter_type)types[i];
        assert_int_equal(decide(b.core, &b.facts).code, E_FIELD);
        for (size_t r = 0; r < n_rules; r++)
            if (strcmp(rules[r].name, "step") == 0)
                assert_int_equal(rules[r].ask(b.core, &b.facts), E_FIELD);
    }
}

/* Its keys and its side of a partnership may be on their way. */
static void a_recipient_that_is_not_back_yet(void **state)
{
    struct bench b;

    (void)state;
    new_offer(&b);
    b.facts.recipient_in_step = false;
    assert_int_equal(decide(b.core, &b.facts).code, CODE_OK);
    b.facts.reader_key_known = false;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_STALE);
    assert_true(decide(b.core, &b.facts).for_now);
    accept(&b);
    b.facts.recipient_in_step = false;
    b.facts.offer_known = false;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_STALE);
    text(&b);
    b.facts.recipient_in_step = false;
    b.facts.same_consent = false;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_STALE);
    new_offer(&b);
    b.facts.recipient_in_step = false;
    b.facts.needs.partnership.state = PARTNERSHIP_ONE_SIDED;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_STALE);
    signal_letter(&b);
    b.facts.recipient_in_step = false;
    b.facts.needs.sender_type = b.facts.needs.recipient_type = 0;
    b.world.capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_STALE);
    new_offer(&b);
    b.facts.recipient_in_step = false;
    b.facts.needs.withdrawn = true;
    assert_int_equal(decide(b.core, &b.facts).code, E_CONSENT_WITHDRAWN);
    assert_false(decide(b.core, &b.facts).for_now);
}

static void reopening_within_two_weeks(void **state)
{
    struct bench b;

    (void)state;
    new_offer(&b);
    b.facts.referral_known = b.facts.referral_of_sender = true;
    b.facts.referral_ended_ms = b.facts.now_ms - 14 * (int64_t)TIME_DAY_MS;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_NEW_OFFER);
    /* The next candidate of one that never ended well. */
    b.facts.referral_ended_ms = 0;
    assert_int_equal(decide(b.core, &b.facts).taking, TAKE_NEW_OFFER);
}

/* ---- hand-over ---- */

static void hand_over_facts(struct bench *b, struct hand_over_facts *facts)
{
    text(b);
    *facts = (struct hand_over_facts){
            .now_ms = b->facts.now_ms,
            .expires_ms = (int64_t)b->core->expires_ms,
            .recipient_live = true,
            .sender_live = true,
            .class_ = LETTER_CLASS_PERSONAL,
            .needs = b->facts.needs,
    };
}

static void a_hand_over_asks_again(void **state)
{
    struct hand_over_facts facts;
    struct bench b;
    enum code code;

    (void)state;
    hand_over_facts(&b, &facts);
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_GO);
    facts.needs.withdrawn = true;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_RECALL);
    assert_int_equal(code, E_CONSENT_WITHDRAWN);
    /* Words of control pass also then. */
    facts.class_ = LETTER_CLASS_CONTROL;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_GO);

    hand_over_facts(&b, &facts);
    facts.class_ = LETTER_CLASS_NONE;
    facts.needs.capsule = NULL;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_RECALL);

    hand_over_facts(&b, &facts);
    facts.needs.stale = true;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_WAIT);

    hand_over_facts(&b, &facts);
    facts.expires_ms = facts.now_ms;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_EXPIRE);

    hand_over_facts(&b, &facts);
    facts.recipient_live = false;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_WAIT);
    assert_int_equal(code, E_AUTH);

    hand_over_facts(&b, &facts);
    facts.class_ = LETTER_CLASS_RIGHTS;
    facts.needs.capsule = NULL;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_GO);

    hand_over_facts(&b, &facts);
    facts.sender_live = false;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_RECALL);
    facts.sender_suspended = true;
    assert_int_equal(decide_hand_over(&facts, &code), HAND_OVER_WAIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_kind_of_letter_passes),
            cmocka_unit_test(one_change_is_refused),
            cmocka_unit_test(nothing_known_denies),
            cmocka_unit_test(each_rule_says_no_to_something),
            cmocka_unit_test(what_was_lost_comes_back),
            cmocka_unit_test(a_crisis_fits_where_nothing_else_new_does),
            cmocka_unit_test(a_list_of_candidates_and_a_step_further),
            cmocka_unit_test(each_state_takes_its_letters),
            cmocka_unit_test(a_type_that_is_none_makes_no_step),
            cmocka_unit_test(a_recipient_that_is_not_back_yet),
            cmocka_unit_test(reopening_within_two_weeks),
            cmocka_unit_test(a_hand_over_asks_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
