/* fuzz_disclose.c - any content of a letter: what it discloses is counted whole, and
 * what a candidate may see beforehand never holds more than was allowed.
 *
 * The first eight bytes are the categories that a preview may show, the rest is a
 * packed Content. */
#include "core/niss.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "core/wire_find.h"
#include "nodes/disclose.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"

enum {
    HEAD_BYTES = 8,
    ARENA_BYTES = 1 << 20,
    TODAY = 20619,
    PHONE_DIGITS = 6, /* with fewer it may be any words, and is no number to find */
};

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static bool stands_in(const char *secret, const char *text)
{
    return secret[0] != '\0' && strstr(text, secret) != NULL;
}

static bool is_number(const char *phone)
{
    size_t n = 0;
    for (; *phone != '\0'; phone++)
        n += *phone >= '0' && *phone <= '9';
    return n >= PHONE_DIGITS;
}

/* The preview of a referral, judged as a content of its own. */
static void try_preview(const struct content *content, uint64_t allowed,
        struct arena *arena)
{
    struct err err = {.code = CODE_OK};
    struct preview preview;
    memset(&preview, 0x5A, sizeof preview);
    struct preview before = preview;
    const struct referral *referral = content->referral;
    struct content shown = {.v = 1, .msg_id = content->msg_id, .sender = "a"};
    struct span bytes;
    if (!disclose_preview(referral, allowed, TODAY, arena, &preview, &err)) {
        must_say_why(&err);
        must(memcmp(&preview, &before, sizeof preview) == 0);
        return;
    }
    shown.preview = &preview;
    /* It can be sent, and discloses nothing that was not allowed. */
    must(wire_put_arena(&WIRE_CONTENT, &shown, arena, &bytes, &err));
    must((disclose_content(&shown).categories & ~allowed) == 0);
    if (referral->person == NULL ||
            disclose_names_person(&preview, referral->person) != NULL)
        return;
    must(!is_number(referral->person->phone) ||
            !stands_in(referral->person->phone, preview.strengths));
}

static void try_content(const struct content *content, uint64_t allowed,
        struct arena *arena)
{
    struct disclosure disclosure = disclose_content(content);
    uint16_t rows[64];
    uint64_t again = 0;
    size_t n = disclose_rows(disclosure.categories, rows, COUNT_OF(rows));
    for (size_t i = 0; i < n; i++) {
        must(rows[i] >= 1 && rows[i] <= vocab_count(VOCAB_DATA_CATEGORY));
        must(i == 0 || rows[i] > rows[i - 1]);
        again |= UINT64_C(1) << rows[i];
    }
    must(again == disclosure.categories);
    must(disclose_rows(disclosure.categories, rows, 1) <= 1 || n > 1);
    must(disclosure.level >= LEVEL_NONE && disclosure.level <= LEVEL_S2);
    char path[WIRE_PATH_BYTES];
    const struct wire_search search = {niss_within, NULL, 0};
    must(wire_find_text(&WIRE_CONTENT, content, &search, path) == (path[0] != '\0'));
    if (content->referral != NULL)
        try_preview(content, allowed, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {.code = CODE_OK};
    struct arena arena = arena_new(ARENA_BYTES);
    struct span input = {data, size};
    struct content content;
    uint64_t allowed = fuzz_number(&input, 4);
    allowed = allowed << 32 | fuzz_number(&input, 4);
    must(arena.at != NULL);
    if (wire_get(&WIRE_CONTENT, input, &arena, &content, &err))
        try_content(&content, allowed, &arena);
    arena_free(&arena);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    if (size < HEAD_BYTES || max_size < HEAD_BYTES + 64) {
        memset(data, 0xFF, max_size < HEAD_BYTES ? max_size : HEAD_BYTES);
        return max_size < HEAD_BYTES ? max_size : HEAD_BYTES;
    }
    if (seed % 8 == 0)
        data[seed / 8 % HEAD_BYTES] = (uint8_t)(seed >> 8);
    return HEAD_BYTES + mutate_message(&WIRE_CONTENT, data + HEAD_BYTES,
                                size - HEAD_BYTES, max_size - HEAD_BYTES, seed);
}
