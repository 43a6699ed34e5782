/* unit_confidence.c - what lies between marks of confidence is taken out of a text, and
 * a mark that is wrong lets nothing out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/span.h"
#include "nodes/disclose_confidence.h"

enum { ARENA_BYTES = 1 << 16, TEXTS = 20000, TEXT_BYTES = 2000 };

static const struct row {
    const char *text;
    const char *rest; /* NULL: refused */
    const char *parts[3];
} ROWS[] = {
        {"she likes to sing",                                          "she likes to sing",   {NULL}     },
        {"",                                                           "",                    {NULL}     },
        {"[see below] and [1]",                                        "[see below] and [1]", {NULL}     },
        {"a [vertrouwelijk] b [/vertrouwelijk] c",                     "a c",                 {"b"}      },
        {"a [confidentiel] b [/confidentiel] c",                       "a c",                 {"b"}      },
        {"a [confidential] b [/confidential] c",                       "a c",                 {"b"}      },
        {"a [confidence] b [/confidence] c",                           "a c",                 {"b"}      },
        {"[VERTROUWELIJK]b[/Vertrouwelijk]",                           "",                    {"b"}      },
        {"[ vertrouwelijk ] b [ / vertrouwelijk ]c",                   "c",                   {"b"}      },
        {"a\n[vertrouwelijk]\nb\n\nb2\n[/vertrouwelijk]\nc",           "a\nc",                {"b\n\nb2"}},
        {"[confidence]x[/confidence]y[confidence]z[/confidence]",      "y",                   {"x", "z"} },
        {"[confidence][/confidence]y",                                 "y",                   {NULL}     },
        {"[confidence] [1] [/confidence]y",                            "y",                   {"[1]"}    },
 /* Not closed, closed by another, closed and not begun, one in the other. */
        {"a [vertrouwelijk] b",                                        NULL,                  {NULL}     },
        {"a [vertrouwelijk] b [vertrouwelijk]",                        NULL,                  {NULL}     },
        {"a [vertrouwelijk] b [/confidential]",                        NULL,                  {NULL}     },
        {"a [/vertrouwelijk] b",                                       NULL,                  {NULL}     },
        {"a [/vertrouwelijk] b [vertrouwelijk]",                       NULL,                  {NULL}     },
        {"[confidence]a[confidence]b[/confidence]c[/confidence]",      NULL,                  {NULL}     },
        {"[confidence]a[vertrouwelijk]b[/vertrouwelijk][/confidence]", NULL,                  {NULL}     },
        {"[confidence]a[/confidence] b [/confidence]",                 NULL,                  {NULL}     },
        {"[confidence]a[/confidence] b [confidence]",                  NULL,                  {NULL}     },
 /* Misspelt: it was meant as a mark. */
        {"a [vertrouwelijk b [/vertrouwelijk]",                        NULL,                  {NULL}     },
        {"a [vertrouwlijk] b [/vertrouwlijk]",                         NULL,                  {NULL}     },
        {"a [vertrouwelijk] b [/vertrouwelijk",                        NULL,                  {NULL}     },
        {"a [vertrouwelijk] b [\\vertrouwelijk",                       NULL,                  {NULL}     },
        {"a [confidentiele] b",                                        NULL,                  {NULL}     },
        {"a [Confid.] b",                                              NULL,                  {NULL}     },
        {"a [ / confidence b",                                         NULL,                  {NULL}     },
};

static void what_lies_between_marks_is_taken_out(void **state)
{
    struct arena arena = arena_new(ARENA_BYTES);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct row *row = &ROWS[i];
        struct confidence got = {.n_parts = 0};
        struct err err = {.code = CODE_OK};
        const char *rest = NULL;
        arena_reset(&arena, 0);
        bool ok = confidence_split(row->text, &arena, &rest, &got, &err);
        if (ok != (row->rest != NULL))
            fail_msg("\"%s\": %s", row->text, ok ? rest : "refused");
        if (!ok) {
            assert_int_equal(err.code, E_FIELD);
            continue;
        }
        assert_string_equal(rest, row->rest);
        assert_false(confidence_is_marked(rest));
        size_t n = 0;
        while (n < COUNT_OF(row->parts) && row->parts[n] != NULL)
            n++;
        assert_int_equal(got.n_parts, n);
        for (size_t k = 0; k < n; k++)
            assert_string_equal(got.parts[k], row->parts[k]);
    }
    assert_false(confidence_is_marked(NULL));
    arena_free(&arena);
}

static void there_is_a_bound(void **state)
{
    static const char ONE[] = "[confidence]x[/confidence]";
    struct arena arena = arena_new(ARENA_BYTES);
    struct confidence got = {.n_parts = 0};
    struct err err = {.code = CODE_OK};
    const char *rest;
    (void)state;
    for (size_t i = 0; i < CONFIDENCE_PARTS_MAX; i++)
        assert_true(confidence_split(ONE, &arena, &rest, &got, &err));
    assert_false(confidence_split(ONE, &arena, &rest, &got, &err));
    assert_int_equal(err.code, E_SIZE);
    assert_true(confidence_add(&got, "", &err));
    assert_false(confidence_add(&got, "x", &err));
    struct arena small = arena_new(8);
    got.n_parts = 0;
    assert_false(confidence_split(ONE, &small, &rest, &got, &err));
    assert_int_equal(err.code, E_SIZE);
    arena_free(&small);
    arena_free(&arena);
}

/* Texts of words, marks of all kinds and secrets, put one behind the other by chance:
 * what is let out never holds a secret that stood behind an opening mark. */
static void whatever_the_marks_no_secret_is_let_out(void **state)
{
    static const char *const pieces[] = {"woord", " ", "\n", "[1]", "[", "]", "[/",
            "[vertrouwelijk]", "[/vertrouwelijk]", "[confidence]", "[/confidence]",
            "[ Confidential ]", "[ / confidential ]", "[vertrouwelijk", "confid"};
    static const char SECRET[] = "KANARIE";
    struct arena arena = arena_new(ARENA_BYTES);
    unsigned n_split = 0, n_refused = 0;
    uint32_t chance = 20261122;
    (void)state;
    for (unsigned i = 0; i < TEXTS; i++) {
        char text[TEXT_BYTES] = "";
        int depth = 0;
        for (unsigned k = 0; k < 2 + i % 6; k++) {
            chance = chance * 1664525u + 1013904223u;
            const char *piece = pieces[(chance >> 16) % COUNT_OF(pieces)];
            strcat(text, piece);
            /* A secret is written behind each mark that opens. */
            if (piece[0] == '[' && strpbrk(piece, "vfVF") != NULL &&
                    strchr(piece, '/') == NULL && strchr(piece, ']') != NULL) {
                strcat(text, SECRET);
                depth++;
            }
        }
        struct confidence got = {.n_parts = 0};
        struct err err = {.code = CODE_OK};
        const char *rest = NULL;
        arena_reset(&arena, 0);
        if (!confidence_split(text, &arena, &rest, &got, &err)) {
            n_refused++;
            continue;
        }
        n_split += depth > 0;
        if (strstr(rest, SECRET) != NULL || confidence_is_marked(rest))
            fail_msg("\"%s\" lets out \"%s\"", text, rest);
    }
    assert_true(n_split > 50);
    assert_true(n_refused > 1000);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_lies_between_marks_is_taken_out),
            cmocka_unit_test(there_is_a_bound),
            cmocka_unit_test(whatever_the_marks_no_secret_is_let_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
