/* sim_evil_escalations.c - a coordinator that asks after what it was told of: too
 * early, without end, or when it coordinates there no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/coordinated.h"
#include "tests/peek.h"

enum { OVER_A_DAY = 5000, AT_ONCE = 50 };

static uint64_t refer(uint64_t consent, uint64_t reopens, const char *candidate)
{
    const struct world_referral referral = {.consent = consent,
            .candidate = candidate,
            .secret = "Rosa Voorbeeld",
            .reopens = reopens};
    const struct reply *reply = world_refer_as(HOME, &referral);

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

/* HOME has found nobody: both coordinators hear of it. */
static uint64_t stuck(uint64_t *consent)
{
    const struct world_consent wish = {
            .recipients = {TARGET, OTHER}
    };

    *consent = world_consent(HOME, &wish);
    uint64_t number = refer(*consent, 0, TARGET);
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 1);
    return number;
}

/* What the broker told this coordinator, and whoever is now in its place. */
struct words {
    struct evil *evil;
    struct span word;
    uint8_t bytes[SIGNED_BYTES_MAX];
};

static void on_word(void *self, struct sqlite3_stmt *row)
{
    struct words *words = self;
    size_t len = (size_t)sqlite3_column_bytes(row, 0);

    assert_in_range(len, 1, sizeof words->bytes);
    memcpy(words->bytes, sqlite3_column_blob(row, 0), len);
    words->word = (struct span){words->bytes, len};
}

static void turn_evil(struct words *words)
{
    *words = (struct words){.evil = NULL};
    peek_each(peek_of(REGIE_TWO), "SELECT bytes FROM proof WHERE kind = 17", on_word,
            words);
    assert_true(words->word.len > 0);
    words->evil = evil_new(REGIE_TWO);
    evil_connect(words->evil);
}

/* What the broker has said to it of escalations: it takes no mail. */
static int64_t n_told(void)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM mail m JOIN partner p ON p.no = m.partner"
            " WHERE m.kind = 6 AND p.name = '" REGIE_TWO "'");
}

static void show(const struct words *words)
{
    assert_string_equal(evil_publish(words->evil, &words->word, 1), "");
    world_pass(TIME_MINUTE_MS);
}

/* The store is lost, and nobody who knows has come back: it does not hear that all is
 * well, on no day. And then: not before all had their time. */
static void asked_before_anybody_knows(void **state)
{
    uint64_t consent;
    struct words words;

    (void)state;
    coordinated_fresh(961);
    (void)stuck(&consent);
    turn_evil(&words);
    sim_unplug(HOME, true);
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    for (int day = 0; day < 3; day++) {
        world_pass(TIME_DAY_MS);
        evil_come_back(words.evil);
        show(&words);
        assert_int_equal(n_told(), 0);
    }
    evil_free(words.evil);
    world_end();
}

/* While it is open nothing is said of it. When it is over each question is answered, by
 * a row of the log: so many on one day, and the next day again. */
static void asked_without_end(void **state)
{
    uint64_t consent;
    struct words words;
    struct span many[AT_ONCE];

    (void)state;
    coordinated_fresh(962);
    uint64_t number = stuck(&consent);
    turn_evil(&words);
    world_pass(26 * (int64_t)TIME_HOUR_MS);
    evil_come_back(words.evil);
    int64_t before = n_told();
    show(&words);
    assert_int_equal(n_told(), before);
    world_do(HOME, number, OFFER_EVENT_CANCEL);
    before = n_told();
    for (size_t i = 0; i < AT_ONCE; i++)
        many[i] = words.word;
    int64_t day_ms = sim_now() / TIME_DAY_MS;
    for (int i = 0; i <= OVER_A_DAY / AT_ONCE; i++)
        assert_string_equal(evil_publish(words.evil, many, AT_ONCE), "");
    assert_int_equal(sim_now() / TIME_DAY_MS, day_ms);
    assert_int_equal(n_told() - before, OVER_A_DAY);
    world_pass(TIME_DAY_MS);
    evil_come_back(words.evil);
    show(&words);
    assert_int_equal(n_told() - before, OVER_A_DAY + 1);
    evil_free(words.evil);
    world_end();
}

/* What was stuck is placed and gets stuck once more, under the number of before. Who
 * has no mandate by then hears neither that it is stuck nor that it is over, and cannot
 * ask after it. */
static void told_before_its_mandate_ended(void **state)
{
    uint64_t consent;
    struct words words;

    (void)state;
    coordinated_fresh(963);
    uint64_t number = stuck(&consent);
    turn_evil(&words);
    (void)refer(consent, number, OTHER);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 0);
    coordinated_mandate_over(words.evil);
    world_quiet();
    int64_t before = n_told();
    world_do(OTHER, 1, OFFER_EVENT_DECLINE);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 1);
    assert_int_equal(n_told(), before);
    show(&words);
    assert_int_equal(n_told(), before);
    world_do(HOME, number, OFFER_EVENT_CANCEL);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 0);
    assert_int_equal(n_told(), before);
    evil_free(words.evil);
    world_end();
}

/* The number under which the broker will say that this referral has no place: whoever
 * had a part in it can work it out. */
static struct id number_to_come(void)
{
    char hex[40] = "";
    struct id referral_id, id;

    peek_text(peek_of(NETWORK_BROKER), hex, sizeof hex,
            "SELECT hex(referral_id) FROM referral");
    for (size_t i = 0; i < sizeof referral_id.b; i++)
        referral_id.b[i] =
                (uint8_t)strtoul((char[3]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
    const struct span parts[] = {span_text("escalation"), SPAN_OF(referral_id),
            span_text(vocab_code(VOCAB_ESCALATION_CAUSE, ESCALATION_CAUSE_UNPLACED))};
    struct key32 hash = hash_sha256(parts, COUNT_OF(parts));
    memcpy(id.b, hash.b, sizeof id.b);
    return id;
}

/* A partner tells the coordinator something of its own under that number, before the
 * broker does: the coordinator hears of the referral all the same, and of its end; what
 * the partner told stays. */
static void told_under_the_number_of_another(void **state)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, OTHER}
    };

    (void)state;
    coordinated_fresh(964);
    uint64_t number = refer(world_consent(HOME, &wish), 0, TARGET);
    struct evil *evil = evil_new(OTHER);
    evil_connect(evil);
    const struct concern said = {.escalation_id = number_to_come(),
            .cause = ESCALATION_CAUSE_ERASE_MISSING,
            .partner = TARGET,
            .since_ms = (uint64_t)(sim_now() - TIME_HOUR_MS),
            .sender = ""};
    struct content content = {.concern = &said};
    struct letter_core core = {.recipient = REGIE,
            .on_behalf_of = "",
            .type = LETTER_TYPE_CONCERN,
            .level = LEVEL_S0,
            .urgency = URGENCY_ROUTINE,
            .area = COORDINATED_AREA,
            .referral_id = {{1}}};
    const struct span letter = evil_letter(evil, &core, &content);
    (void)evil_put(evil, NULL, 0, &letter, 1, MODE_DIRECT);
    assert_string_equal(evil_code(evil), "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 1);
    world_do(TARGET, 1, OFFER_EVENT_DECLINE);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 2);
    const struct escalation_list *unplaced = coordinated_list(false, true);
    assert_int_equal(unplaced->n_escalations, 1);
    assert_string_equal(unplaced->escalations[0].sender, HOME);
    world_do(HOME, number, OFFER_EVENT_CANCEL);
    assert_int_equal(coordinated_list(false, true)->n_escalations, 0);
    assert_int_equal(coordinated_list(false, false)->n_escalations, 1);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(asked_before_anybody_knows),
            cmocka_unit_test(asked_without_end),
            cmocka_unit_test(told_before_its_mandate_ended),
            cmocka_unit_test(told_under_the_number_of_another),
    };
    return cmocka_run_group_tests(tests, coordinated_setup, coordinated_teardown);
}
