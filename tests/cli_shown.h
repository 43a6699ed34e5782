/* cli_shown.h - tables of replies and what a person reads of them: each row is one run
 * of the command line, on a screen, as JSON, and with too little memory. Included once
 * by a test program, after its own includes. */
#ifndef CLI_SHOWN_H
#define CLI_SHOWN_H

#include "tests/cli_node.h"

enum { PIECES_MAX = 20 };

/* One command, what the node answers in turn, and what must and must not stand there.
 */
struct shown {
    const char *line, *lang;
    const char *answers; /* NULL: nobody sits there */
    const struct reply *replies;
    size_t n;
    int status;
    const char *has[PIECES_MAX], *lacks[PIECES_MAX];
};

#define REPLIES(...)                                                                   \
    .replies = (const struct reply[]){__VA_ARGS__},                                    \
    .n = sizeof((const struct reply[]){__VA_ARGS__}) / sizeof(struct reply)
#define SAYS(...)  .has = {__VA_ARGS__}
#define NEVER(...) .lacks = {__VA_ARGS__}

static inline void shown_line(const struct shown *row, const char *more,
        char line[1000])
{
    replied = row->replies;
    n_replied = row->n;
    turn = 0;
    snprintf(line, 1000, "--home|%s|--lang|%s%s|%s", temp.folder, row->lang, more,
            row->line);
}

static inline void shown_check(const struct shown *row)
{
    char line[1000];
    shown_line(row, "", line);
    struct screen screen = screen_line(row->answers, line);
    if (screen.status != row->status)
        fail_msg("%s (%s) ends with %d: %s%s", row->line, row->lang, screen.status,
                screen.out, screen.err);
    for (size_t i = 0; i < PIECES_MAX && row->has[i] != NULL; i++)
        if (strstr(screen.out, row->has[i]) == NULL &&
                strstr(screen.err, row->has[i]) == NULL)
            fail_msg("%s (%s): \"%s\" is not in: %s%s", row->line, row->lang,
                    row->has[i], screen.out, screen.err);
    for (size_t i = 0; i < PIECES_MAX && row->lacks[i] != NULL; i++)
        if (strstr(screen.out, row->lacks[i]) != NULL)
            fail_msg("%s (%s): \"%s\" is in: %s", row->line, row->lang, row->lacks[i],
                    screen.out);
    screen_done(&screen);
}

/* Programs get all of it, whatever is shown to people. */
static inline void shown_json(const struct shown *row)
{
    char line[1000];
    shown_line(row, "|--json", line);
    struct screen screen = screen_line(NULL, line);
    if (screen.status <= EXIT_REFUSED &&
            strncmp(screen.out, "{\"code\":\"", strlen("{\"code\":\"")) != 0)
        fail_msg("%s is no JSON: %s", row->line, screen.out);
    screen_done(&screen);
}

static inline void shown_without_room(const struct shown *row)
{
    char line[1000];
    shown_line(row, "", line);
    for (uint64_t pieces = 0; has_too_little_room(row->answers, line, pieces); pieces++)
        ;
}

static inline void shown_all(const struct shown *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        shown_check(&rows[i]);
        shown_json(&rows[i]);
        if (rows[i].n > 0)
            shown_without_room(&rows[i]);
    }
}

#endif
