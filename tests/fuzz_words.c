/* fuzz_words.c - the small texts that people and programs write: dates, ids, names of
 * partners, fingerprints, hexadecimal, codes, national numbers. What is taken is
 * written back as it was; what is not leaves nothing. */
#include <ctype.h>

#include "core/code.h"
#include "core/home_conf.h"
#include "core/ids.h"
#include "core/niss.h"
#include "core/time.h"
#include "core/vocab.h"
#include "nodes/disclose.h"
#include "tests/fuzz.h"

enum { TEXT_BYTES = 256 };

static void try_date(const char *text)
{
    char again[TIME_TEXT_BYTES];
    int32_t day = 77, band;
    if (!time_day_parse(text, &day)) {
        must(day == 77);
        must(disclose_age_band(text, 20619) == 0);
        return;
    }
    time_day_text(day, again);
    must(strcmp(again, text) == 0);
    band = disclose_age_band(text, 20619);
    must(band >= 0 && band <= vocab_count(VOCAB_AGE_BAND));
    must(band == 0 || day <= 20619);
    if (day >= 0 && day < 40000) {
        int64_t noon = ((int64_t)day * 24 + 12) * TIME_HOUR_MS;
        must(time_brussels_day(noon) == day);
        int64_t later = time_add_working_days(noon, 1);
        must(later > noon && time_is_working_day(time_brussels_day(later)));
    }
}

static void try_id(const char *text)
{
    char again[ID_TEXT_BYTES], lower[TEXT_BYTES];
    struct id id;
    memset(&id, 0x5A, sizeof id);
    struct id before = id;
    if (!ids_parse(text, &id)) {
        must(id_equal(&id, &before));
        return;
    }
    for (size_t i = 0; i <= strlen(text); i++)
        lower[i] = (char)tolower((unsigned char)text[i]);
    ids_text(&id, again);
    must(strcmp(again, lower) == 0);
}

static void try_hex(const char *text)
{
    uint8_t bytes[TEXT_BYTES / 2];
    char again[TEXT_BYTES + 1];
    size_t len = strlen(text) / 2;
    if (!ids_unhex(text, bytes, len))
        return;
    ids_hex((struct span){bytes, len}, again);
    must(strlen(again) == strlen(text));
    for (size_t i = 0; text[i] != '\0'; i++)
        must(again[i] == tolower((unsigned char)text[i]));
    must(!ids_unhex(text, bytes, len + 1) &&
            (len == 0 || !ids_unhex(text, bytes, len - 1)));
}

static void try_partner(const char *text)
{
    size_t len = strlen(text);
    if (!ids_partner_ok(text))
        return;
    must(len >= 2 && len < PARTNER_BYTES);
    must(text[0] != '-' && text[len - 1] != '-' && strstr(text, "--") == NULL);
    must(strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len);
}

static void try_fingerprint(const char *text, struct span bytes)
{
    struct key32 hash = hash_sha256_one(bytes);
    char right[FINGERPRINT_TEXT_BYTES];
    ids_fingerprint(&hash, right);
    must(ids_fingerprint_same(right, right));
    must(ids_fingerprint_same(text, right) == ids_fingerprint_same(right, text));
    /* An input cannot be the fingerprint of its own hash, but for a miracle. */
    must(!ids_fingerprint_same(text, right));
}

static void try_code(const char *text, uint8_t choice)
{
    enum code code = code_find(text);
    enum log_level level;
    must(code == N_CODES || strcmp(code_name(code), text) == 0);
    enum vocab vocab = (enum vocab)(choice % N_VOCABS);
    uint16_t row = vocab_find(vocab, text);
    must(row == 0 || strcmp(vocab_code(vocab, row), text) == 0);
    /* And the other way round, for a row that the input chooses. */
    row = (uint16_t)(1 + choice % vocab_count(vocab));
    must(vocab_find(vocab, vocab_code(vocab, row)) == row);
    must(vocab_column(vocab, row, text) != NULL);
    if (home_log_level(text, &level))
        must(strlen(text) >= 4 && strlen(text) <= 5);
}

/* The rule of the national register, said once more: 97 less the rest by 97, with a 2
 * in front for who was born from 2000 on. */
static bool is_number_of_a_person(const char *digits)
{
    uint64_t nine = 0, check;
    for (int i = 0; i < 9; i++)
        nine = nine * 10 + (uint64_t)(digits[i] - '0');
    check = (uint64_t)(digits[9] - '0') * 10 + (uint64_t)(digits[10] - '0');
    return 97 - nine % 97 == check || 97 - (nine + UINT64_C(2000000000)) % 97 == check;
}

/* The most characters between two digits. */
static size_t widest_gap(const char *text)
{
    size_t widest = 0, now = 0;
    for (text += strcspn(text, "0123456789"); *text != '\0'; text++) {
        now = *text >= '0' && *text <= '9' ? 0 : now + 1;
        if (now > widest && strpbrk(text, "0123456789") != NULL)
            widest = now;
    }
    return widest;
}

static void try_niss(const char *text, uint8_t n_others)
{
    char digits[TEXT_BYTES], padded[TEXT_BYTES + 2 * UINT8_MAX + 16];
    size_t n = 0;
    for (size_t i = 0; text[i] != '\0'; i++)
        if (text[i] >= '0' && text[i] <= '9')
            digits[n++] = text[i];
    if (!niss_ok(text))
        return;
    must(n == 11 && is_number_of_a_person(digits));
    /* Whatever stands around it, it is found; but in a text, numbers that stand far
     * apart belong to different things. */
    if (widest_gap(text) > 3)
        return;
    n = 0;
    for (size_t i = 0; i < n_others; i++)
        n += (size_t)snprintf(padded + n, sizeof padded - n, "7 ");
    snprintf(padded + n, sizeof padded - n, "%s, nu", text);
    must(niss_within(text) && niss_within(padded));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    char text[TEXT_BYTES] = "";
    struct span input = {data, size};
    if (!started)
        fuzz_start();
    started = true;
    uint8_t choice = fuzz_byte(&input);
    struct span words = fuzz_take(&input, sizeof text - 1);
    if (words.len > 0)
        memcpy(text, words.at, words.len);
    text[words.len] = '\0';
    try_date(text);
    try_id(text);
    try_hex(text);
    try_partner(text);
    try_fingerprint(text, words);
    try_code(text, choice);
    try_niss(text, choice);
    return 0;
}
