/* disclose_confidence.c - finding marks, and taking out what lies between them. */
#include "nodes/disclose_confidence.h"

#include <string.h>
#include <strings.h>

static const char *const WORDS[] = {"vertrouwelijk", "confidentiel", "confidential",
        "confidence"};

/* What begins so behind a bracket is meant as a mark, however it ends. */
static const char *const BEGINNINGS[] = {"vertrouw", "confid"};

struct mark {
    const char *at; /* of its bracket; NULL: there is none */
    const char *behind;
    const char *word; /* one of WORDS; NULL: it only looks like a mark */
    bool closes;
};

static const char *skip_spaces(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

static bool begins_like_one(const char *text)
{
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++)
        if (strncasecmp(text, BEGINNINGS[i], strlen(BEGINNINGS[i])) == 0)
            return true;
    return false;
}

/* The mark that stands at this bracket, if it is meant as one. */
static bool read_mark(const char *bracket, struct mark *mark)
{
    const char *at = skip_spaces(bracket + 1);
    struct mark got = {.at = bracket};
    while (*at == '/' || *at == '\\') {
        got.closes = true;
        at = skip_spaces(at + 1);
    }
    if (!begins_like_one(at))
        return false;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        size_t len = strlen(WORDS[i]);
        if (strncasecmp(at, WORDS[i], len) != 0)
            continue;
        const char *end = skip_spaces(at + len);
        if (*end != ']')
            continue;
        got.word = WORDS[i];
        got.behind = end + 1;
    }
    *mark = got;
    return true;
}

static void find_mark(const char *text, struct mark *mark)
{
    *mark = (struct mark){.at = NULL};
    for (const char *at = strchr(text, '['); at != NULL; at = strchr(at + 1, '['))
        if (read_mark(at, mark))
            return;
}

bool confidence_is_marked(const char *text)
{
    struct mark mark = {.at = NULL};
    if (text != NULL)
        find_mark(text, &mark);
    return mark.at != NULL;
}

bool confidence_add(struct confidence *confidence, const char *part, struct err *err)
{
    if (part[0] == '\0')
        return true;
    if (confidence->n_parts == CONFIDENCE_PARTS_MAX)
        return err_set(err, E_SIZE, "more than %d parts in confidence",
                (int)CONFIDENCE_PARTS_MAX);
    confidence->parts[confidence->n_parts++] = part;
    return true;
}

/* A copy without the white space around it. */
static bool add_part(const char *from, const char *to, struct arena *arena,
        struct confidence *confidence, struct err *err)
{
    from = skip_spaces(from);
    while (to > from && strchr(" \t\r\n", to[-1]) != NULL)
        to--;
    size_t len = from < to ? (size_t)(to - from) : 0;
    char *part = arena_take(arena, len + 1);
    if (part == NULL)
        return err_set(err, E_SIZE, "no room for what was said in confidence");
    memcpy(part, from, len);
    part[len] = '\0';
    return confidence_add(confidence, part, err);
}

/* The white space at the seam once is enough. */
static size_t join(char *rest, size_t len, const char *from, const char *to)
{
    if (len > 0 && strchr(" \t\n", rest[len - 1]) != NULL)
        from = skip_spaces(from);
    size_t n = from < to ? (size_t)(to - from) : 0;
    memcpy(rest + len, from, n);
    return len + n;
}

bool confidence_split(const char *text, struct arena *arena, const char **rest,
        struct confidence *confidence, struct err *err)
{
    if (!confidence_is_marked(text)) {
        *rest = text;
        return true;
    }
    char *left = arena_take(arena, strlen(text) + 1);
    size_t len = 0;
    if (left == NULL)
        return err_set(err, E_SIZE, "no room for a text");
    struct mark open;
    find_mark(text, &open);
    while (open.at != NULL) {
        struct mark end = {.at = NULL};
        if (open.word != NULL && !open.closes)
            find_mark(open.behind, &end);
        if (end.at == NULL || !end.closes || end.word != open.word)
            return err_set(err, E_FIELD,
                    "a mark of confidence that is not closed by its own");
        len = join(left, len, text, open.at);
        if (!add_part(open.behind, end.at, arena, confidence, err))
            return false;
        text = end.behind;
        find_mark(text, &open);
    }
    len = join(left, len, text, text + strlen(text));
    while (len > 0 && strchr(" \t\r\n", left[len - 1]) != NULL)
        len--;
    left[len] = '\0';
    *rest = left;
    return true;
}
