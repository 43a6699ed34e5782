/* unit_err.c - errors in words, the memory they never come from, and the languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/lang.h"

static void an_error_has_a_code_and_words(void **state)
{
    (void)state;
    struct err err;
    assert_false(err_set(&err, ERR_IO, "cannot read %s: %d", "file", 5));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.msg, "cannot read file: 5");
    assert_false(err_wrap(&err, "letter %d", 7));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.msg, "letter 7: cannot read file: 5");

    /* Its own words may be an argument. */
    assert_false(err_set(&err, ERR_CORRUPT, "again: %s", err.msg));
    assert_string_equal(err.msg, "again: letter 7: cannot read file: 5");
    assert_int_equal(err_retry(&err), code_retry(ERR_CORRUPT));
    assert_false(err_set(NULL, ERR_IO, "nobody asks"));
    assert_false(err_wrap(NULL, "nobody asks"));
}

static void long_words_end_in_a_whole_character(void **state)
{
    (void)state;
    /* Characters of one to four bytes, shifted so that the cut falls at each place of
     * them. */
    static const char *const characters[] = {"a", "\xC3\xA9", "\xE2\x82\xAC",
            "\xF0\x9F\x8C\xB3"};
    for (size_t c = 0; c < COUNT_OF(characters); c++) {
        size_t width = strlen(characters[c]);
        for (size_t shift = 0; shift < 4; shift++) {
            char text[600] = {0};
            memset(text, 'x', shift);
            for (size_t at = shift; at + width < sizeof text; at += width)
                memcpy(text + at, characters[c], width);
            struct err err;
            err_set(&err, ERR_IO, "%s", text);
            size_t len = strlen(err.msg);
            assert_true(len < ERR_MSG_BYTES && len + width >= ERR_MSG_BYTES);
            assert_int_equal((len - shift) % width, 0);
            assert_memory_equal(err.msg, text, len);
            err_wrap(&err, "in front");
            assert_int_equal((strlen(err.msg) - shift - strlen("in front: ")) % width,
                    0);
        }
    }
}

static void an_arena_gives_zeroed_aligned_memory_until_it_is_full(void **state)
{
    (void)state;
    struct arena arena = arena_new(1000);
    assert_non_null(arena.at);
    memset(arena.at, 0xEE, arena.size);
    for (size_t len = 0; len < 20; len++) {
        const uint8_t *taken = arena_take(&arena, len);
        assert_non_null(taken);
        assert_int_equal((uintptr_t)taken % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < len; i++)
            assert_int_equal(taken[i], 0);
    }
    size_t used = arena.used;
    assert_null(arena_take(&arena, 1000));
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_null(arena_take(&arena, SIZE_MAX - 15));
    assert_int_equal(arena.used, used);

    arena_reset(&arena, 0);
    assert_non_null(arena_take(&arena, 1000));
    assert_null(arena_take(&arena, 1));
    arena_reset(&arena, 0);
    assert_null(arena_take(&arena, 1001));
    arena_free(&arena);
    assert_null(arena.at);
    assert_null(arena_take(&arena, 1));
    arena_free(&arena);
    arena_free(NULL);
}

static void a_language_is_found_by_its_tag(void **state)
{
    (void)state;
    static const struct {
        const char *tag;
        int lang; /* -1: none */
    } rows[] = {
            {"nl",          LANG_NL},
            {"fr",          LANG_FR},
            {"en",          LANG_EN},
            {"nl_BE.UTF-8", LANG_NL},
            {"fr-BE",       LANG_FR},
            {"en.UTF-8",    LANG_EN},
            {"nl@euro",     LANG_NL},
            {"",            -1     },
            {"n",           -1     },
            {"de",          -1     },
            {"C",           -1     },
            {"nld",         -1     },
            {"NL",          -1     },
            {"french",      -1     }
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum lang lang = N_LANGS;
        assert_int_equal(lang_find(rows[i].tag, &lang), rows[i].lang >= 0);
        assert_int_equal(lang, rows[i].lang >= 0 ? rows[i].lang : N_LANGS);
    }
    assert_false(lang_find(NULL, &(enum lang){LANG_NL}));
    assert_string_equal(lang_tag(LANG_NL), "nl");
    assert_string_equal(lang_tag(LANG_FR), "fr");
    assert_string_equal(lang_tag(LANG_EN), "en");
    assert_string_equal(lang_tag(N_LANGS), "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(an_error_has_a_code_and_words),
            cmocka_unit_test(long_words_end_in_a_whole_character),
            cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_until_it_is_full),
            cmocka_unit_test(a_language_is_found_by_its_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
