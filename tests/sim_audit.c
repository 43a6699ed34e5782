/* sim_audit.c - every node checks the broker's audit log: what was promised a leaf is
 * proved, and each thing that a broker gone bad can do to its log is found and named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/spool.h"
#include "tests/evil_log.h"
#include "tests/evil_node.h"
#include "tests/peek.h"
#include "tests/world.h"

static const char HOME[] = "thuiszorg";
static const char OTHER[] = "aksant";

static void begin(void)
{
    world_fresh(62);
}

static uint64_t refer(void)
{
    const struct world_consent wish = {.recipients = {OTHER}};
    const struct reply *reply =
            world_refer(HOME, world_consent(HOME, &wish), OTHER, "Rosa Voorbeeld");

    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

/* How many of what the node keeps are in this state. */
static int64_t count(const char *id, enum audit_state state)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM proof WHERE state = %d",
            state);
}

static int64_t findings(const char *id)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM finding");
}

static void assert_found(const char *id, const char *code)
{
    char found[64] = "";
    peek_text(peek_of(id), found, sizeof found,
            "SELECT group_concat(code) FROM (SELECT code FROM finding GROUP BY code "
            "ORDER BY code DESC)");
    assert_string_equal(found, code);
}

/* ------------------------------------------------------------ an honest broker */

static void everything_is_proved_within_a_minute(void **state)
{
    (void)state;
    begin();
    (void)refer();
    uint64_t got = world_newest(OTHER, CASE_BOX_NONE);
    world_do(OTHER, got, OFFER_EVENT_ACCEPT);
    world_do(OTHER, got, OFFER_EVENT_START);
    assert_true(count(HOME, AUDIT_WAITING) > 0 && count(OTHER, AUDIT_WAITING) > 0);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(count(HOME, AUDIT_WAITING), 0);
    assert_int_equal(count(OTHER, AUDIT_WAITING), 0);
    /* Taken, read, decided: the words of each letter, on both sides. */
    assert_true(count(HOME, AUDIT_PROVED) >= 9);
    assert_true(count(OTHER, AUDIT_PROVED) >= 8);
    assert_int_equal(findings(HOME) + findings(OTHER), 0);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM proof WHERE leaf IS NULL OR "
                             "path IS NULL OR checkpoint = 0"),
            0);
    world_end();
}

static void ends_and_withdrawals_are_proved(void **state)
{
    (void)state;
    begin();
    const struct world_consent wish = {.recipients = {OTHER}};
    uint64_t consent = world_consent(HOME, &wish);
    assert_string_equal(world_refer(HOME, consent, OTHER, "Rosa Voorbeeld")->code, "");
    world_quiet();
    world_withdraw(HOME, consent);
    world_quiet();
    /* And one that is declined: the broker takes its content back. */
    (void)refer();
    world_do(OTHER, world_newest(OTHER, CASE_BOX_NONE), OFFER_EVENT_DECLINE);
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(count(HOME, AUDIT_WAITING), 0);
    assert_int_equal(findings(HOME) + findings(OTHER), 0);
    static const enum kind KINDS[] = {KIND_RECEIPT, KIND_OFFER_STATUS, KIND_WITHDRAWAL};
    for (size_t i = 0; i < COUNT_OF(KINDS); i++)
        assert_true(peek_number(peek_of(HOME),
                            "SELECT count(*) FROM proof WHERE state = 1 AND kind = %d",
                            KINDS[i]) > 0);
    assert_true(peek_number(peek_of(OTHER),
                        "SELECT count(*) FROM proof WHERE state = 1 AND kind = %d",
                        KIND_LETTER) > 0);
    /* Who is told of a withdrawal can prove it like who signed it. */
    assert_int_equal(count(OTHER, AUDIT_WAITING), 0);
    assert_int_equal(
            peek_number(peek_of(OTHER),
                    "SELECT count(*) FROM proof WHERE state = 1 AND kind = %d AND "
                    "log_leaf > 0",
                    KIND_WITHDRAWAL),
            1);
    world_end();
}

/* By who was told of it, at the ends of a case that the target took back. */
static void a_withdrawal_by_the_target_is_proved_at_the_collector(void **state)
{
    (void)state;
    begin();
    (void)refer();
    uint64_t got = world_newest(OTHER, CASE_BOX_NONE);
    world_do(OTHER, got, OFFER_EVENT_ACCEPT);
    const struct consent_withdraw take_back = {.case_number = got,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &take_back};
    (void)world_must(OTHER, &request, "");
    world_pass(2 * TIME_MINUTE_MS);
    assert_int_equal(findings(HOME) + findings(OTHER), 0);
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM proof WHERE state = 1 AND kind = %d",
                             KIND_WITHDRAWAL),
            1);
    world_end();
}

/* More leaves than one tile of the broker's proofs holds. */
static void a_longer_log_is_proved_too(void **state)
{
    (void)state;
    begin();
    for (size_t i = 0; i < 70; i++)
        (void)refer();
    world_pass(2 * TIME_MINUTE_MS);
    assert_true(
            peek_number(peek_of(NETWORK_BROKER), "SELECT log_size FROM store") > 256);
    assert_int_equal(count(HOME, AUDIT_WAITING) + count(OTHER, AUDIT_WAITING), 0);
    assert_int_equal(findings(HOME) + findings(OTHER), 0);
    world_end();
}

/* What waits outlives both programs. */
static void a_restart_loses_nothing(void **state)
{
    (void)state;
    begin();
    (void)refer();
    int64_t waiting = count(HOME, AUDIT_WAITING);
    assert_true(waiting > 0);
    world_crash(HOME);
    world_crash(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_start(HOME);
    assert_int_equal(count(HOME, AUDIT_WAITING), waiting);
    world_quiet();
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(count(HOME, AUDIT_WAITING), 0);
    assert_int_equal(findings(HOME), 0);
    world_end();
}

/* A log that the broker itself cannot read is an alarm, and stops no letter. */
static void a_damaged_log_stops_no_letter(void **state)
{
    char path[WORLD_PATH_BYTES];
    sqlite3 *db = NULL;
    (void)state;
    begin();
    (void)refer();
    world_stop(NETWORK_BROKER);
    world_db(NETWORK_BROKER, path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE audit SET leaves = x'00'", NULL, NULL,
                             NULL),
            SQLITE_OK);
    sqlite3_close(db);
    world_start(NETWORK_BROKER);
    world_pass(3 * TIME_MINUTE_MS);
    assert_found(HOME, "E_LOG_MISSING");
    (void)refer();
    assert_true(world_newest(OTHER, CASE_BOX_NONE) == 2);
    assert_false(world_died());
    world_end();
}

/* ------------------------------------------------------------ who may ask for what */

static struct audit_proof ask(struct evil *evil, const struct audit_ask *ask)
{
    evil_say(evil, &(struct frame){.v = 1, .audit_ask = ask});
    (void)sim_settle(EVIL_WAIT_MS);
    return evil->proof;
}

/* The leaves tell who writes to whom: a member reads those that it has a part in. */
static void a_member_sees_its_own_leaves_only(void **state)
{
    static uint64_t all[64];
    (void)state;
    begin();
    const struct world_consent wish = {.recipients = {OTHER}};
    uint64_t consent = world_consent(HOME, &wish);
    (void)world_refer(HOME, consent, OTHER, "Rosa Voorbeeld");
    world_quiet();
    world_withdraw(HOME, consent);
    world_pass(TIME_MINUTE_MS);
    struct evil *evil = evil_new("chambry");
    evil_connect(evil);
    struct audit_ask question = {.leaves = all, .n_leaves = COUNT_OF(all)};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        all[i] = i;
    struct audit_proof proof = ask(evil, &question);
    assert_string_equal(proof.code, "");
    assert_true(proof.n_leaves > 3 && proof.n_leaves < COUNT_OF(all));
    for (size_t i = 0; i < proof.n_leaves; i++) {
        assert_int_equal(proof.leaves[i].leaf.len, 0);
        static const struct key32 none;
        assert_false(key32_equal(&proof.leaves[i].hash, &none));
    }
    /* Of a size that never was nothing is shown. */
    question = (struct audit_ask){.since = UINT64_MAX};
    proof = ask(evil, &question);
    assert_int_equal(proof.consistency.len, 0);
    assert_true(proof.checkpoint.len > 0);
    evil_free(evil);
    world_end();
}

static void who_asks_without_end_is_told_to_wait(void **state)
{
    static const struct audit_ask question = {.since = 1};
    (void)state;
    begin();
    (void)refer();
    world_pass(TIME_MINUTE_MS);
    struct evil *evil = evil_new("chambry");
    evil_connect(evil);
    for (size_t i = 0; i < 100; i++)
        evil_say(evil, &(struct frame){.v = 1, .audit_ask = &question});
    (void)sim_settle(EVIL_WAIT_MS);
    assert_int_equal(evil->n_proofs, 100);
    assert_in_range(evil->n_busy, 1, 99);
    /* A second later it may ask again. */
    size_t before = evil->n_busy;
    world_pass(2 * TIME_SECOND_MS);
    (void)ask(evil, &question);
    assert_int_equal(evil->n_busy, before);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ a broker gone bad */

/* The place of the first leaf that HOME waits for. */
static size_t place(void)
{
    return (size_t)peek_number(peek_of(HOME),
                   "SELECT min(log_leaf) FROM proof WHERE state = 0 AND log_leaf > 0") -
           1;
}

static void other_code(struct audit_leaf *leaf)
{
    leaf->code = "E_TTL";
}

static void other_letter(struct audit_leaf *leaf)
{
    leaf->msg_id.b[0] ^= 1;
    leaf->offer_id.b[0] ^= 1;
}

static void changed(struct evil_log *log)
{
    evil_log_change(log, place(), other_code);
}

static void replaced(struct evil_log *log)
{
    evil_log_change(log, place(), other_letter);
}

static void removed(struct evil_log *log)
{
    evil_log_remove(log, place());
}

static void removed_and_renumbered(struct evil_log *log)
{
    evil_log_remove(log, place());
    evil_log_renumber(log);
}

static void inserted(struct evil_log *log)
{
    evil_log_insert(log, place(), log->leaves[0]);
}

static void inserted_and_renumbered(struct evil_log *log)
{
    evil_log_insert(log, place(), log->leaves[0]);
    evil_log_renumber(log);
}

static void shorter(struct evil_log *log)
{
    log->n = (size_t)peek_number(peek_of(HOME), "SELECT size - 1 FROM audit_log");
}

static void forked(struct evil_log *log)
{
    evil_log_change(log, 0, other_code);
}

static void forked_at_the_same_size(struct evil_log *log)
{
    log->n = (size_t)peek_number(peek_of(HOME), "SELECT size FROM audit_log");
    evil_log_change(log, 0, other_code);
}

static void by_another_key(struct evil_log *log)
{
    log->key = log->evil->home.identity;
}

static void of_another_store(struct evil_log *log)
{
    log->head.store_id.b[0] ^= 1;
}

static void of_another_network(struct evil_log *log)
{
    snprintf(log->head.network, sizeof log->head.network, "elders");
}

static void stale(struct evil_log *log)
{
    log->n = (size_t)peek_number(peek_of(HOME), "SELECT size FROM audit_log");
}

static void withheld(struct evil_log *log)
{
    log->withhold = true;
}

static void hidden(struct evil_log *log)
{
    log->hide = true;
}

static void twisted(struct evil_log *log)
{
    log->twist = true;
}

static void hidden_and_twisted(struct evil_log *log)
{
    log->hide = log->twist = true;
}

static void another_place(struct audit_leaf *leaf)
{
    leaf->seq++;
}

static void misnumbered(struct evil_log *log)
{
    evil_log_change(log, place(), another_place);
}

static void silent(struct evil_log *log)
{
    log->silent = true;
}

static void busy(struct evil_log *log)
{
    log->busy = true;
}

static void honest(struct evil_log *log)
{
    (void)log;
}

/* X(what the broker does to its log, what HOME names it) */
#define LIES(X)                                                                        \
    X(honest, "")                                                                      \
    X(busy, "")                                                                        \
    X(changed, "E_LOG_CHANGED")                                                        \
    X(replaced, "E_LOG_REMOVED")                                                       \
    X(removed, "E_LOG_REMOVED,E_LOG_MISSING")                                          \
    X(removed_and_renumbered, "E_LOG_REMOVED,E_LOG_MISSING")                           \
    X(inserted, "E_LOG_INSERTED")                                                      \
    X(inserted_and_renumbered, "E_LOG_REMOVED,E_LOG_INSERTED")                         \
    X(shorter, "E_LOG_SHORTER")                                                        \
    X(forked, "E_LOG_FORK")                                                            \
    X(forked_at_the_same_size, "E_LOG_FORK")                                           \
    X(by_another_key, "E_LOG_KEY")                                                     \
    X(of_another_store, "E_LOG_ORIGIN")                                                \
    X(of_another_network, "E_LOG_ORIGIN")                                              \
    X(stale, "E_LOG_MISSING")                                                          \
    X(withheld, "E_LOG_MISSING")                                                       \
    X(twisted, "E_LOG_PROOF")                                                          \
    X(hidden_and_twisted, "E_LOG_PROOF")                                               \
    X(misnumbered, "E_LOG_CHANGED")                                                    \
    X(hidden, "E_LOG_REMOVED")                                                         \
    X(silent, "E_LOG_MISSING")

static void lie(void (*tamper)(struct evil_log *log), const char *code)
{
    static struct evil_log log;
    begin();
    (void)refer();
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(count(HOME, AUDIT_WAITING), 0);
    assert_true(peek_number(peek_of(HOME), "SELECT size FROM audit_log") > 0);
    (void)refer();
    assert_true(count(HOME, AUDIT_WAITING) > 1);
    struct evil *evil = evil_new(NETWORK_BROKER);
    evil_log_read(evil, &log);
    tamper(&log);
    evil_serve(evil, HOME);
    world_pass(3 * TIME_MINUTE_MS);
    assert_true(log.n_asked > 0);
    assert_found(HOME, code);
    if (code[0] == '\0' && !log.busy)
        assert_int_equal(count(HOME, AUDIT_WAITING), 0);
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ one history */

static uint32_t wants_joins(uint64_t number)
{
    const struct export_evidence export = {.case_number = number};
    struct request request = {.evidence = &export};
    return world_must(HOME, &request, "")->evidence->asked;
}

/* For a file of evidence the node asks that its checkpoints belong to one history. */
static void asked_for_a_file(bool withheld, bool wrong, const char *code)
{
    static struct evil_log log;
    begin();
    uint64_t number = refer();
    world_pass(TIME_MINUTE_MS);
    world_do(OTHER, world_newest(OTHER, CASE_BOX_NONE), OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    struct evil *evil = evil_new(NETWORK_BROKER);
    evil_log_read(evil, &log);
    log.no_joins = withheld;
    log.other_joins = wrong;
    evil_serve(evil, HOME);
    world_pass(TIME_MINUTE_MS);
    assert_in_range(wants_joins(number), 1, 8);
    world_pass(TIME_SECOND_MS);
    assert_found(HOME, code);
    /* What is not shown is not asked for ever. */
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM log_join WHERE path IS NULL"),
            0);
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) > 0 FROM log_join"),
            !withheld && !wrong);
    if (!withheld && !wrong)
        assert_int_equal(wants_joins(number), 0);
    evil_free(evil);
    world_end();
}

static void a_log_that_went_on_is_shown_for_a_file(void **state)
{
    (void)state;
    asked_for_a_file(false, false, "");
}

static void that_it_went_on_may_be_withheld(void **state)
{
    (void)state;
    asked_for_a_file(true, false, "");
}

static void a_log_that_did_not_go_on_is_an_alarm(void **state)
{
    (void)state;
    asked_for_a_file(false, true, "E_LOG_FORK");
}

/* ------------------------------------------------------------ the alarm */

static bool doctor_says(const char *name)
{
    const struct get_doctor get = {.full = false};
    struct request request = {.doctor = &get};
    const struct doctor *doctor = world_must(HOME, &request, "")->doctor;
    for (size_t i = 0; i < doctor->n_checks; i++)
        if (strcmp(doctor->checks[i].name, name) == 0)
            return doctor->checks[i].ok;
    return false;
}

/* Letters go on; the alarm stays until an administrator has looked, and the evidence
 * after that too. */
static void an_alarm_stays_until_it_is_seen(void **state)
{
    static struct evil_log log;
    (void)state;
    begin();
    (void)refer();
    world_pass(TIME_MINUTE_MS);
    assert_true(doctor_says("audit_log"));
    struct evil *evil = evil_new(NETWORK_BROKER);
    evil_log_read(evil, &log);
    evil_log_change(&log, 0, other_code);
    evil_serve(evil, HOME);
    world_pass(20 * TIME_MINUTE_MS);
    assert_int_equal(findings(HOME), 1);
    assert_false(doctor_says("audit_log"));
    assert_string_equal(world_status(HOME)->audit_code, "E_LOG_FORK");
    /* What is sent now is put to the broker all the same. */
    size_t before = evil->n_puts;
    const struct world_consent wish = {.recipients = {OTHER}};
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), OTHER,
                                "Jan Voorbeeld")
                                ->code,
            "");
    (void)sim_settle(EVIL_WAIT_MS);
    assert_true(evil->n_puts > before);

    const struct audit_seen no = {.confirmed = false}, yes = {.confirmed = true};
    struct request seen = {.audit_seen = &no};
    (void)world_must(HOME, &seen, "E_FIELD");
    seen = (struct request){.audit_seen = &yes, .actor = "An"};
    assert_int_equal(world_must(HOME, &seen, "")->made->count, 1);
    assert_true(doctor_says("audit_log"));
    assert_string_equal(world_status(HOME)->audit_code, "");
    /* What is shown from now on counts, and is held to itself. */
    world_pass(TIME_MINUTE_MS);
    assert_true(doctor_says("audit_log"));
    log.n--;
    world_pass(20 * TIME_MINUTE_MS);
    assert_string_equal(world_status(HOME)->audit_code, "E_LOG_SHORTER");
    assert_int_equal(peek_number(peek_of(HOME), "SELECT count(*) FROM finding WHERE "
                                                "seen_by = 'An' AND held IS NOT NULL "
                                                "AND shown IS NOT NULL"),
            1);
    evil_free(evil);
    world_end();
}

static const struct audit_words *words_of(uint64_t number, const struct id *msg_id)
{
    static struct audit_words words;
    struct audit_show show = {.case_number = number};
    struct request request = {.audit_show = &show};
    if (msg_id != NULL)
        show.msg_id = *msg_id;
    words = *world_must(HOME, &request, "")->audit_words;
    return &words;
}

static void a_case_shows_its_words(void **state)
{
    (void)state;
    begin();
    uint64_t number = refer();
    assert_string_equal(words_of(number, NULL)->words[0].state, "waiting");
    world_pass(TIME_MINUTE_MS);
    const struct audit_words *words = words_of(number, NULL);
    assert_true(words->n_words >= 4);
    struct id about = words->words[0].about;
    for (size_t i = 0; i < words->n_words; i++) {
        assert_string_equal(words->words[i].state, "proved");
        assert_true(words->words[i].logged_ms > 0 && words->words[i].log_leaf > 0);
    }
    /* By the number of a letter: only what is about that one. */
    size_t all = words->n_words;
    words = words_of(0, &about);
    assert_in_range(words->n_words, 1, all - 1);
    struct audit_show none = {.case_number = 99};
    struct request request = {.audit_show = &none};
    (void)world_must(HOME, &request, "E_NOT_FOUND");
    world_end();
}

#define LIE_TEST(name, code)                                                           \
    static void a_log_##name(void **state)                                             \
    {                                                                                  \
        (void)state;                                                                   \
        lie(name, code);                                                               \
    }
LIES(LIE_TEST)
#undef LIE_TEST

int main(void)
{
#define LIE_ROW(name, code) cmocka_unit_test(a_log_##name),
    const struct CMUnitTest tests[] = {cmocka_unit_test(
                                               everything_is_proved_within_a_minute),
            cmocka_unit_test(ends_and_withdrawals_are_proved),
            cmocka_unit_test(a_withdrawal_by_the_target_is_proved_at_the_collector),
            cmocka_unit_test(a_longer_log_is_proved_too),
            cmocka_unit_test(a_restart_loses_nothing),
            cmocka_unit_test(a_damaged_log_stops_no_letter),
            cmocka_unit_test(a_member_sees_its_own_leaves_only),
            cmocka_unit_test(who_asks_without_end_is_told_to_wait),
            cmocka_unit_test(a_log_that_went_on_is_shown_for_a_file),
            cmocka_unit_test(that_it_went_on_may_be_withheld),
            cmocka_unit_test(a_log_that_did_not_go_on_is_an_alarm),
            cmocka_unit_test(an_alarm_stays_until_it_is_seen),
            cmocka_unit_test(a_case_shows_its_words), LIES(LIE_ROW)};
#undef LIE_ROW
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
