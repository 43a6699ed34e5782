/* unit_ledger.c - what the ledger holds after each change, and that no letter is ever
 * in two states or in none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "broker/ledger.h"
#include "core/db.h"
#include "core/hash.h"
#include "core/vocab.h"
#include "tests/temp.h"

static const int64_t NOW_MS = INT64_C(1780000000000);
static const int64_t DAY_MS = INT64_C(86400000);

struct bench {
    struct temp temp;
    char path[TEMP_PATH_BYTES];
    struct ledger *ledger;
    struct ledger_store store;
    struct arena arena;
    uint64_t mail_id;
};

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s: %s", code_name(err->code), err->msg);
}

static void open_ledger(struct bench *b)
{
    struct err err = {0};
    b->ledger = ledger_open(b->path, NULL, &err);
    must(b->ledger != NULL, &err);
    must(db_begin(ledger_db(b->ledger), &err), &err);
    must(ledger_start(b->ledger, &b->store, &err), &err);
    b->mail_id = b->store.mail_id;
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct err err = {0};
    must(hash_start(&err), &err);
    temp_init(&b->temp);
    temp_path(&b->temp, "broker.db", b->path);
    b->arena = arena_new(1 << 20);
    open_ledger(b);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    db_rollback(ledger_db(b->ledger));
    ledger_close(b->ledger);
    arena_free(&b->arena);
    temp_done(&b->temp);
    free(b);
    return 0;
}

static void reopen(struct bench *b)
{
    struct err err = {0};
    must(db_commit(ledger_db(b->ledger), &err), &err);
    ledger_close(b->ledger);
    open_ledger(b);
}

static void conserved(struct bench *b)
{
    struct err err = {0};
    int64_t faults = -1;
    must(ledger_check(b->ledger, LEDGER_CHECK_LETTERS, &faults, &err), &err);
    assert_int_equal(faults, 0);
}

/* A letter of 1 to 2 in this state; its mail too when it lies in a mailbox. */
static struct letter_row add_letter(struct bench *b, uint8_t id,
        enum letter_state state, int64_t offer)
{
    struct err err = {0};
    struct letter_row row = {.msg_id = {{id}},
            .sender = 1,
            .recipient = 2,
            .hash = {{id, 1}},
            .core_hash = {{id, 2}},
            .state = state,
            .type = LETTER_TYPE_CONTENT,
            .priority = 1,
            .offer = offer,
            .consent = 5,
            .size = 100,
            .at_ms = NOW_MS,
            .expires_ms = NOW_MS + DAY_MS,
            .check_ms = NOW_MS + DAY_MS};
    if (state == LETTER_WAITING)
        row.mail_id = ++b->mail_id;
    struct span sealed = span_text("sealed");
    if (state == LETTER_REFUSED)
        sealed.len = 0;
    must(ledger_letter_add(b->ledger, &row, sealed, &err), &err);
    if (state != LETTER_WAITING)
        return row;
    struct mail_row mail = {.partner = 2,
            .priority = 1,
            .mail_id = row.mail_id,
            .kind = MAIL_LETTER,
            .ref = row.no,
            .size = 100};
    must(ledger_mail_add(b->ledger, &mail, &err), &err);
    return row;
}

static struct letter_row get_letter(struct bench *b, const struct letter_row *of)
{
    struct err err = {0};
    struct letter_row row = {0};
    bool found = false;
    must(ledger_letter_find(b->ledger, &of->msg_id, of->sender, &row, &found, &err),
            &err);
    assert_true(found);
    return row;
}

static bool has_mail(struct bench *b, uint32_t partner, uint32_t priority)
{
    struct err err = {0};
    struct mail_facts facts;
    bool found;
    must(ledger_mail_next(b->ledger, partner, priority, 0, &b->arena, &facts, &found,
                 &err),
            &err);
    return found;
}

static struct span sealed_of(struct bench *b, const struct letter_row *row)
{
    struct err err = {0};
    struct span bytes = {NULL, 0};
    must(ledger_letter_sealed(b->ledger, row->no, &b->arena, &bytes, &err), &err);
    return bytes;
}

/* ---- tests ---- */

static void a_letter_goes_its_way(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct span receipt = span_text("receipt"), kept;
    int64_t end_ms;

    struct letter_row row = add_letter(b, 1, LETTER_LODGED, 3);
    assert_int_equal(get_letter(b, &row).state, LETTER_LODGED);
    assert_false(has_mail(b, 2, 1));
    conserved(b);

    struct mail_row mail = {.partner = 2,
            .priority = 1,
            .mail_id = ++b->mail_id,
            .kind = MAIL_LETTER,
            .ref = row.no,
            .size = 100};
    must(ledger_mail_add(b->ledger, &mail, &err), &err);
    must(ledger_letter_mail(b->ledger, row.no, mail.mail_id, &err), &err);
    assert_int_equal(get_letter(b, &row).state, LETTER_WAITING);
    conserved(b);

    must(ledger_letter_handed(b->ledger, row.no, 7, &err), &err);
    row = get_letter(b, &row);
    assert_int_equal(row.state, LETTER_HANDED);
    assert_true(has_mail(b, 2, 1));
    conserved(b);

    must(ledger_letter_delivered(b->ledger, &row, &err), &err);
    row = get_letter(b, &row);
    assert_int_equal(row.state, LETTER_DELIVERED);
    assert_false(has_mail(b, 2, 1));
    assert_int_equal(sealed_of(b, &row).len, 0);
    conserved(b);

    must(ledger_letter_end(b->ledger, &row, LETTER_PROCESSED, "", NOW_MS + 5, receipt,
                 &err),
            &err);
    row = get_letter(b, &row);
    assert_int_equal(row.state, LETTER_PROCESSED);
    assert_false(ledger_letter_live(&row));
    must(ledger_letter_receipt(b->ledger, row.no, &b->arena, &kept, &end_ms, &err),
            &err);
    assert_true(span_equal(kept, receipt));
    assert_int_equal(end_ms, NOW_MS + 5);
    conserved(b);
}

static void destroyed_means_gone(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct letter_row row = add_letter(b, 1, LETTER_WAITING, 3);

    assert_int_equal(sealed_of(b, &row).len, 6);
    must(ledger_letter_end(b->ledger, &row, LETTER_RECALLED, "E_CONSENT_WITHDRAWN",
                 NOW_MS, (struct span){NULL, 0}, &err),
            &err);
    assert_int_equal(sealed_of(b, &row).len, 0);
    assert_false(has_mail(b, 2, 1));
    assert_string_equal(get_letter(b, &row).code, "E_CONSENT_WITHDRAWN");
    conserved(b);
}

/* The query of conservation must see what is wrong. */
static void a_fault_shows(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct letter_row row = add_letter(b, 1, LETTER_WAITING, 3);
    bool dropped = false;
    int64_t faults;

    must(ledger_mail_drop(b->ledger, 2, 1, row.mail_id, &dropped, &err), &err);
    assert_true(dropped);
    must(ledger_check(b->ledger, LEDGER_CHECK_LETTERS, &faults, &err), &err);
    assert_int_equal(faults, 1);
    must(ledger_mail_drop(b->ledger, 2, 1, row.mail_id, &dropped, &err), &err);
    assert_false(dropped);
}

static void the_same_id_of_two_senders(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct letter_row row = add_letter(b, 1, LETTER_REFUSED, 0), other;
    bool found;

    must(ledger_letter_find(b->ledger, &row.msg_id, 9, &other, &found, &err), &err);
    assert_false(found);
    row.sender = 9;
    must(ledger_letter_add(b->ledger, &row, (struct span){NULL, 0}, &err), &err);
    must(ledger_letter_find(b->ledger, &row.msg_id, 9, &other, &found, &err), &err);
    assert_true(found);
    /* And never twice of one. */
    assert_false(ledger_letter_add(b->ledger, &row, (struct span){NULL, 0}, &err));
}

static void mail_leaves_in_order(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct mail_facts facts;
    bool found;
    /* Partner, priority: given in this order. */
    static const uint32_t MAIL[][2] = {
            {2, 2},
            {2, 0},
            {3, 0},
            {2, 2}
    };

    for (size_t i = 0; i < COUNT_OF(MAIL); i++) {
        struct mail_row row = {.partner = MAIL[i][0],
                .priority = MAIL[i][1],
                .mail_id = 10 + i,
                .kind = MAIL_RECEIPT,
                .size = 1,
                .bytes = span_text("r")};
        must(ledger_mail_add(b->ledger, &row, &err), &err);
    }
    must(ledger_mail_next(b->ledger, 2, 2, 0, &b->arena, &facts, &found, &err), &err);
    assert_int_equal(facts.mail.mail_id, 10);
    must(ledger_mail_next(b->ledger, 2, 2, 10, &b->arena, &facts, &found, &err), &err);
    assert_int_equal(facts.mail.mail_id, 13);
    must(ledger_mail_next(b->ledger, 2, 2, 13, &b->arena, &facts, &found, &err), &err);
    assert_false(found);
    must(ledger_mail_next(b->ledger, 2, 0, 0, &b->arena, &facts, &found, &err), &err);
    assert_int_equal(facts.mail.mail_id, 11);
}

static struct offer_row add_offer(struct bench *b, uint8_t id, int64_t consent)
{
    struct err err = {0};
    struct offer_row row = {
            .offer_id = {{id}                    },
            .referral = {.referral_id = {{id, 9}}, .sender = 1, .mode = MODE_DIRECT},
            .sender = 1,
            .target = 2,
            .consent = consent,
            .state = OFFER_STATE_REQUESTED,
            .version = 1,
            .urgency = URGENCY_URGENT,
            .event = OFFER_EVENT_OFFER,
            .msg_id = {{id, 8}    },
            .at_ms = NOW_MS,
            .due_ms = NOW_MS + 10,
            .limit_ms = NOW_MS + 20
    };
    must(ledger_referral_add(b->ledger, &row.referral, &err), &err);
    must(ledger_offer_add(b->ledger, &row, span_text("core"), &err), &err);
    return row;
}

static void one_of_two_events_wins(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct offer_row first = add_offer(b, 1, 5), second = first, now;
    bool won, found;

    first.state = OFFER_STATE_ACCEPTED;
    must(ledger_offer_step(b->ledger, &first, &won, &err), &err);
    assert_true(won);
    assert_int_equal(first.version, 2);
    second.state = OFFER_STATE_DECLINED;
    must(ledger_offer_step(b->ledger, &second, &won, &err), &err);
    assert_false(won);
    must(ledger_offer_find(b->ledger, &first.offer_id, &now, &found, &err), &err);
    assert_true(found);
    assert_int_equal(now.state, OFFER_STATE_ACCEPTED);
    assert_int_equal(now.version, 2);
    assert_int_equal(now.urgency, URGENCY_URGENT);
    assert_true(id_equal(&now.referral.referral_id, &first.referral.referral_id));
}

static void offers_are_found_by_clock_and_consent(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct offer_row offer = add_offer(b, 1, 5), got;
    bool found;
    int64_t due_ms;

    add_offer(b, 2, 6);
    must(ledger_offer_due(b->ledger, NOW_MS + 9, &got, &found, &err), &err);
    assert_false(found);
    must(ledger_offer_due(b->ledger, NOW_MS + 10, &got, &found, &err), &err);
    assert_true(found);
    must(ledger_offer_of_consent(b->ledger, 5, 0, &got, &found, &err), &err);
    assert_true(found);
    assert_int_equal(got.no, offer.no);
    must(ledger_offer_of_consent(b->ledger, 5, got.no, &got, &found, &err), &err);
    assert_false(found);
    must(ledger_next_due(b->ledger, &due_ms, &err), &err);
    assert_int_equal(due_ms, NOW_MS + 10);
}

static void a_consent_is_withdrawn_for_good(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct consent_row row = {.consent_id = {{1}},
                               .collector = 1,
                               .bytes = span_text("capsule"),
                               .hash = {{3}},
                               .confirmed = true},
                       got;
    bool found;

    must(ledger_consent_put(b->ledger, &row, NOW_MS, &err), &err);
    row.withdrawn = 7;
    row.withdrawal = span_text("w");
    must(ledger_consent_withdraw(b->ledger, &row, &err), &err);
    must(ledger_consent_conflict(b->ledger, row.no, &err), &err);
    must(ledger_consent_find(b->ledger, &row.consent_id, &b->arena, &got, &found, &err),
            &err);
    assert_true(found);
    assert_int_equal(got.withdrawn, 7);
    assert_true(got.conflict && got.confirmed);
    assert_true(span_equal(got.bytes, row.bytes));
    assert_int_equal(got.withdrawal.len, 1);
}

/* After a lost store the withdrawal may come first: the capsule changes nothing. */
static void a_withdrawal_outlives_a_late_capsule(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct consent_row row = {.consent_id = {{2}}}, got;
    bool found;

    must(ledger_consent_put(b->ledger, &row, 0, &err), &err);
    row.withdrawn = 7;
    row.withdrawal = span_text("w");
    must(ledger_consent_withdraw(b->ledger, &row, &err), &err);
    row.collector = 1;
    row.bytes = span_text("capsule");
    row.confirmed = true;
    must(ledger_consent_put(b->ledger, &row, NOW_MS, &err), &err);
    must(ledger_consent_find(b->ledger, &row.consent_id, &b->arena, &got, &found, &err),
            &err);
    assert_true(found);
    assert_int_equal(got.withdrawn, 7);
    assert_true(span_equal(got.bytes, row.bytes));
}

static void what_was_handed_over_is_listed_once(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct handed_row row = {.msg_id = {{1}},
                              .partner = 2,
                              .type = LETTER_TYPE_PREVIEW,
                              .at_ms = NOW_MS},
                      rows[4];
    size_t n = 9;
    bool found;

    must(ledger_handed_add(b->ledger, 5, &row, &err), &err);
    must(ledger_handed_add(b->ledger, 5, &row, &err), &err);
    must(ledger_handed_all(b->ledger, 5, 0, rows, 4, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].partner, 2);
    /* Another sender's letter may have the same number. */
    row.partner = 4;
    must(ledger_handed_add(b->ledger, 5, &row, &err), &err);
    must(ledger_handed_to(b->ledger, 5, 4, &found, &err), &err);
    assert_true(found);
    must(ledger_handed_all(b->ledger, 5, 0, rows, 4, &n, &err), &err);
    assert_int_equal(n, 2);
    must(ledger_handed_all(b->ledger, 5, 4, rows, 4, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].partner, 4);
    must(ledger_handed_to(b->ledger, 5, 2, &found, &err), &err);
    assert_true(found);
    must(ledger_handed_to(b->ledger, 5, 3, &found, &err), &err);
    assert_false(found);
}

/* Who hands something over without end makes nobody wait while all of it is put in
 * order. */
static void of_very_many_the_first_are_put_in_order(void **state)
{
    enum { ONE_MORE = LEDGER_HANDED_SORTED_MAX + 1 };
    struct bench *b = *state;
    struct err err = {0};
    struct handed_row rows[2];
    size_t n;

    for (uint32_t i = 1; i <= ONE_MORE; i++) {
        const struct handed_row row = {.msg_id = {{1}},
                .partner = i,
                .type = LETTER_TYPE_TEXT,
                .at_ms = NOW_MS - i};
        must(ledger_handed_add(b->ledger, 5, &row, &err), &err);
    }
    must(ledger_handed_all(b->ledger, 5, 0, rows, 2, &n, &err), &err);
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].partner, ONE_MORE - 1);
    assert_int_equal(rows[1].partner, ONE_MORE - 2);
    must(ledger_handed_all(b->ledger, 5, ONE_MORE, rows, 2, &n, &err), &err);
    assert_int_equal(n, 1);
}

/* One of before a number was its sender's alone. */
static void an_older_ledger_keeps_what_was_handed_over(void **state)
{
    static const char OLDER[] =
            "DROP TABLE handed_over; DROP TABLE late_erased;"
            "DROP INDEX consent_confirmed; DROP INDEX letter_read;"
            "CREATE TABLE handed_over (consent INTEGER NOT NULL, msg_id BLOB NOT NULL,"
            " partner INTEGER NOT NULL, type INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
            " PRIMARY KEY (consent, msg_id)) STRICT, WITHOUT ROWID;"
            "CREATE TABLE late_erased (msg_id BLOB NOT NULL, sender INTEGER NOT NULL,"
            " erased INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
            " PRIMARY KEY (msg_id, sender)) STRICT, WITHOUT ROWID;"
            "INSERT INTO handed_over VALUES (5, zeroblob(16), 2, 1, 7);"
            "PRAGMA user_version = 3";
    struct bench *b = *state;
    struct err err = {0};
    struct handed_row rows[2];
    sqlite3 *handle = NULL;
    size_t n;

    must(db_commit(ledger_db(b->ledger), &err), &err);
    ledger_close(b->ledger);
    assert_int_equal(sqlite3_open(b->path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, OLDER, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    open_ledger(b);
    must(ledger_handed_all(b->ledger, 5, 0, rows, 2, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].partner, 2);
    assert_int_equal(rows[0].type, LETTER_TYPE_PREVIEW);
    assert_int_equal(rows[0].at_ms, 7);
}

/* What goes with the consents of one day, from the first on. */
static int64_t goes(struct bench *b, enum ledger_over what, int64_t before_ms)
{
    struct err err = {0};
    int64_t upto_ms = 0, n;
    bool more;

    must(ledger_over_purge(b->ledger, what, before_ms, &upto_ms, &more, &n, &err),
            &err);
    return n;
}

/* One that nothing refers to goes the day after; what lies under it keeps it, and a
 * withdrawal whose capsule never came stays. */
static void a_consent_is_forgotten_when_nothing_is_left_of_it(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct consent_row rows[] = {{.consent_id = {{1}}}, {.consent_id = {{2}}},
            {.consent_id = {{3}}}};
    const struct handed_row handed = {.msg_id = {{1}}, .partner = 2};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (i < 2)
            rows[i].bytes = span_text("capsule");
        must(ledger_consent_put(b->ledger, &rows[i], i == 2 ? 0 : NOW_MS, &err), &err);
    }
    rows[0].withdrawn = 7;
    rows[0].withdrawal = span_text("w");
    must(ledger_consent_withdraw(b->ledger, &rows[0], &err), &err);
    must(ledger_handed_add(b->ledger, rows[1].no, &handed, &err), &err);
    assert_int_equal(goes(b, LEDGER_OVER_CONSENTS, NOW_MS), 0);
    assert_int_equal(goes(b, LEDGER_OVER_CONSENTS, NOW_MS + 1), 1);
    assert_int_equal(goes(b, LEDGER_OVER_HANDED, NOW_MS + 1), 1);
    assert_int_equal(goes(b, LEDGER_OVER_CONSENTS, NOW_MS + 1), 1);
}

/* A day at a time, and none is looked at twice. */
static void days_are_over_one_by_one(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    const int64_t days_ms[] = {NOW_MS + 2, NOW_MS, NOW_MS + 1, NOW_MS};
    int64_t upto_ms = 0, n;
    bool more;

    for (size_t i = 0; i < COUNT_OF(days_ms); i++) {
        struct consent_row row = {.consent_id = {{(uint8_t)(i + 1)}}};
        must(ledger_consent_put(b->ledger, &row, days_ms[i], &err), &err);
    }
    for (int64_t i = 0; i <= 2; i++) {
        must(ledger_over_purge(b->ledger, LEDGER_OVER_CONSENTS, NOW_MS + 2, &upto_ms,
                     &more, &n, &err),
                &err);
        assert_int_equal(n, i == 0 ? 2 : i == 1);
        assert_int_equal(more, i < 2);
        assert_int_equal(upto_ms, i == 0 ? NOW_MS : NOW_MS + 1);
    }
}

static void old_checkpoints_go_and_the_newest_stays(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    uint64_t size;
    int64_t at_ms, n;

    for (uint64_t i = 1; i <= 3; i++)
        must(ledger_checkpoint_add(b->ledger, i, NOW_MS + (int64_t)i,
                     span_text("a head"), &err),
                &err);
    must(ledger_checkpoint_purge(b->ledger, NOW_MS + 2, &n, &err), &err);
    assert_int_equal(n, 1);
    must(ledger_checkpoint_purge(b->ledger, NOW_MS + 9, &n, &err), &err);
    assert_int_equal(n, 1);
    must(ledger_checkpoint_last(b->ledger, &size, &at_ms, &err), &err);
    assert_int_equal(size, 3);
    assert_int_equal(at_ms, NOW_MS + 3);
}

/* Who was told of a withdrawal may ask for its proof long after the consent's end. */
static void who_was_handed_something_is_known_longer_after_a_withdrawal(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct consent_row rows[] = {{.consent_id = {{1}}}, {.consent_id = {{2}}}};
    const struct handed_row handed = {.msg_id = {{1}}, .partner = 2};
    bool found;

    rows[1].withdrawn = 7;
    rows[1].withdrawal = span_text("w");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        must(ledger_consent_put(b->ledger, &rows[i], NOW_MS, &err), &err);
        must(ledger_handed_add(b->ledger, rows[i].no, &handed, &err), &err);
    }
    must(ledger_consent_withdraw(b->ledger, &rows[1], &err), &err);
    assert_int_equal(goes(b, LEDGER_OVER_HANDED, NOW_MS + 1), 1);
    must(ledger_handed_to(b->ledger, rows[0].no, 2, &found, &err), &err);
    assert_false(found);
    must(ledger_handed_to(b->ledger, rows[1].no, 2, &found, &err), &err);
    assert_true(found);
    assert_int_equal(goes(b, LEDGER_OVER_RECALLED, NOW_MS + 1), 1);
    must(ledger_handed_to(b->ledger, rows[1].no, 2, &found, &err), &err);
    assert_false(found);
}

/* Once that it was kept, once that it was erased; and in the end it is forgotten. */
static void what_was_erased_late_is_said_once(void **state)
{
    static const struct {
        bool kept, first;
    } ROWS[] = {
            {true,  true },
            {true,  false},
            {false, true },
            {false, false},
            {true,  false},
    };
    struct bench *b = *state;
    struct err err = {0};
    const struct id msg_id = {{1}}, other = {{2}};
    bool first;

    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        must(ledger_late_erased(b->ledger, &msg_id, 2, 4, ROWS[i].kept, NOW_MS, &first,
                     &err),
                &err);
        assert_int_equal(first, ROWS[i].first);
    }
    must(ledger_late_erased(b->ledger, &msg_id, 3, 4, false, NOW_MS, &first, &err),
            &err);
    assert_true(first);
    must(ledger_late_erased(b->ledger, &other, 2, 4, false, NOW_MS + 1, &first, &err),
            &err);
    assert_true(first);
    /* Who is not its reader does not speak for who is. */
    must(ledger_late_erased(b->ledger, &other, 2, 5, true, NOW_MS + 1, &first, &err),
            &err);
    assert_true(first);
    must(ledger_late_erased_purge(b->ledger, NOW_MS + 1, &err), &err);
    must(ledger_late_erased(b->ledger, &msg_id, 2, 4, false, NOW_MS, &first, &err),
            &err);
    assert_true(first);
    must(ledger_late_erased(b->ledger, &other, 2, 4, false, NOW_MS, &first, &err),
            &err);
    assert_false(first);
}

struct loads {
    int64_t pending, mailbox, calls;
};

static bool on_load(void *self, uint32_t recipient, uint32_t sender, int64_t n,
        int64_t bytes)
{
    struct loads *loads = self;
    assert_int_equal(recipient, 2);
    assert_int_equal(bytes, 100 * n);
    loads->calls++;
    if (sender == 1)
        loads->pending += n;
    if (sender == 0)
        loads->mailbox += n;
    return true;
}

static void a_new_start_counts_what_waits(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct loads loads = {0};
    struct id before = b->store.store_id;
    uint64_t mail_id = b->store.mail_id, incarnation = b->store.incarnation;

    add_letter(b, 1, LETTER_LODGED, 3);
    add_letter(b, 2, LETTER_WAITING, 3);
    add_letter(b, 3, LETTER_REFUSED, 0);
    reopen(b);
    must(ledger_loads(b->ledger, on_load, &loads, &err), &err);
    assert_int_equal(loads.pending, 2);
    assert_int_equal(loads.mailbox, 1);
    assert_true(id_equal(&before, &b->store.store_id));
    assert_int_equal(b->store.incarnation, incarnation + 1);
    assert_true(b->store.mail_id > mail_id);
    conserved(b);
}

static void a_copy_is_another_store(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct id before = b->store.store_id;
    struct consent_row row = {.consent_id = {{1}},
                               .collector = 1,
                               .bytes = span_text("capsule"),
                               .confirmed = true},
                       got;
    bool found;

    must(ledger_consent_put(b->ledger, &row, NOW_MS, &err), &err);
    must(ledger_mark_copy(b->ledger, &err), &err);
    reopen(b);
    assert_false(id_equal(&before, &b->store.store_id));
    must(ledger_consent_get(b->ledger, row.no, &b->arena, &got, &found, &err), &err);
    assert_true(found);
    assert_false(got.confirmed);
}

static void the_log_goes_on_where_it_was(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct merkle_log log = b->store.log;
    uint8_t leaves[32];
    struct span leaf;
    size_t len = 0;
    bool found;

    /* Two rows: three leaves and four. */
    for (uint8_t i = 0; i < 7; i++) {
        struct span one = {&i, 1};
        struct key32 hash = merkle_leaf(&one, 1);
        assert_true(ledger_audit_pack(leaves, sizeof leaves, &len, one));
        merkle_log_append(&log, &hash);
        if (i != 2 && i != 6)
            continue;
        struct span row = {leaves, len};
        must(ledger_audit_add(b->ledger, i == 2 ? 0 : 3, row, &err), &err);
        len = 0;
    }
    must(ledger_audit_heads(b->ledger, &log, &err), &err);
    reopen(b);
    struct key32 one = merkle_log_head(&log), two = merkle_log_head(&b->store.log);
    assert_int_equal(b->store.log.size, 7);
    assert_true(key32_equal(&one, &two));
    for (uint8_t i = 0; i < 8; i++) {
        must(ledger_audit_get(b->ledger, i, &b->arena, &leaf, &found, &err), &err);
        assert_int_equal(found, i < 7);
        if (found)
            assert_int_equal(leaf.at[0], i);
    }
}

static void a_leaf_must_fit(void **state)
{
    static uint8_t long_leaf[UINT16_MAX + 1];
    uint8_t buffer[10];
    size_t len = 0;

    (void)state;
    assert_true(ledger_audit_pack(buffer, sizeof buffer, &len, span_text("12345678")));
    assert_int_equal(len, sizeof buffer);
    assert_false(ledger_audit_pack(buffer, sizeof buffer, &len, span_text("")));
    len = 0;
    assert_false(
            ledger_audit_pack(buffer, sizeof buffer, &len, span_text("123456789")));
    assert_false(ledger_audit_pack(buffer, SIZE_MAX, &len,
            (struct span){long_leaf, sizeof long_leaf}));
}

static void old_letters_are_dropped_live_ones_stay(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    int64_t cursor = 0, later = NOW_MS + 40 * DAY_MS;
    struct letter_row live = add_letter(b, 1, LETTER_LODGED, 3), row;
    struct letter_row ended = add_letter(b, 2, LETTER_REFUSED, 0);
    bool found;

    must(ledger_letter_purge(b->ledger,
                 &(struct ledger_purge){NOW_MS, later, 10, NULL, NULL}, &cursor, &err),
            &err);
    must(ledger_letter_find(b->ledger, &ended.msg_id, 1, &row, &found, &err), &err);
    assert_true(found);
    must(ledger_letter_purge(b->ledger,
                 &(struct ledger_purge){NOW_MS + 1, later, 1, NULL, NULL}, &cursor,
                 &err),
            &err);
    assert_int_equal(cursor, live.no);
    must(ledger_letter_purge(b->ledger,
                 &(struct ledger_purge){NOW_MS + 1, later, 10, NULL, NULL}, &cursor,
                 &err),
            &err);
    assert_int_equal(cursor, 0);
    must(ledger_letter_find(b->ledger, &ended.msg_id, 1, &row, &found, &err), &err);
    assert_false(found);
    must(ledger_letter_find(b->ledger, &live.msg_id, 1, &row, &found, &err), &err);
    assert_true(found);
    conserved(b);
}

static void the_newest_thing_takes_the_place_of_the_older(void **state)
{
    struct bench *b = *state;
    struct err err = {0};
    struct ledger_thing thing;
    uint64_t first, second, last;
    bool found;

    must(ledger_thing_put(b->ledger, "a", KIND_STATEMENT, span_text("1"), &first, &err),
            &err);
    must(ledger_thing_put(b->ledger, "a", KIND_STATEMENT, span_text("2"), &second,
                 &err),
            &err);
    assert_true(second > first);
    must(ledger_thing_next(b->ledger, 0, &b->arena, &thing, &found, &err), &err);
    assert_int_equal(thing.seq, second);
    assert_true(span_equal(thing.bytes, span_text("2")));
    must(ledger_thing_last(b->ledger, &last, &err), &err);
    assert_int_equal(last, second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(a_letter_goes_its_way, setup, teardown),
            cmocka_unit_test_setup_teardown(destroyed_means_gone, setup, teardown),
            cmocka_unit_test_setup_teardown(a_fault_shows, setup, teardown),
            cmocka_unit_test_setup_teardown(the_same_id_of_two_senders, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(mail_leaves_in_order, setup, teardown),
            cmocka_unit_test_setup_teardown(one_of_two_events_wins, setup, teardown),
            cmocka_unit_test_setup_teardown(offers_are_found_by_clock_and_consent,
                    setup, teardown),
            cmocka_unit_test_setup_teardown(a_consent_is_withdrawn_for_good, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(a_withdrawal_outlives_a_late_capsule, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(
                    who_was_handed_something_is_known_longer_after_a_withdrawal, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(
                    a_consent_is_forgotten_when_nothing_is_left_of_it, setup, teardown),
            cmocka_unit_test_setup_teardown(days_are_over_one_by_one, setup, teardown),
            cmocka_unit_test_setup_teardown(old_checkpoints_go_and_the_newest_stays,
                    setup, teardown),
            cmocka_unit_test_setup_teardown(what_was_erased_late_is_said_once, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(of_very_many_the_first_are_put_in_order,
                    setup, teardown),
            cmocka_unit_test_setup_teardown(an_older_ledger_keeps_what_was_handed_over,
                    setup, teardown),
            cmocka_unit_test_setup_teardown(what_was_handed_over_is_listed_once, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(a_new_start_counts_what_waits, setup,
                    teardown),
            cmocka_unit_test_setup_teardown(a_copy_is_another_store, setup, teardown),
            cmocka_unit_test_setup_teardown(the_log_goes_on_where_it_was, setup,
                    teardown),
            cmocka_unit_test(a_leaf_must_fit),
            cmocka_unit_test_setup_teardown(old_letters_are_dropped_live_ones_stay,
                    setup, teardown),
            cmocka_unit_test_setup_teardown(
                    the_newest_thing_takes_the_place_of_the_older, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
