/* sim_brought.c - what one publishes at the broker is taken thing by thing, each whole
 * or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/evil_broker.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define TARGET "aksant"
#define OTHER  "noord"

enum { FEW = 3, SIGNED_AT_ONCE = 1024 };

static int64_t rows(const char *sql)
{
    return peek_number(peek_of(NETWORK_BROKER), sql);
}

/* So many candidates, all asked at once, as no honest list has; of the first its broker
 * has said that it accepted. */
struct long_list {
    struct id referral, first;
    int64_t n_others;
    struct span accepted;
};

static struct long_list long_list(struct evil *broker, int64_t n_others)
{
    struct long_list list = {.n_others = n_others};

    hash_random(&list.referral, sizeof list.referral);
    hash_random(&list.first, sizeof list.first);
    const struct offer_status status = {.v = 1,
            .offer_id = list.first,
            .referral_id = list.referral,
            .sender = OTHER,
            .target = TARGET,
            .state = OFFER_STATE_ACCEPTED,
            .event = OFFER_EVENT_ACCEPT,
            .version = 2,
            .at_ms = (uint64_t)sim_now(),
            .code = "",
            .urgency = URGENCY_ROUTINE,
            .place = 1,
            .mode = MODE_FIRST_CLAIM,
            .area = "21004"};
    struct span bytes =
            evil_sign(broker, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, &status);
    uint8_t *copy = malloc(bytes.len);
    assert_non_null(copy);
    memcpy(copy, bytes.at, bytes.len);
    list.accepted = (struct span){copy, bytes.len};
    return list;
}

static void put_in_store(const struct long_list *list)
{
    char hex[2 * sizeof list->referral.b + 1], first[sizeof hex];

    for (size_t i = 0; i < sizeof list->first.b; i++) {
        snprintf(hex + 2 * i, 3, "%02x", list->referral.b[i]);
        snprintf(first + 2 * i, 3, "%02x", list->first.b[i]);
    }
    peek_number(peek_of(NETWORK_BROKER),
            "INSERT INTO referral SELECT NULL, x'%s', no, %d, 0, 0, 0 FROM partner"
            " WHERE name = '" OTHER "' RETURNING 0",
            hex, (int)MODE_FIRST_CLAIM);
    peek_number(peek_of(NETWORK_BROKER),
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
            " i <= %lld) INSERT INTO offer SELECT NULL, iif(i = 1, x'%s',"
            " randomblob(16)), (SELECT max(no) FROM referral), i, s.no, t.no, NULL, 1,"
            " 0, 1, 0, 'routine', 0, 0, 1, randomblob(16), %lld, %lld, %lld, 0,"
            " '21004', NULL, 1 FROM n, partner s, partner t WHERE s.name = '" OTHER
            "' AND t.name = '" TARGET "' RETURNING 0",
            (long long)list->n_others, first, (long long)sim_now(),
            (long long)(sim_now() + TIME_DAY_MS), (long long)(sim_now() + TIME_DAY_MS));
}

static int64_t n_of(const struct long_list *lists, size_t list, enum offer_state state)
{
    char hex[2 * sizeof lists->referral.b + 1];

    for (size_t i = 0; i < sizeof lists->referral.b; i++)
        snprintf(hex + 2 * i, 3, "%02x", lists[list].referral.b[i]);
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM offer o JOIN referral r ON r.no = o.referral WHERE"
            " r.referral_id = x'%s' AND o.state = %d",
            hex, (int)state);
}

/* More than one turn can sign: nothing of it stands, and nobody is told a word. What
 * came with it has room of its own, and stands whole. */
static void what_is_brought_stands_whole_or_not_at_all(void **state)
{
    struct long_list lists[3];

    (void)state;
    world_fresh(81);
    world_stop(TARGET);
    world_pass(TIME_MINUTE_MS);
    struct evil *broker = evil_new(NETWORK_BROKER);
    lists[0] = long_list(broker, SIGNED_AT_ONCE * 2 / 3);
    lists[1] = long_list(broker, SIGNED_AT_ONCE + FEW);
    lists[2] = long_list(broker, SIGNED_AT_ONCE * 2 / 3);
    evil_free(broker);
    world_start(NETWORK_BROKER);
    struct evil *evil = evil_new(OTHER);
    evil_connect(evil);
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        put_in_store(&lists[i]);
    int64_t leaves = rows("SELECT log_size FROM store");
    const struct span accepted[] = {lists[0].accepted, lists[1].accepted,
            lists[2].accepted};
    assert_string_equal(evil_publish(evil, accepted, COUNT_OF(accepted)), "E_BUSY");
    for (size_t i = 0; i < COUNT_OF(lists); i += 2) {
        assert_int_equal(n_of(lists, i, OFFER_STATE_ACCEPTED), 1);
        assert_int_equal(n_of(lists, i, OFFER_STATE_NOT_SELECTED), lists[i].n_others);
    }
    assert_int_equal(n_of(lists, 1, OFFER_STATE_REQUESTED), 1 + lists[1].n_others);
    /* A leaf and a notice for each that has ended, a leaf for each that was brought,
     * and the refusal. */
    int64_t n_ended = lists[0].n_others + lists[2].n_others;
    assert_int_equal(rows("SELECT log_size FROM store") - leaves, n_ended + 2 + 1);
    assert_int_equal(rows("SELECT count(*) FROM mail WHERE partner = (SELECT no FROM"
                          " partner WHERE name = '" TARGET "')"),
            n_ended);
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        free((void *)(uintptr_t)lists[i].accepted.at);
    evil_free(evil);
    world_end();
}

/* Of what is refused that alone stays: who shows two words of one person has none. */
static void a_consent_that_is_brought_twice_is_void(void **state)
{
    struct forged forged, wider;

    (void)state;
    world_fresh(82);
    struct evil *evil = evil_new(OTHER);
    evil_connect(evil);
    forge_referral(evil, TARGET, &forged);
    forge_sign(evil, &forged);
    assert_string_equal(evil_publish(evil, &forged.signed_capsule, 1), "");
    forge_referral(evil, TARGET, &wider);
    wider.capsule.consent_id = forged.capsule.consent_id;
    wider.capsule.onward_depth++;
    forge_sign(evil, &wider);
    assert_int_equal(rows("SELECT sum(conflict) FROM consent"), 0);
    assert_string_equal(evil_publish(evil, &wider.signed_capsule, 1),
            "E_CONSENT_CONFLICT");
    assert_int_equal(rows("SELECT sum(conflict) FROM consent"), 1);
    assert_int_equal(rows("SELECT count(*) FROM consent"), 1);
    evil_free(evil);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_is_brought_stands_whole_or_not_at_all),
            cmocka_unit_test(a_consent_that_is_brought_twice_is_void),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
