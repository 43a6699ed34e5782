/* unit_audit.c - checkpoints have one spelling, the leaf of each signed thing is known,
 * and a leaf that says something else is told from one about something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/audit.h"
#include "core/hash.h"
#include "core/wire.h"

enum { ARENA_BYTES = 1 << 18 };

#define STORE "000102030405060708090a0b0c0d0e0f"
#define ROOT  "/////////////////////////////////////////w8="

static struct arena arena;

/* ------------------------------------------------------------ checkpoints */

static void a_checkpoint_has_one_spelling(void **state)
{
    static const char GOOD[] = "buurtbus/antwerp/" STORE "\n70000\n" ROOT "\n";
    /* clang-format off */
    static const char *const BAD[] = {
            "",
            "buurtbus/",
            "buurtbus/antwerp",
            "buurtbus/antwerp/" STORE,
            "buurtbus/antwerp/" STORE "\n",
            "buurtbus/antwerp/" STORE "\n70000",
            "buurtbus/antwerp/" STORE "\n70000\n",
            "buurtbus/antwerp/" STORE "\n70000\n" ROOT,          /* no end of the line */
            "buurtbus/antwerp/" STORE "\n70000\n" ROOT "\n\n",   /* and one too many */
            "buurtbus/antwerp/" STORE "\n70000\n" ROOT "\nmore",
            "Buurtbus/antwerp/" STORE "\n70000\n" ROOT "\n",
            "buurtbus/a-name-that-is-longer-than-any-network-may-have/" STORE "\n70000\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "00\n70000\n" ROOT "\n",   /* a longer store */
            "buurtbus/antwerp/000102\n70000\n" ROOT "\n",        /* a shorter one */
            "buurtbus/antwerp/000102030405060708090A0B0C0D0E0F\n70000\n" ROOT "\n",
            "buurtbus/antwerp/0001020304050607 8090a0b0c0d0e0f\n70000\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "\n070000\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "\n+70000\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "\n-1\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "\n\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "\n99999999999999999999\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "\n1000000000000000000000000\n" ROOT "\n",
            "buurtbus/antwerp/" STORE "\n70000\n////\n",
            "buurtbus/antwerp/" STORE "\n70000\n/////////////////////////////////////////w8=/\n",
            "buurtbus/antwerp/" STORE "\n70000\n/////////////////////////////////////////w9=\n", /* spare bits */
            "buurtbus/antwerp/" STORE "\n70000\n/////////////////////////////////////////w8A\n",
            "buurtbus/antwerp/" STORE "\n70000\n////////////////////-////////////////////w8=\n",
    };
    /* clang-format on */
    struct err err = {.code = CODE_OK};
    struct audit_head head = {.size = 0}, before;
    char text[AUDIT_TEXT_BYTES], long_text[AUDIT_TEXT_BYTES];

    (void)state;
    assert_true(audit_head_read(span_text(GOOD), &head, &err));
    assert_string_equal(head.network, "antwerp");
    assert_int_equal(head.size, 70000);
    assert_int_equal(head.store_id.b[15], 15);
    assert_int_equal(head.root.b[0], 0xff);
    assert_int_equal(head.root.b[31], 0x0f);
    audit_head_text(&head, text);
    assert_string_equal(text, GOOD);
    before = head;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        err = (struct err){.code = CODE_OK};
        if (audit_head_read(span_text(BAD[i]), &head, &err))
            fail_msg("read: %s", BAD[i]);
        assert_int_equal(err.code, E_FORMAT);
        assert_memory_equal(&head, &before, sizeof head);
    }
    /* A NUL in the middle, and one byte more than any checkpoint has. */
    memcpy(text, GOOD, sizeof GOOD);
    assert_false(
            audit_head_read((struct span){(uint8_t *)text, sizeof GOOD}, &head, &err));
    memset(long_text, 'x', sizeof long_text);
    assert_false(audit_head_read((struct span){(uint8_t *)long_text, sizeof long_text},
            &head, &err));
}

static void a_path_is_whole_hashes_and_not_too_many(void **state)
{
    static const uint8_t bytes[AUDIT_PATH_BYTES + 32] = {7};
    struct key32 path[MERKLE_PATH_MAX];
    size_t n = 99;

    (void)state;
    assert_true(audit_path_read((struct span){NULL, 0}, path, &n));
    assert_int_equal(n, 0);
    assert_true(audit_path_read((struct span){bytes, AUDIT_PATH_BYTES}, path, &n));
    assert_int_equal(n, MERKLE_PATH_MAX);
    assert_int_equal(path[0].b[0], 7);
    assert_false(audit_path_read((struct span){bytes, sizeof bytes}, path, &n));
    assert_false(audit_path_read((struct span){bytes, 33}, path, &n));
    assert_false(audit_path_read((struct span){bytes, 31}, path, &n));
}

/* ------------------------------------------------------------ what a leaf must say */

static struct span pack(const struct wire_map *map, const void *thing)
{
    struct err err = {.code = CODE_OK};
    struct span bytes;
    if (!wire_put_arena(map, thing, &arena, &bytes, &err))
        fail_msg("%s", err.msg);
    return bytes;
}

static void each_receipt_has_the_leaf_of_who_said_it(void **state)
{
    static const struct {
        enum receipt_state state;
        const char *kind;
        bool readers;
    } ROWS[] = {
            {RECEIPT_STATE_ACCEPTED,  "put",     false},
            {RECEIPT_STATE_REFUSED,   "put",     false},
            {RECEIPT_STATE_DELIVERED, "receipt", true },
            {RECEIPT_STATE_PROCESSED, "receipt", true },
            {RECEIPT_STATE_FAILED,    "receipt", true },
            {RECEIPT_STATE_ERASED,    "receipt", true },
            {RECEIPT_STATE_EXPIRED,   "end",     false},
            {RECEIPT_STATE_RECALLED,  "end",     false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct receipt receipt = {.v = 1,
                .msg_id = {{1}},
                .sender = "from",
                .recipient = "to",
                .state = ROWS[i].state,
                .code = "E_TTL",
                .core_hash = {{2}},
                .log_leaf = 5};
        struct err err = {.code = CODE_OK};
        struct audit_leaf leaf;
        uint64_t named;
        assert_true(audit_expect(KIND_RECEIPT, pack(&WIRE_RECEIPT, &receipt), &arena,
                &leaf, &named, &err));
        assert_int_equal(named, 5);
        assert_string_equal(leaf.kind, ROWS[i].kind);
        assert_string_equal(leaf.actor, ROWS[i].readers ? "to" : "from");
        assert_string_equal(leaf.recipient, ROWS[i].readers ? "from" : "to");
        assert_string_equal(leaf.decision, receipt_state_name(ROWS[i].state));
        assert_string_equal(leaf.code, "E_TTL");
    }
}

static void what_cannot_be_read_has_no_leaf(void **state)
{
    static const uint8_t rubbish[] = {0xff, 0xff, 0xff};
    static const enum kind KINDS[] = {KIND_LETTER, KIND_RECEIPT, KIND_OFFER_STATUS,
            KIND_WITHDRAWAL, KIND_CHECKPOINT, (enum kind)0};
    const struct letter_body no_core = {.core = SPAN_OF(rubbish),
            .sealed_sha256 = {{1}}};
    struct audit_leaf leaf;
    uint64_t named;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        struct err err = {.code = CODE_OK};
        assert_false(
                audit_expect(KINDS[i], SPAN_OF(rubbish), &arena, &leaf, &named, &err));
        assert_int_equal(err.code, E_FORMAT);
        assert_int_equal(named, 0);
    }
    struct err err = {.code = CODE_OK};
    assert_false(audit_expect(KIND_LETTER, pack(&WIRE_LETTER_BODY, &no_core), &arena,
            &leaf, &named, &err));
    assert_int_equal(err.code, E_FORMAT);
}

/* ------------------------------------------------------------ comparing */

/* The leaf that is expected, with one thing changed. */
#define COMPARES(expected, match, change)                                              \
    do {                                                                               \
        struct audit_leaf leaf = (expected);                                           \
        leaf.change;                                                                   \
        assert_int_equal(audit_compare(&(expected), &leaf), (match));                  \
    } while (0)

static void a_leaf_of_a_letter_is_compared_by_each_field(void **state)
{
    static const struct audit_leaf expected = {.kind = "put",
            .msg_id = {{1}},
            .core_hash = {{2}},
            .actor = "from",
            .recipient = "to",
            .decision = "accepted",
            .code = ""};
    (void)state;
    COMPARES(expected, AUDIT_SAME, seq = 9);
    COMPARES(expected, AUDIT_SAME, at_ms = 5);
    COMPARES(expected, AUDIT_SAME, register_version = 3);
    COMPARES(expected, AUDIT_OTHER, kind = "end");
    COMPARES(expected, AUDIT_OTHER, msg_id.b[0] = 3);
    COMPARES(expected, AUDIT_CHANGED, core_hash.b[0] = 3);
    COMPARES(expected, AUDIT_CHANGED, actor = "other");
    COMPARES(expected, AUDIT_CHANGED, recipient = "other");
    COMPARES(expected, AUDIT_CHANGED, decision = "refused");
    COMPARES(expected, AUDIT_CHANGED, code = "E_TTL");
}

static struct audit_leaf step(const char *kind, const char *decision)
{
    return (struct audit_leaf){.kind = kind,
            .msg_id = {{1}},
            .actor = "from",
            .recipient = "to",
            .decision = decision,
            .code = "",
            .offer_id = {{4}},
            .offer_version = 2,
            .offer_state = OFFER_STATE_ACCEPTED};
}

static void a_leaf_of_a_step_is_compared_by_each_field(void **state)
{
    const struct audit_leaf expected = step("offer", "accept");
    (void)state;
    COMPARES(expected, AUDIT_SAME, msg_id.b[0] = 9);
    COMPARES(expected, AUDIT_SAME, kind = "restored");
    COMPARES(expected, AUDIT_OTHER, kind = "receipt");
    COMPARES(expected, AUDIT_OTHER, offer_id.b[0] = 5);
    COMPARES(expected, AUDIT_CHANGED, offer_version = 3);
    COMPARES(expected, AUDIT_CHANGED, offer_state = OFFER_STATE_DECLINED);
    COMPARES(expected, AUDIT_CHANGED, actor = "other");
    COMPARES(expected, AUDIT_CHANGED, recipient = "other");
    COMPARES(expected, AUDIT_CHANGED, decision = "decline");
    /* The letter that brings an offer is its first step, and no other. */
    COMPARES(expected, AUDIT_CHANGED, kind = "put");
    const struct audit_leaf first = step("offer", "offer");
    COMPARES(first, AUDIT_SAME, kind = "put");
    COMPARES(first, AUDIT_CHANGED, decision = "accept");
    /* A reminder names the leaf of the step that it reminds of, whichever that was. */
    const struct audit_leaf reminder = step("offer", "overdue");
    COMPARES(reminder, AUDIT_SAME, decision = "accept");
    COMPARES(reminder, AUDIT_SAME, kind = "put");
    COMPARES(reminder, AUDIT_CHANGED, offer_version = 3);
}

static int begin(void **state)
{
    struct err err = {.code = CODE_OK};
    (void)state;
    arena = arena_new(ARENA_BYTES);
    return arena.at != NULL && hash_start(&err) ? 0 : 1;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_checkpoint_has_one_spelling),
            cmocka_unit_test(a_path_is_whole_hashes_and_not_too_many),
            cmocka_unit_test(each_receipt_has_the_leaf_of_who_said_it),
            cmocka_unit_test(what_cannot_be_read_has_no_leaf),
            cmocka_unit_test(a_leaf_of_a_letter_is_compared_by_each_field),
            cmocka_unit_test(a_leaf_of_a_step_is_compared_by_each_field),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
