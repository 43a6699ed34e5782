/* unit_wire.c - core/wire: what is accepted comes back as the same bytes, everything
 * else is refused with its code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/ids.h"
#include "core/wire_map.h"
#include "gen/bus.h"
#include "gen/content.h"
#include "gen/gateway.h"
#include "gen/sample.h"

enum {
    ARENA_BYTES = 1 << 20,
    HEX_BYTES_MAX = 4096,
    FLIP_BYTES_MAX = 1024,
};

/* --- bytes in, verdict out: one row each --- */

#define V       "0801"
#define ID      "121001010101010101010101010101010101"
#define HEAD    V ID
#define ZERO_ID "00000000000000000000000000000000"
#define SOME_ID "02020202020202020202020202020202"
#define URGENT  "757267656e74"
#define ROUTINE "726f7574696e65"
#define DEBT    "64656274"
#define LEAF    "080512026869" /* n 5, word "hi" */

struct row {
    const char *words;
    const char *hex;
    enum code code;
};

static const struct row ROWS[] = {
        {"as short as it may be",                      HEAD,                                       CODE_OK  },
        {"nothing at all",                             "",                                         E_VERSION},
        {"no version",                                 ID,                                         E_VERSION},
        {"version 2",                                  "0802" ID,                                  E_VERSION},
        {"version 0 spelled out",                      "0800" ID,                                  E_FORMAT },
        {"no id",                                      V,                                          E_FORMAT },
        {"an id of zeros",                             V "1210" ZERO_ID,                           E_FORMAT },
        {"an id of 15 bytes",                          V "120f010101010101010101010101010101",     E_FORMAT },
        {"an id of 17 bytes",                          V "12110101010101010101010101010101010101", E_FORMAT },
        {"an id that is cut off",                      V "12100101",                               E_FORMAT },
        {"the id twice",                               V ID ID,                                    E_FORMAT },
        {"the version twice",                          V V ID,                                     E_FORMAT },
        {"the version behind the id",                  ID V,                                       E_VERSION},
        {"fields in the wrong order",                  HEAD "40013805",                            E_FORMAT },
        {"an unknown field at the end",                HEAD "c80101",                              E_FORMAT },
        {"field 0",                                    "0001" HEAD,                                E_FORMAT },
        {"the id as a number",                         V "1001",                                   E_FORMAT },
        {"the version as bytes",                       "0a0101" ID,                                E_FORMAT },
        {"the version as 32 bits",                     "0d01000000" ID,                            E_FORMAT },
        {"a group",                                    HEAD "1b1c",                                E_FORMAT },
        {"a tag in two bytes that needs one",          "880001" ID,                                E_FORMAT },
        {"a tag that is cut off",                      HEAD "80",                                  E_FORMAT },
        {"a tag without a value",                      HEAD "38",                                  E_FORMAT },
        {"a number in two bytes that needs one",       HEAD "388100",                              E_FORMAT },
        {"the largest number",                         HEAD "38ffffffffffffffffff01",              CODE_OK  },
        {"a number of 65 bits",                        HEAD "38ffffffffffffffffff02",              E_FORMAT },
        {"a number of eleven bytes",                   HEAD "38ffffffffffffffffffff01",            E_FORMAT },
        {"zero spelled out",                           HEAD "3800",                                E_FORMAT },
        {"the largest of 32 bits",                     HEAD "b001ffffffff0f",                      CODE_OK  },
        {"33 bits where 32 are",                       HEAD "b001ffffffff1f",                      E_FORMAT },
        {"a tag that may be absent",                   HEAD "1a080303030303030303",                CODE_OK  },
        {"such a tag of zeros",                        HEAD "1a080000000000000000",                E_FORMAT },
        {"a character whose third byte is none",       HEAD "2203e282ff",                          E_FORMAT },
        {"text as long as it may be",                  HEAD "22086162636465666768",                CODE_OK  },
        {"text one byte longer",                       HEAD "2209616263646566676869",              E_SIZE   },
        {"empty text spelled out",                     HEAD "2200",                                E_FORMAT },
        {"text with a NUL",                            HEAD "2203610062",                          E_FORMAT },
        {"text of two, three, four bytes a character", HEAD "2206c3a9e282ac7a",
         CODE_OK                                                                                            },
        {"an emoji",                                   HEAD "2204f09f9a8c",                        CODE_OK  },
        {"a lone follower",                            HEAD "220180",                              E_FORMAT },
        {"a cut character",                            HEAD "2202e282",                            E_FORMAT },
        {"a slash spelled too long",                   HEAD "2202c0af",                            E_FORMAT },
        {"three bytes where two do",                   HEAD "2203e08080",                          E_FORMAT },
        {"four bytes where three do",                  HEAD "2204f0808080",                        E_FORMAT },
        {"half of a surrogate pair",                   HEAD "2203eda080",                          E_FORMAT },
        {"past the last character",                    HEAD "2204f4908080",                        E_FORMAT },
        {"a first byte that cannot be",                HEAD "2204f5808080",                        E_FORMAT },
        {"a wrong second follower",                    HEAD "2203e28241",                          E_FORMAT },
        {"a known code",                               HEAD "2a06" URGENT,                         CODE_OK  },
        {"an unknown code",                            HEAD "2a07757267656e7479",                  E_CODE   },
        {"a code with a NUL behind it",                HEAD "2a07" URGENT "00",                    E_CODE   },
        {"a code longer than any",
         HEAD "2a30" URGENT URGENT URGENT URGENT URGENT URGENT URGENT URGENT,
         E_CODE                                                                                             },
        {"an empty code spelled out",                  HEAD "2a00",                                E_FORMAT },
        {"bytes as many as may be",                    HEAD "320400000000",                        CODE_OK  },
        {"bytes, one more",                            HEAD "32050000000000",                      E_SIZE   },
        {"no bytes spelled out",                       HEAD "3200",                                E_FORMAT },
        {"true",                                       HEAD "4001",                                CODE_OK  },
        {"true as 2",                                  HEAD "4002",                                E_FORMAT },
        {"false spelled out",                          HEAD "4000",                                E_FORMAT },
        {"a named number",                             HEAD "4807",                                CODE_OK  },
        {"a number without a name",                    HEAD "4802",                                E_FORMAT },
        {"a negative number without a name",           HEAD "48ffffffffffffffffff01",              E_FORMAT },
        {"the first name spelled out",                 HEAD "4800",                                E_FORMAT },
        {"a list of numbers",                          HEAD "5204008f4e07",                        CODE_OK  },
        {"one number too many",                        HEAD "520401020304",                        E_SIZE   },
        {"an empty list spelled out",                  HEAD "5200",                                E_FORMAT },
        {"a list in two pieces",                       HEAD "520101520102",                        E_FORMAT },
        {"a list with a field for each",               HEAD "50015002",                            E_FORMAT },
        {"a list whose last number is cut",            HEAD "520180",                              E_FORMAT },
        {"a list with a long zero",                    HEAD "52028000",                            E_FORMAT },
        {"a list past the end",                        HEAD "520501",                              E_FORMAT },
        {"two words, one empty",                       HEAD "5a005a0161",                          CODE_OK  },
        {"three words",                                HEAD "5a01615a01615a0161",                  E_SIZE   },
        {"a word that is too long",                    HEAD "5a06616263646566",                    E_SIZE   },
        {"a list of ids",                              HEAD "6210" SOME_ID "6210" SOME_ID,         CODE_OK  },
        {"an id of zeros in a list",                   HEAD "6210" ZERO_ID,                        E_FORMAT },
        {"an empty id in a list",                      HEAD "6200",                                E_FORMAT },
        {"a list of codes",                            HEAD "6a04" DEBT "6a04" DEBT,               CODE_OK  },
        {"an empty code in a list",                    HEAD "6a00",                                E_CODE   },
        {"names in a list, also the first",            HEAD "72020007",                            CODE_OK  },
        {"a number without a name in a list",          HEAD "720102",                              E_FORMAT },
        {"bytes in a list, some none",                 HEAD "7a007a0109",                          CODE_OK  },
        {"messages in a list, one empty",              HEAD "820106" LEAF "820100",                CODE_OK  },
        {"a message in a list with an unknown field",  HEAD "82010018",                            E_FORMAT },
        {"a message inside",                           HEAD "8a0106" LEAF,                         CODE_OK  },
        {"an empty message inside",                    HEAD "8a0100",                              CODE_OK  },
        {"a message twice",                            HEAD "8a01008a0100",                        E_FORMAT },
        {"a message with an unknown field",            HEAD "8a01021801",                          E_FORMAT },
        {"a message that ends in a number",            HEAD "8a010108",                            E_FORMAT },
        {"a limit inside a message",                   HEAD "8a01081206616263646566",              E_SIZE   },
        {"one of two",                                 HEAD "9a0106" LEAF,                         CODE_OK  },
        {"both of two",                                HEAD "9201009a0106" LEAF,                   E_FORMAT },
        {"everything",
         HEAD "1a080303030303030303"
                     "220161"
                     "2a07" ROUTINE "320109"
                     "3805"
                     "4001"
                     "4801"
                     "520103"
                     "5a0162"
                     "6210" SOME_ID "6a04" DEBT "720107"
                     "7a0109"
                     "820106" LEAF "8a0106" LEAF "920106" LEAF "a20120" SOME_ID SOME_ID
                     "aa0140" SOME_ID SOME_ID SOME_ID SOME_ID "b00101",
         CODE_OK                                                                                            },
};

static struct span unhex(const char *hex, uint8_t bytes[HEX_BYTES_MAX])
{
    size_t len = strlen(hex) / 2;

    assert_true(len <= HEX_BYTES_MAX);
    assert_true(ids_unhex(hex, bytes, len));
    return (struct span){bytes, len};
}

/* Accepted bytes must come back from wire_put and from protobuf-c's own packing. */
static void check_same(const struct wire_map *map, struct span bytes, const void *made)
{
    uint8_t *again = malloc(bytes.len + 1);
    ProtobufCMessage *message =
            protobuf_c_message_unpack(map->descriptor, NULL, bytes.len, bytes.at);
    struct err err = {0};
    size_t len = 0;

    assert_non_null(again);
    if (!wire_put(map, made, again, bytes.len, &len, &err))
        fail_msg("%s: %s", map->name, err.msg);
    assert_true(span_equal((struct span){again, len}, bytes));
    assert_non_null(message);
    assert_int_equal(protobuf_c_message_get_packed_size(message), bytes.len);
    assert_int_equal(protobuf_c_message_pack(message, again), bytes.len);
    assert_memory_equal(again, bytes.at, bytes.len);
    protobuf_c_message_free_unpacked(message, NULL);
    free(again);
}

static void every_spelling_but_one_is_refused(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    uint8_t bytes[HEX_BYTES_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct span span = unhex(ROWS[i].hex, bytes);
        struct sample sample = {.big = 77};
        struct err err = {0};
        bool ok = wire_get(&WIRE_SAMPLE, span, &arena, &sample, &err);

        if (ok != (ROWS[i].code == CODE_OK) || err.code != ROWS[i].code)
            fail_msg("%s: %s %s", ROWS[i].words, code_name(err.code), err.msg);
        if (ok)
            check_same(&WIRE_SAMPLE, span, &sample);
        else
            assert_int_equal(arena.used, 0);
        if (!ok)
            assert_int_equal(sample.big, 77);
        arena_reset(&arena, 0);
    }
    arena_free(&arena);
}

/* --- what the struct holds --- */

static void get_everything(struct arena *arena, struct sample *sample)
{
    uint8_t bytes[HEX_BYTES_MAX];
    struct err err = {0};

    assert_true(wire_get(&WIRE_SAMPLE, unhex(ROWS[COUNT_OF(ROWS) - 1].hex, bytes),
            arena, sample, &err));
    memset(bytes, 0xee, sizeof bytes); /* nothing may point into the caller's bytes */
}

static void every_field_finds_its_place(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    struct sample s;

    (void)state;
    get_everything(&arena, &s);
    assert_int_equal(s.v, 1);
    assert_int_equal(s.id.b[15], 1);
    assert_int_equal(s.tag.b[7], 3);
    assert_string_equal(s.text, "a");
    assert_int_equal(s.urgency, URGENCY_ROUTINE);
    assert_true(s.raw.len == 1 && s.raw.at[0] == 9);
    assert_int_equal(s.big, 5);
    assert_true(s.yes);
    assert_int_equal(s.colour, SAMPLE_COLOUR_RED);
    assert_true(s.n_numbers == 1 && s.numbers[0] == 3);
    assert_int_equal(s.n_words, 1);
    assert_string_equal(s.words[0], "b");
    assert_true(s.n_ids == 1 && s.ids[0].b[0] == 2);
    assert_true(s.n_needs == 1 && s.needs[0] == NEED_CATEGORY_DEBT);
    assert_true(s.n_colours == 1 && s.colours[0] == SAMPLE_COLOUR_DEEP_BLUE);
    assert_true(s.n_raws == 1 && s.raws[0].len == 1 && s.raws[0].at[0] == 9);
    assert_true(s.n_leaves == 1 && s.leaves[0].n == 5);
    assert_string_equal(s.leaves[0].word, "hi");
    assert_string_equal(s.leaf->word, "hi");
    assert_int_equal(s.left->n, 5);
    assert_null(s.right);
    assert_true(s.key.b[31] == 2 && s.sig.b[63] == 2);
    assert_int_equal(s.register_, 1);
    arena_free(&arena);
}

static void absent_fields_are_zero_and_empty(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    uint8_t bytes[HEX_BYTES_MAX];
    struct sample s;
    struct err err = {0};

    (void)state;
    memset(&s, 0xee, sizeof s);
    assert_true(wire_get(&WIRE_SAMPLE, unhex(HEAD, bytes), &arena, &s, &err));
    assert_string_equal(s.text, "");
    assert_true(s.urgency == 0 && s.raw.len == 0 && s.big == 0 && !s.yes);
    assert_true(s.n_numbers == 0 && s.n_words == 0 && s.n_leaves == 0);
    assert_null(s.leaf);
    assert_null(s.left);
    assert_null(s.right);
    assert_true(s.key.b[0] == 0 && s.tag.b[0] == 0);
    arena_free(&arena);
}

static void enums_have_names(void **state)
{
    (void)state;
    assert_string_equal(sample_colour_name(SAMPLE_COLOUR_DEEP_BLUE), "deep_blue");
    assert_string_equal(sample_colour_name((enum sample_colour)3), "unknown");
    assert_string_equal(kind_name(KIND_LETTER), "letter");
}

/* --- limits --- */

/* n empty leaves behind HEAD. */
static struct span leaves(size_t n, uint8_t *bytes)
{
    struct span head = unhex(HEAD, bytes);

    for (size_t i = 0; i < n; i++)
        memcpy(bytes + head.len + 3 * i, "\x82\x01\x00", 3);
    return (struct span){bytes, head.len + 3 * n};
}

static void elements_are_counted_over_all_depths(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    uint8_t *bytes = malloc(HEX_BYTES_MAX + 3 * WIRE_ELEMENTS_MAX);
    struct sample s;
    struct err err = {0};

    (void)state;
    /* v and id are elements too. */
    assert_true(wire_get(&WIRE_SAMPLE, leaves(WIRE_ELEMENTS_MAX - 2, bytes), &arena, &s,
            &err));
    assert_int_equal(s.n_leaves, WIRE_ELEMENTS_MAX - 2);
    assert_false(wire_get(&WIRE_SAMPLE, leaves(WIRE_ELEMENTS_MAX - 1, bytes), &arena,
            &s, &err));
    assert_int_equal(err.code, E_SIZE);
    /* The numbers of a list are counted like everything else: there is room for the
     * list and one number. */
    struct span full = leaves(WIRE_ELEMENTS_MAX - 4, bytes);
    memcpy(bytes + full.len, "\xba\x01\x02\x01\x01", 5);
    full.len += 5;
    assert_false(wire_get(&WIRE_SAMPLE, full, &arena, &s, &err));
    assert_int_equal(err.code, E_SIZE);
    bytes[full.len - 3] = 1;
    full.len--;
    arena_reset(&arena, 0);
    assert_true(wire_get(&WIRE_SAMPLE, full, &arena, &s, &err));
    assert_int_equal(s.n_late, 1);
    free(bytes);
    arena_free(&arena);
}

/* What a sender saw of the log: a name of 16 bytes, a head of 32, and nothing else. */
static void a_log_that_was_seen_has_its_lengths(void **state)
{
    static const struct {
        uint8_t store, root;
        enum code code;
    } ROWS_OF_LENGTHS[] = {
            {16, 32, CODE_OK },
            {15, 32, E_FORMAT},
            {17, 32, E_FORMAT},
            {0,  32, E_FORMAT},
            {32, 32, E_FORMAT},
            {16, 31, E_FORMAT},
            {16, 33, E_FORMAT},
            {16, 16, E_FORMAT},
            {16, 0,  E_FORMAT},
    };
    struct arena arena = arena_new(ARENA_BYTES);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS_OF_LENGTHS); i++) {
        uint8_t store = ROWS_OF_LENGTHS[i].store, root = ROWS_OF_LENGTHS[i].root;
        uint8_t bytes[80];
        struct seen_log seen;
        struct err err = {.code = CODE_OK};
        size_t n = 0;
        bytes[n++] = 1 << 3 | 2;
        bytes[n++] = store;
        memset(bytes + n, 7, store);
        n += store;
        bytes[n++] = 2 << 3;
        bytes[n++] = 5;
        bytes[n++] = 3 << 3 | 2;
        bytes[n++] = root;
        memset(bytes + n, 8, root);
        n += root;
        bool ok =
                wire_get(&WIRE_SEEN_LOG, (struct span){bytes, n}, &arena, &seen, &err);
        assert_int_equal(err.code, ROWS_OF_LENGTHS[i].code);
        assert_true(ok == (err.code == CODE_OK));
        arena_reset(&arena, 0);
    }
    arena_free(&arena);
}

static void a_frame_has_a_largest_length(void **state)
{
    struct arena arena = arena_new(64);
    uint8_t *bytes = calloc(1, WIRE_FRAME_MAX + 1);
    struct sample s;
    struct err err = {0};

    (void)state;
    assert_false(wire_get(&WIRE_SAMPLE, (struct span){bytes, WIRE_FRAME_MAX}, &arena,
            &s, &err));
    assert_int_equal(err.code, E_FORMAT);
    assert_false(wire_get(&WIRE_SAMPLE, (struct span){bytes, WIRE_FRAME_MAX + 1},
            &arena, &s, &err));
    assert_int_equal(err.code, E_SIZE);
    free(bytes);
    arena_free(&arena);
}

/* A message that holds itself, as no .proto of ours does. */
static const ProtobufCFieldDescriptor LOOP_FIELD;
static const ProtobufCMessageDescriptor LOOP_DESCRIPTOR = {.fields = &LOOP_FIELD};
static const struct wire_map LOOP;
static const struct wire_row LOOP_ROWS[] = {
        {.name = "loop", .kind = FIELD_MESSAGE, .number = 1, .sub = &LOOP},
};
static const struct wire_map LOOP = {
        .name = "Loop",
        .descriptor = &LOOP_DESCRIPTOR,
        .rows = LOOP_ROWS,
        .n_rows = 1,
};

static void messages_lie_four_deep_at_most(void **state)
{
    static const uint8_t four[] = {10, 6, 10, 4, 10, 2, 10, 0};
    static const uint8_t five[] = {10, 8, 10, 6, 10, 4, 10, 2, 10, 0};
    struct err err = {0};

    (void)state;
    assert_true(wire_check(&LOOP, SPAN_OF(four), &err));
    assert_false(wire_check(&LOOP, SPAN_OF(five), &err));
    assert_int_equal(err.code, E_FORMAT);
}

static void an_arena_that_is_too_small_is_a_refusal(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    uint8_t bytes[HEX_BYTES_MAX];
    struct span span = unhex(ROWS[COUNT_OF(ROWS) - 1].hex, bytes);
    struct sample s;
    struct err err = {0};
    size_t needed;

    (void)state;
    assert_true(wire_get(&WIRE_SAMPLE, span, &arena, &s, &err));
    needed = arena.used;
    for (size_t size = 0; size < needed; size++) {
        /* a piece of its own, so that one byte too far is seen */
        struct arena small = arena_new(size + (size == 0));

        small.size = size;
        s.big = 77;
        assert_false(wire_get(&WIRE_SAMPLE, span, &small, &s, &err));
        assert_int_equal(err.code, ERR_NOMEM);
        assert_true(small.used == 0 && s.big == 77);
        arena_free(&small);
    }
    arena_free(&arena);
}

/* The same where lists lie in messages that lie in lists, as in what a node shows. */
static void a_deep_message_needs_all_of_its_room(void **state)
{
    const uint16_t needs[] = {NEED_CATEGORY_DEBT};
    const struct case_line lines[] = {
            {.number = 1, .needs = needs, .n_needs = 1},
            {.number = 2, .needs = needs, .n_needs = 1}
    };
    const struct case_list list = {.cases = lines, .n_cases = 2};
    const struct reply reply = {.v = 1, .request_id = {{1}}, .cases = &list};
    struct arena packed = arena_new(ARENA_BYTES), arena = arena_new(ARENA_BYTES);
    struct err err = {0};
    struct span span;
    struct reply out;

    (void)state;
    assert_true(wire_put_arena(&WIRE_REPLY, &reply, &packed, &span, &err));
    assert_true(wire_get(&WIRE_REPLY, span, &arena, &out, &err));
    size_t needed = arena.used;
    for (size_t size = 0; size < needed; size += 4) {
        struct arena small = {.at = arena.at, .size = size};
        assert_false(wire_get(&WIRE_REPLY, span, &small, &out, &err));
        assert_int_equal(err.code, ERR_NOMEM);
        assert_int_equal(small.used, 0);
    }
    arena_free(&arena);
    arena_free(&packed);
}

/* --- putting --- */

/* What is wrong far inside is found where it is. */
static void what_is_wrong_inside_is_not_sent(void **state)
{
    const struct hello without_bytes = {
            .hello = {NULL, 5}
    };
    const struct frame frame = {.v = 1, .hello = &without_bytes};
    const struct sample good = {.v = 1, .id = {{1}}};
    struct arena none = {0};
    struct err err = {0};
    uint8_t out[HEX_BYTES_MAX];
    struct span span;
    size_t len = 77;

    (void)state;
    assert_false(wire_put(&WIRE_FRAME, &frame, out, sizeof out, &len, &err));
    assert_int_equal(err.code, E_FORMAT);
    assert_int_equal(len, 77);
    assert_false(wire_put_arena(&WIRE_SAMPLE, &good, &none, &span, &err));
    assert_int_equal(err.code, ERR_NOMEM);
}

/* Room enough, and still more than anybody takes: that is not for lack of memory. */
static void what_is_longer_than_a_frame_is_too_large(void **state)
{
    enum { LETTERS = 17, LETTER_BYTES = 70000 };
    static const uint8_t bytes[LETTER_BYTES];
    struct span letters[LETTERS], packed;
    struct put put = {.submission_id = {{1}}, .letters = letters, .n_letters = LETTERS};
    struct arena arena = arena_new((size_t)2 * WIRE_FRAME_MAX);
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < LETTERS; i++)
        letters[i] = (struct span){bytes, sizeof bytes};
    assert_false(wire_put_arena(&WIRE_PUT, &put, &arena, &packed, &err));
    assert_int_equal(err.code, E_SIZE);
    assert_int_equal(arena.used, 0);
    assert_false(arena_was_full(&arena));
    arena_free(&arena);
}

/* A field may take a part of a vocabulary: what lies outside of it is no code there. */
static void a_code_outside_of_its_part_is_refused(void **state)
{
    struct rights_answer answer = {.number = 1, .answer = RIGHTS_ANSWER_EXTENDED};
    struct settle_erase settle = {.case_number = 1,
            .reason = RIGHTS_REASON_CONFIRMED_OTHERWISE};
    struct err err = {0};
    uint8_t out[HEX_BYTES_MAX];
    size_t len;

    (void)state;
    assert_true(wire_put(&WIRE_RIGHTS_ANSWER, &answer, out, sizeof out, &len, &err));
    answer.answer = RIGHTS_ANSWER_SETTLED;
    assert_false(wire_put(&WIRE_RIGHTS_ANSWER, &answer, out, sizeof out, &len, &err));
    assert_int_equal(err.code, E_CODE);
    assert_true(wire_put(&WIRE_SETTLE_ERASE, &settle, out, sizeof out, &len, &err));
    settle.reason = RIGHTS_REASON_MANY_REQUESTS;
    assert_false(wire_put(&WIRE_SETTLE_ERASE, &settle, out, sizeof out, &len, &err));
    assert_int_equal(err.code, E_CODE);
}

/* More mail than a frame holds, though each of it is small enough. */
static void a_frame_that_is_too_full_is_not_sent(void **state)
{
    enum { LETTER = 70000, MAILS = 1 + WIRE_FRAME_MAX / LETTER };
    uint8_t *letter = calloc(1, LETTER), *out = malloc(2 * WIRE_FRAME_MAX);
    struct mail mails[MAILS];
    const struct deliver deliver = {.mail = mails, .n_mail = MAILS};
    const struct frame frame = {.v = 1, .deliver = &deliver};
    const struct deliver less = {.mail = mails, .n_mail = MAILS - 1};
    const struct frame fits = {.v = 1, .deliver = &less};
    struct err err = {0};
    size_t len = 77;

    (void)state;
    for (size_t i = 0; i < MAILS; i++)
        mails[i] = (struct mail){
                .mail_id = i + 1,
                .letter = {letter, LETTER}
        };
    assert_false(wire_put(&WIRE_FRAME, &frame, out, 2 * WIRE_FRAME_MAX, &len, &err));
    assert_int_equal(err.code, E_SIZE);
    assert_int_equal(len, 77);
    assert_true(wire_put(&WIRE_FRAME, &fits, out, 2 * WIRE_FRAME_MAX, &len, &err));
    free(out);
    free(letter);
}

static void nothing_at_all_is_a_message_without_fields(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    struct ping ping = {.answer = true};
    struct err err = {0};

    (void)state;
    assert_true(wire_get(&WIRE_PING, (struct span){NULL, 0}, &arena, &ping, &err));
    assert_false(ping.answer);
    arena_free(&arena);
}

static enum code put_code(const struct sample *sample)
{
    uint8_t out[HEX_BYTES_MAX];
    struct err err = {0};
    size_t len = 77;

    if (wire_put(&WIRE_SAMPLE, sample, out, sizeof out, &len, &err))
        return CODE_OK;
    assert_int_equal(len, 77);
    return err.code;
}

static void what_we_would_refuse_is_not_sent(void **state)
{
    const struct sample good = {.v = 1, .id = {{1}}};
    static const char *const words[] = {"a", NULL, "c"};
    static const uint16_t needs[] = {NEED_CATEGORY_DEBT, 0, N_NEED_CATEGORY};
    static const struct id ids[2] = {{{1}}, {{0}}};
    static const struct sample_leaf leaf = {.n = 1};
    static const struct sample_leaf long_leaf = {.word = "abcdef"};
    struct sample s;

    (void)state;
    assert_int_equal(put_code(&good), CODE_OK);
#define REFUSED(member, value, expected)                                               \
    s = good;                                                                          \
    s.member = value;                                                                  \
    assert_int_equal(put_code(&s), expected)
    REFUSED(v, 0, E_VERSION);
    REFUSED(v, 2, E_VERSION);
    REFUSED(id.b[0], 0, E_FORMAT);
    REFUSED(text, "abcdefghi", E_SIZE);
    REFUSED(text, "\xff", E_FORMAT);
    REFUSED(text, NULL, CODE_OK);
    REFUSED(urgency, N_URGENCY, E_CODE);
    REFUSED(colour, (enum sample_colour)2, E_FORMAT);
    REFUSED(raw, ((struct span){NULL, 1}), E_FORMAT);
    REFUSED(n_words, 1, E_FORMAT);
    REFUSED(leaf, &long_leaf, E_SIZE);
#undef REFUSED
    s = good;
    s.left = s.right = &leaf;
    assert_int_equal(put_code(&s), E_FORMAT);
    s = good;
    s.words = words;
    s.n_words = 2;
    assert_int_equal(put_code(&s), CODE_OK);
    s.n_words = 3;
    assert_int_equal(put_code(&s), E_SIZE);
    s = good;
    s.needs = needs;
    s.n_needs = 2;
    assert_int_equal(put_code(&s), E_CODE);
    s = good;
    s.ids = ids;
    s.n_ids = 2;
    assert_int_equal(put_code(&s), E_FORMAT);
}

static void room_is_never_overrun(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    struct err err = {0};
    struct span whole;
    struct sample s;

    (void)state;
    get_everything(&arena, &s);
    assert_true(wire_put_arena(&WIRE_SAMPLE, &s, &arena, &whole, &err));
    for (size_t cap = 0; cap < whole.len; cap++) {
        uint8_t *out = malloc(cap + 1);
        size_t len = 77;

        out[cap] = 0x5a;
        assert_false(wire_put(&WIRE_SAMPLE, &s, out, cap, &len, &err));
        assert_int_equal(err.code, E_SIZE);
        assert_true(len == 77 && out[cap] == 0x5a);
        free(out);
    }
    arena.size = arena.used + 10;
    size_t used = arena.used;
    assert_false(wire_put_arena(&WIRE_SAMPLE, &s, &arena, &whole, &err));
    assert_int_equal(err.code, ERR_NOMEM);
    assert_int_equal(arena.used, used);
    arena_free(&arena);
}

/* --- whole messages of the bus --- */

/* A bit that flips gives another message with exactly its own spelling, or a refusal.
 */
static void flip_every_bit(const struct wire_map *map, struct span bytes)
{
    struct arena arena = arena_new(ARENA_BYTES);
    uint8_t flipped[FLIP_BYTES_MAX];
    void *made = malloc(map->size);
    size_t refused = 0;

    assert_true(bytes.len <= sizeof flipped);
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        struct span other = {flipped, bytes.len};
        struct err err = {0};

        memcpy(flipped, bytes.at, bytes.len);
        flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
        arena_reset(&arena, 0);
        if (wire_get(map, other, &arena, made, &err))
            check_same(map, other, made);
        else
            refused++;
    }
    assert_true(refused > 0);
    free(made);
    arena_free(&arena);
}

static void one_flipped_bit_is_refused_or_is_its_own_message(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    static const uint16_t categories[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS};
    static const char *const areas[] = {"44021", "44052"};
    const struct letter_core core = {.v = 1,
            .msg_id = {{1}},
            .class_ = LETTER_CLASS_PERSONAL,
            .type = LETTER_TYPE_PREVIEW,
            .sender = "home-care",
            .recipient = "centre",
            .created_ms = 1700000000000,
            .expires_ms = 1700009999999,
            .recipient_ekid = {{2}},
            .referral_id = {{3}},
            .event = OFFER_EVENT_OFFER,
            .purpose = PURPOSE_CARE_COORDINATION,
            .data_categories = categories,
            .n_data_categories = 2,
            .level = LEVEL_S1,
            .urgency = URGENCY_URGENT,
            .area = "44021",
            .size_class = 1};
    const struct service service = {.need = NEED_CATEGORY_DEBT,
            .areas = areas,
            .n_areas = 2,
            .hours = "9-12"};
    const struct statement statement = {.v = 1,
            .author = "centre",
            .kind = STATEMENT_KIND_SERVICE,
            .subject = "debt",
            .version = 3,
            .service = &service};
    uint8_t bytes[HEX_BYTES_MAX];
    struct err err = {0};
    struct span packed;

    (void)state;
    flip_every_bit(&WIRE_SAMPLE, unhex(ROWS[COUNT_OF(ROWS) - 1].hex, bytes));
    assert_true(wire_put_arena(&WIRE_LETTER_CORE, &core, &arena, &packed, &err));
    flip_every_bit(&WIRE_LETTER_CORE, packed);
    assert_true(wire_put_arena(&WIRE_STATEMENT, &statement, &arena, &packed, &err));
    flip_every_bit(&WIRE_STATEMENT, packed);
    arena_free(&arena);
}

static bool type_fits(const struct wire_row *row, const ProtobufCFieldDescriptor *field)
{
    switch (row->kind) {
    case FIELD_BOOL: return field->type == PROTOBUF_C_TYPE_BOOL;
    case FIELD_U32: return field->type == PROTOBUF_C_TYPE_UINT32;
    case FIELD_U64: return field->type == PROTOBUF_C_TYPE_UINT64;
    case FIELD_ENUM: return field->type == PROTOBUF_C_TYPE_ENUM;
    case FIELD_TEXT:
    case FIELD_VOCAB: return field->type == PROTOBUF_C_TYPE_STRING;
    case FIELD_BYTES:
    case FIELD_FIXED: return field->type == PROTOBUF_C_TYPE_BYTES;
    case FIELD_MESSAGE: break;
    }
    return field->type == PROTOBUF_C_TYPE_MESSAGE &&
           field->descriptor == row->sub->descriptor;
}

/* The rows come from our reading of the .proto, the descriptors from protoc's. */
static void check_map(const struct wire_map *map)
{
    assert_string_equal(map->name, map->descriptor->short_name);
    assert_int_equal(map->n_rows, map->descriptor->n_fields);
    for (size_t i = 0; i < map->n_rows; i++) {
        const struct wire_row *row = &map->rows[i];
        const ProtobufCFieldDescriptor *field = &map->descriptor->fields[i];
        bool list = field->label == PROTOBUF_C_LABEL_REPEATED;

        assert_string_equal(row->name, field->name);
        assert_int_equal(row->number, field->id);
        assert_true(type_fits(row, field));
        assert_true(list == (row->max > 0));
        assert_true((row->oneof != 0) ==
                    ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0));
        assert_true(row->at + (list ? sizeof(void *) : row->size) <= map->size);
    }
}

static void maps_agree_with_the_descriptors(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_WIRE_ALL_BUS; i++)
        check_map(WIRE_ALL_BUS[i]);
    for (size_t i = 0; i < N_WIRE_ALL_CONTENT; i++)
        check_map(WIRE_ALL_CONTENT[i]);
    for (size_t i = 0; i < N_WIRE_ALL_GATEWAY; i++)
        check_map(WIRE_ALL_GATEWAY[i]);
    for (size_t i = 0; i < N_WIRE_ALL_SAMPLE; i++)
        check_map(WIRE_ALL_SAMPLE[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_spelling_but_one_is_refused),
            cmocka_unit_test(every_field_finds_its_place),
            cmocka_unit_test(absent_fields_are_zero_and_empty),
            cmocka_unit_test(enums_have_names),
            cmocka_unit_test(elements_are_counted_over_all_depths),
            cmocka_unit_test(a_log_that_was_seen_has_its_lengths),
            cmocka_unit_test(a_frame_has_a_largest_length),
            cmocka_unit_test(messages_lie_four_deep_at_most),
            cmocka_unit_test(an_arena_that_is_too_small_is_a_refusal),
            cmocka_unit_test(a_deep_message_needs_all_of_its_room),
            cmocka_unit_test(what_is_wrong_inside_is_not_sent),
            cmocka_unit_test(what_is_longer_than_a_frame_is_too_large),
            cmocka_unit_test(a_code_outside_of_its_part_is_refused),
            cmocka_unit_test(a_frame_that_is_too_full_is_not_sent),
            cmocka_unit_test(nothing_at_all_is_a_message_without_fields),
            cmocka_unit_test(what_we_would_refuse_is_not_sent),
            cmocka_unit_test(room_is_never_overrun),
            cmocka_unit_test(one_flipped_bit_is_refused_or_is_its_own_message),
            cmocka_unit_test(maps_agree_with_the_descriptors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
