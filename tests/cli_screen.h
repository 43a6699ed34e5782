/* cli_screen.h - one run of the command line in the test itself: what it printed, and
 * how it ended. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "nodes/cli/cli.h"
#include "tests/temp.h"

enum { WORDS_MAX = 32 };

static const int64_t SCREEN_NOW = INT64_C(1790000000000);

/* What a command printed, and how it ended. */
struct screen {
    char *out, *err;
    int status;
};

static inline void screen_done(struct screen *screen)
{
    free(screen->out);
    free(screen->err);
}

/* Run with these words; answers NULL: nobody sits there. */
static inline struct screen screen_run(const char *answers, const char *const *words,
        int n_words)
{
    struct screen screen = {0};
    size_t out_len, err_len;
    const char *argv[WORDS_MAX + 1] = {"buurtbus"};
    char nothing[] = "\n", *typed = nothing;
    assert_true(n_words < WORDS_MAX);
    for (int i = 0; i < n_words; i++)
        argv[i + 1] = words[i];
    if (answers != NULL)
        typed = strdup(answers);
    struct cli cli = {
            .in = fmemopen(typed, strlen(typed), "r"),
            .out = open_memstream(&screen.out, &out_len),
            .err = open_memstream(&screen.err, &err_len),
            .terminal = answers != NULL,
            .lang = LANG_EN,
            .actor = "tester",
            .now_ms = SCREEN_NOW,
    };
    assert_non_null(cli.in);
    screen.status = cli_main(&cli, n_words + 1, argv);
    fclose(cli.in);
    fclose(cli.out);
    fclose(cli.err);
    if (answers != NULL)
        free(typed);
    return screen;
}

/* The same for words in one text, separated by bars. */
static inline struct screen screen_line(const char *answers, const char *line)
{
    const char *words[WORDS_MAX];
    int n = 0;
    char *copy = strdup(line), *rest = copy;
    for (char *word; (word = strsep(&rest, "|")) != NULL;)
        words[n++] = word;
    struct screen screen = screen_run(answers, words, n);
    free(copy);
    return screen;
}

static inline void assert_has(const char *text, const char *piece)
{
    if (strstr(text, piece) == NULL)
        fail_msg("\"%s\" is not in: %s", piece, text);
}

#endif
