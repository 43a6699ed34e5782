/* race_check.c - what must be true when a race is over. */
#include <string.h>

#include "core/arena.h"
#include "core/ids.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/peek.h"
#include "tests/race_inner.h"
#include "tests/watch.h"
#include "tests/world.h"

enum { LIST_ARENA_BYTES = 256 * 1024 };

bool race_has_left(const struct race_facts *facts, const struct id *msg_id)
{
    for (size_t i = 0; i < facts->n_left; i++)
        if (id_equal(&facts->left[i], msg_id))
            return true;
    return false;
}

uint64_t race_target_case(const struct race_facts *facts)
{
    return (uint64_t)peek_number(peek_of(RACE_TARGET),
            "SELECT number FROM case_file WHERE referral_id = x'%s'",
            facts->referral_hex);
}

/* ------------------------------------------------------------ what had left is named
 */

void race_check_list(const struct race_facts *facts, const char *where,
        const struct answer *answer)
{
    for (size_t i = 0; i < answer->n_handed_over; i++)
        if (!race_has_left(facts, &answer->handed_over[i].msg_id))
            watch_broken("%s: a letter is called handed over that never left", where);
    if (answer->n_handed_over != facts->n_left)
        watch_broken("%s: %zu letters have left, %zu are named", where, facts->n_left,
                answer->n_handed_over);
}

struct list_check {
    const struct race_facts *facts;
    const char *who;
};

static void on_withdrawal(void *self, sqlite3_stmt *row)
{
    const struct list_check *check = self;
    struct arena arena = arena_new(LIST_ARENA_BYTES);
    struct answer answer;
    struct err err;
    const struct span bytes = {sqlite3_column_blob(row, 0),
            (size_t)sqlite3_column_bytes(row, 0)};

    if (bytes.len == 0 || !wire_get(&WIRE_ANSWER, bytes, &arena, &answer, &err))
        watch_broken("%s does not know what had been handed over", check->who);
    race_check_list(check->facts, check->who, &answer);
    arena_free(&arena);
}

/* Who withdrew can tell the person, from its own store, what cannot be held back. */
static void check_lists(const struct race_facts *facts)
{
    static const char *const who[] = {RACE_SENDER, RACE_TARGET};
    char sql[128 + RACE_HEX_BYTES];

    for (size_t i = 0; i < COUNT_OF(who); i++) {
        struct list_check check = {facts, who[i]};
        snprintf(sql, sizeof sql,
                "SELECT handed_over FROM withdrawal WHERE own = 1 AND consent_id = x'%s'",
                facts->consent_hex);
        peek_each(peek_of(who[i]), sql, on_withdrawal, &check);
    }
}

/* ------------------------------------------------------------ the reader */

static int64_t about(const char *id, const char *column, const char *hex)
{
    return peek_number(peek_of(id), "SELECT count(*) FROM %s = x'%s'", column, hex);
}

/* Who was handed nothing never learns that there was anything. */
static void check_unheard(const struct race_facts *facts, struct race_counts *counts)
{
    if (about(RACE_TARGET, "withdrawal WHERE consent_id", facts->consent_hex) != 0 ||
            about(RACE_TARGET, "capsule WHERE consent_id", facts->consent_hex) != 0)
        watch_broken("the target was handed nothing and knows of the consent");
    counts->unheard++;
}

static void check_target(const struct race_facts *facts, struct race_counts *counts)
{
    uint64_t number = race_target_case(facts);

    if (!facts->target_heard) {
        if (number != 0)
            watch_broken("the target has a case of which nothing left");
        check_unheard(facts, counts);
        return;
    }
    if (about(RACE_TARGET, "withdrawal WHERE consent_id", facts->consent_hex) != 1)
        watch_broken("the target was never told of the withdrawal");
    if (number == 0)
        return;
    if (peek_number(peek_of(RACE_TARGET),
                "SELECT count(*) FROM case_file WHERE number = %lld"
                " AND wrapped_key IS NULL AND stop_contact = 1",
                (long long)number) != 1)
        watch_broken("the target keeps the key of the case, or does not say to stop");
    const struct case_detail *file = world_show(RACE_TARGET, number);
    if (file->preview != NULL || file->referral != NULL ||
            file->line->person[0] != '\0')
        watch_broken("the target can still read the case");
    if (strcmp(file->line->consent_state, "withdrawn") != 0)
        watch_broken("the target's screen says %s", file->line->consent_state);
    counts->destroyed++;
}

/* ------------------------------------------------------------ the writer */

struct truth {
    const struct race_facts *facts;
    struct race_counts *counts;
    const char *writer, *reader;
};

/* What a writer believes of its letter is what its reader did with it. Also a letter
 * that was called back after it had left: its reader is asked first. */
static void on_sent(void *self, sqlite3_stmt *row)
{
    const struct truth *truth = self;
    enum receipt_state told = (enum receipt_state)sqlite3_column_int(row, 1);
    struct id id;
    char hex[RACE_HEX_BYTES];

    memcpy(id.b, sqlite3_column_blob(row, 0), sizeof id.b);
    ids_hex((struct span){id.b, sizeof id.b}, hex);
    enum receipt_state done = (enum receipt_state)peek_number(peek_of(truth->reader),
            "SELECT state FROM received WHERE msg_id = x'%s' AND sender = %Q", hex,
            truth->writer);
    bool came = done != RECEIPT_STATE_NONE;
    bool left = race_has_left(truth->facts, &id);
    truth->counts->recalled += told == RECEIPT_STATE_RECALLED && !left;
    truth->counts->refused += done == RECEIPT_STATE_FAILED;
    if (told == RECEIPT_STATE_PROCESSED && done != RECEIPT_STATE_PROCESSED)
        watch_broken("%s is told that letter %s was read, and it was not",
                truth->writer, hex);
    if (told == RECEIPT_STATE_FAILED && done != RECEIPT_STATE_FAILED)
        watch_broken("%s is told that letter %s was refused, and it was not",
                truth->writer, hex);
    if (told != RECEIPT_STATE_PROCESSED && told != RECEIPT_STATE_FAILED && came)
        watch_broken("%s is told that letter %s was %s, and %s has it", truth->writer,
                hex, receipt_state_name(told), truth->reader);
}

static void check_truth(const struct race_facts *facts, struct race_counts *counts)
{
    static const char *const who[] = {RACE_SENDER, RACE_TARGET};
    char sql[128];

    for (size_t i = 0; i < COUNT_OF(who); i++) {
        struct truth truth = {facts, counts, who[i], who[1 - i]};
        uint64_t number = i == 0 ? facts->sent_case : race_target_case(facts);
        snprintf(sql, sizeof sql,
                "SELECT msg_id, state FROM sent WHERE case_number = %llu",
                (unsigned long long)number);
        peek_each(peek_of(who[i]), sql, on_sent, &truth);
    }
    const struct case_detail *file = world_show(RACE_SENDER, facts->sent_case);
    if (file->line->state != OFFER_STATE_CANCELLED)
        watch_broken("the sender's screen says %s",
                offer_state_name(file->line->state));
    if (strcmp(file->line->consent_state, "withdrawn") != 0)
        watch_broken("the sender's screen says %s", file->line->consent_state);
}

void race_check(const struct race_facts *facts, struct race_counts *counts)
{
    watch_ended();
    int64_t withdrawn = peek_number(peek_of(RACE_BROKER),
            "SELECT withdrawn FROM consent WHERE consent_id = x'%s'",
            facts->consent_hex);
    if (withdrawn <= 0)
        watch_broken("the broker has forgotten the withdrawal");
    race_check_audit(facts, (uint64_t)withdrawn);
    check_lists(facts);
    check_target(facts, counts);
    check_truth(facts, counts);
}
