/* sim_audit_asks.c - what people ask their node about the broker's audit log: how it
 * stands, what of the proofs on the disk still holds, what is proved of a case, and
 * that somebody has seen what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/ids.h"
#include "core/time.h"
#include "nodes/spool.h"
#include "tests/evil_log.h"
#include "tests/evil_node.h"
#include "tests/peek.h"
#include "tests/world.h"

enum {
    COPIES = 600, /* of one proof: more than are judged for one reply */
    JUDGED_A_REPLY = 500,
    WORDS_A_REPLY = 400,
    LOG_TEXT_BYTES = 64,
};

static const char HOME[] = "thuiszorg";
static const char OTHER[] = "aksant";

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

static int64_t count(const char *id, enum audit_state state)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM proof WHERE state = %d",
            state);
}

static const struct audit_report *verify(const char *id, uint64_t after, bool fresh)
{
    const struct audit_verify wish = {.after = after, .fresh = fresh};
    struct request request = {.audit_verify = &wish};
    return world_must(id, &request, "")->audit_report;
}

static const struct audit_words *show(const char *id, uint64_t number,
        const struct id *msg_id)
{
    struct audit_show wish = {.case_number = number};
    struct request request = {.audit_show = &wish};
    if (msg_id != NULL)
        wish.msg_id = *msg_id;
    return world_must(id, &request, "")->audit_words;
}

static void no_such_case(uint64_t number, const struct id *msg_id)
{
    const struct audit_show wish = {.case_number = number, .msg_id = *msg_id};
    struct request request = {.audit_show = &wish};
    const struct reply *reply = world_must(HOME, &request, "E_NOT_FOUND");
    assert_int_equal(reply->n_issues, 1);
    assert_string_equal(reply->issues[0].field, "case_number");
    assert_null(reply->audit_words);
}

static size_t words_in_state(const char *id, uint64_t number, const char *state)
{
    const struct audit_words *words = show(id, number, NULL);
    size_t n = 0;
    for (size_t i = 0; i < words->n_words; i++)
        n += strcmp(words->words[i].state, state) == 0;
    return n;
}

/* Change what HOME has on its disk, behind its back. */
static void change_store(const char *sql)
{
    char path[WORLD_PATH_BYTES];
    sqlite3 *db = NULL;

    world_stop(HOME);
    world_db(HOME, path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_true(sqlite3_changes(db) > 0);
    sqlite3_close(db);
    world_start(HOME);
    world_quiet();
}

/* ------------------------------------------------------------ how it stands */

static void verify_tells_how_the_log_stands(void **state)
{
    char store_id[LOG_TEXT_BYTES] = "";
    (void)state;
    world_fresh(63);
    (void)refer();
    const struct audit_report *report = verify(HOME, 0, false);
    assert_true(report->waiting > 0);
    assert_int_equal(report->waiting, count(HOME, AUDIT_WAITING));
    uint64_t proved_before = report->proved;
    assert_int_equal(report->judged, proved_before);

    world_pass(TIME_MINUTE_MS);
    peek_text(peek_of(NETWORK_BROKER), store_id, sizeof store_id,
            "SELECT lower(hex(store_id)) FROM store");
    report = verify(HOME, 0, false);
    assert_string_equal(report->log, store_id);
    assert_false(report->asking);
    assert_int_equal(report->size,
            peek_number(peek_of(NETWORK_BROKER), "SELECT log_size FROM store"));
    assert_in_range(report->checked_ms, sim_now() - TIME_MINUTE_MS, sim_now());
    assert_int_equal(report->waiting + report->wrong + report->lost, 0);
    assert_true(report->proved > proved_before);
    assert_int_equal(report->proved, count(HOME, AUDIT_PROVED));
    assert_int_equal(report->judged, report->proved);
    assert_int_equal(report->bad + report->next + report->n_findings, 0);
    assert_int_equal(report->put_back_ms + report->not_in_log, 0);
    /* After the last one there is nothing to judge; the counts are of all. */
    uint64_t proved = report->proved;
    report = verify(HOME, INT64_MAX, false);
    assert_int_equal(report->judged + report->next, 0);
    assert_int_equal(report->proved, proved);
    world_end();
}

/* Only a broker that is there can be asked for its newest checkpoint. */
static void a_fresh_look_asks_the_broker(void **state)
{
    (void)state;
    world_fresh(64);
    (void)refer();
    world_pass(TIME_MINUTE_MS);
    uint64_t checked_ms = verify(HOME, 0, false)->checked_ms;
    assert_true(verify(HOME, 0, true)->asking);
    world_pass(TIME_SECOND_MS);
    const struct audit_report *report = verify(HOME, 0, false);
    assert_false(report->asking);
    assert_true(report->checked_ms > checked_ms);
    checked_ms = report->checked_ms;

    world_stop(NETWORK_BROKER);
    world_pass(2 * TIME_MINUTE_MS);
    report = verify(HOME, 0, true);
    assert_false(report->asking);
    assert_int_equal(report->checked_ms, checked_ms);
    assert_true(report->proved > 0 && report->judged == report->proved);
    world_end();
}

/* The store of the broker is lost: what waited for its log waits no more. */
static void what_a_lost_log_held_is_told(void **state)
{
    (void)state;
    world_fresh(65);
    uint64_t number = refer();
    assert_true(words_in_state(HOME, number, "waiting") > 0);
    world_stop(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
    const struct audit_report *report = verify(HOME, 0, false);
    assert_true(report->lost > 0);
    assert_int_equal(report->lost, count(HOME, AUDIT_LOST));
    assert_in_range(report->put_back_ms, 1, sim_now());
    assert_true(report->not_in_log >= report->lost);
    assert_int_equal(report->bad + report->n_findings, 0);
    assert_true(words_in_state(HOME, number, "lost") > 0);
    world_end();
}

/* ------------------------------------------------------------ proofs on the disk */

#define FIRST "(SELECT min(number) FROM proof WHERE state = 1 AND case_number > 0)"
#define LAST  "(SELECT max(number) FROM proof WHERE state = 1 AND case_number > 0)"

/* What is kept is judged anew each time, not believed because it was right once. */
static void a_proof_that_was_spoiled_is_told(void **state)
{
    /* clang-format off */
    static const char *const SPOILS[] = {
            "UPDATE proof SET leaf = x'00' WHERE number = " FIRST,
            "UPDATE proof SET leaf = NULL WHERE number = " FIRST,
            "UPDATE proof SET leaf = (SELECT leaf FROM proof WHERE number = " LAST ") WHERE number = " FIRST,
            "UPDATE proof SET path = zeroblob(33) WHERE number = " FIRST,
            "UPDATE proof SET path = zeroblob(length(path)) WHERE number = " FIRST,
            "UPDATE proof SET path = zeroblob(32 * 65) WHERE number = " FIRST,
            "UPDATE proof SET log_leaf = 0 WHERE number = " FIRST,
            "UPDATE proof SET log_leaf = log_leaf + 1 WHERE number = " FIRST,
            "UPDATE proof SET bytes = x'00' WHERE number = " FIRST,
            "UPDATE proof SET bytes = (SELECT bytes FROM proof WHERE number = " LAST ") WHERE number = " FIRST,
            "UPDATE proof SET checkpoint = 0 WHERE number = " FIRST,
    };
    /* clang-format on */
    (void)state;
    world_fresh(66);
    (void)refer();
    world_pass(TIME_MINUTE_MS);
    change_store(
            "CREATE TABLE kept AS SELECT * FROM proof; UPDATE kept SET state = state");
    for (size_t i = 0; i < COUNT_OF(SPOILS); i++) {
        uint64_t proved = verify(HOME, 0, false)->proved;
        change_store(SPOILS[i]);
        const struct audit_report *report = verify(HOME, 0, false);
        if (report->bad != 1 || report->proved != proved || report->judged != proved)
            fail_msg("%s: %d bad of %d", SPOILS[i], (int)report->bad,
                    (int)report->judged);
        change_store("DELETE FROM proof; INSERT INTO proof SELECT * FROM kept");
        assert_int_equal(verify(HOME, 0, false)->bad, 0);
    }
    /* All proofs that lead to a checkpoint stand or fall with it. */
    change_store("UPDATE checkpoint SET bytes = x'00'");
    const struct audit_report *report = verify(HOME, 0, false);
    assert_true(report->judged > 1);
    assert_int_equal(report->bad, report->judged);
    world_end();
}

/* More than one reply holds: the proofs are gone through with one question after the
 * other, and of the words it is said that there are more. */
static void a_long_list_comes_in_parts(void **state)
{
    char sql[700];
    (void)state;
    world_fresh(67);
    uint64_t number = refer();
    world_pass(TIME_MINUTE_MS);
    uint64_t proved = verify(HOME, 0, false)->proved;
    snprintf(sql, sizeof sql,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < %d) INSERT INTO proof (log, log_leaf, kind, about, case_number, "
            "said, at_ms, state, bytes, checkpoint, leaf, path) SELECT log, log_leaf, "
            "kind, about, case_number, 1000 + i, at_ms, state, bytes, checkpoint, leaf, "
            "path FROM proof, n WHERE number = " FIRST,
            COPIES);
    assert_false(show(HOME, number, NULL)->more);
    change_store(sql);
    proved += COPIES;
    const struct audit_report *report = verify(HOME, 0, false);
    assert_int_equal(report->proved, proved);
    assert_int_equal(report->judged, JUDGED_A_REPLY);
    assert_true(report->next > 0);
    report = verify(HOME, report->next, false);
    assert_int_equal(report->judged, proved - JUDGED_A_REPLY);
    assert_int_equal(report->bad + report->next, 0);
    const struct audit_words *words = show(HOME, number, NULL);
    assert_int_equal(words->n_words, WORDS_A_REPLY);
    assert_true(words->more);
    /* Exactly what fits is all there is. */
    change_store("DELETE FROM proof WHERE said >= 1000 AND case_number > 0 AND number "
                 "NOT IN (SELECT number FROM proof WHERE case_number > 0 ORDER BY "
                 "number LIMIT 400)");
    assert_int_equal(peek_number(peek_of(HOME),
                             "SELECT count(*) FROM proof WHERE case_number = %d",
                             (int)number),
            WORDS_A_REPLY);
    words = show(HOME, number, NULL);
    assert_int_equal(words->n_words, WORDS_A_REPLY);
    assert_false(words->more);
    world_end();
}

/* ------------------------------------------------------------ of one case */

static struct id id_of(const char *who, const char *sql)
{
    struct id id = {{0}};
    char text[2 * sizeof id + 1] = "";
    peek_text(peek_of(who), text, sizeof text, sql);
    assert_true(ids_unhex(text, id.b, sizeof id.b));
    return id;
}

static void words_are_shown_by_case_and_by_letter(void **state)
{
    (void)state;
    world_fresh(68);
    uint64_t first = refer(), second = refer();
    uint64_t got = world_newest(OTHER, CASE_BOX_NONE);
    world_do(OTHER, got, OFFER_EVENT_ACCEPT);
    world_pass(TIME_MINUTE_MS);
    struct id sent =
            id_of(HOME, "SELECT lower(hex(msg_id)) FROM sent ORDER BY case_number");
    struct id came = id_of(OTHER, "SELECT lower(hex(msg_id)) FROM received WHERE "
                                  "case_number > 0 ORDER BY case_number DESC");
    const struct id nothing =
                            {
                                    {0}
    },
                    nobody = {{1, 2, 3}};

    /* A letter of ours, one that came; each with the case and without it. */
    const struct audit_words *words = show(HOME, 0, &sent);
    size_t n = words->n_words;
    assert_true(n > 0 && !words->more);
    for (size_t i = 0; i < n; i++) {
        assert_true(id_equal(&words->words[i].about, &sent));
        assert_string_equal(words->words[i].state, "proved");
        assert_true(words->words[i].logged_ms > 0 && words->words[i].log_leaf > 0);
        assert_true(words->words[i].by[0] != '\0' && words->words[i].what[0] != '\0');
    }
    assert_int_equal(show(HOME, first, &sent)->n_words, n);
    assert_true(show(HOME, first, NULL)->n_words > n);
    assert_true(show(OTHER, 0, &came)->n_words > 0);
    /* Of another case than the one it belongs to nothing is shown. */
    assert_int_equal(show(HOME, second, &sent)->n_words, 0);
    /* Not ours, not there, not said. */
    no_such_case(0, &nobody);
    no_such_case(0, &nothing);
    no_such_case(99, &nothing);
    no_such_case(99, &sent);
    no_such_case(UINT64_MAX, &nothing);

    /* What cannot be read any more is left out, and the rest is shown. */
    n = show(HOME, first, NULL)->n_words;
    change_store("UPDATE proof SET bytes = x'00' WHERE number = " FIRST);
    assert_int_equal(show(HOME, first, NULL)->n_words, n - 1);
    world_end();
}

/* ------------------------------------------------------------ somebody has looked */

static void other_code(struct audit_leaf *leaf)
{
    leaf->code = "E_TTL";
}

static const struct reply *say_seen(bool confirmed, const char *code)
{
    const struct audit_seen seen = {.confirmed = confirmed};
    struct request request = {.audit_seen = &seen, .actor = "An"};
    return world_must(HOME, &request, code);
}

static void what_is_wrong_is_told_until_it_is_seen(void **state)
{
    static struct evil_log log;
    (void)state;
    world_fresh(69);
    (void)refer();
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(say_seen(true, "")->made->count, 0);
    uint64_t number = refer();
    uint64_t place = (uint64_t)peek_number(peek_of(HOME),
            "SELECT min(log_leaf) FROM proof WHERE state = 0 AND log_leaf > 0");
    struct evil *evil = evil_new(NETWORK_BROKER);
    evil_log_read(evil, &log);
    evil_log_change(&log, place - 1, other_code);
    evil_serve(evil, HOME);
    world_pass(3 * TIME_MINUTE_MS);

    const struct audit_report *report = verify(HOME, 0, false);
    assert_true(report->wrong > 0);
    assert_int_equal(report->wrong, count(HOME, AUDIT_WRONG));
    assert_int_equal(report->bad, 0); /* what is proved still holds */
    assert_int_equal(report->n_findings, 1);
    assert_string_equal(report->findings[0].code, "E_LOG_CHANGED");
    assert_int_equal(report->findings[0].log_leaf, place);
    assert_int_equal(report->findings[0].seen_ms, 0);
    assert_true(report->findings[0].held.len > 0 && report->findings[0].shown.len > 0);
    assert_true(words_in_state(HOME, number, "wrong") > 0);

    const struct reply *reply = say_seen(false, "E_FIELD");
    assert_string_equal(reply->issues[0].field, "confirmed");
    assert_int_equal(verify(HOME, 0, false)->findings[0].seen_ms, 0);
    reply = say_seen(true, "");
    assert_int_equal(reply->made->count, 1);
    assert_string_equal(reply->made->state, "seen");
    report = verify(HOME, 0, false);
    assert_int_equal(report->n_findings, 1);
    assert_string_equal(report->findings[0].seen_by, "An");
    assert_in_range(report->findings[0].seen_ms, report->findings[0].at_ms, sim_now());
    assert_int_equal(say_seen(true, "")->made->count, 0);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(verify_tells_how_the_log_stands),
            cmocka_unit_test(a_fresh_look_asks_the_broker),
            cmocka_unit_test(what_a_lost_log_held_is_told),
            cmocka_unit_test(a_proof_that_was_spoiled_is_told),
            cmocka_unit_test(a_long_list_comes_in_parts),
            cmocka_unit_test(words_are_shown_by_case_and_by_letter),
            cmocka_unit_test(what_is_wrong_is_told_until_it_is_seen),
    };

    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
