/* operation.c - which problems an operation can give, by a table. */
#include "adapters/http/operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/span.h"
#include "core/wire_walk.h"

/* What a row is like, as far as it decides which problems there can be. */
enum trait {
    TRAIT_ANY = 1,
    TRAIT_TOKEN = 2,    /* needs a token */
    TRAIT_SCOPED = 4,   /* and that a certain scope */
    TRAIT_NODE = 8,     /* asks the node */
    TRAIT_BODY = 16,    /* has a body */
    TRAIT_SENDS = 32,   /* bears an idempotency key */
    TRAIT_MATCH = 64,   /* is about a state that was seen */
    TRAIT_NAMED = 128,  /* is about one thing that need not be there */
    TRAIT_STREAM = 256, /* goes on behind what was heard */
};

/* Of HTTP itself; and of the node, by the name of a code. */
static const struct {
    enum trait trait;
    enum problem_kind kind;
    const char *code; /* NULL: kind says it */
} ROWS[] = {
        {TRAIT_NODE,   PROBLEM_BAD_INPUT,      NULL          },
        {TRAIT_SENDS,  PROBLEM_NO_KEY,         NULL          },
        {TRAIT_TOKEN,  PROBLEM_NO_TOKEN,       NULL          },
        {TRAIT_TOKEN,  N_PROBLEM_KINDS,        "E_AUTH"      },
        {TRAIT_SCOPED, N_PROBLEM_KINDS,        "E_SCOPE"     },
        {TRAIT_NAMED,  N_PROBLEM_KINDS,        "E_NOT_FOUND" },
        {TRAIT_ANY,    PROBLEM_NOT_ACCEPTABLE, NULL          },
        {TRAIT_SENDS,  PROBLEM_KEY_RUNS,       NULL          },
        {TRAIT_STREAM, PROBLEM_EVENT_UNKNOWN,  NULL          },
        {TRAIT_MATCH,  PROBLEM_STALE,          NULL          },
        {TRAIT_BODY,   PROBLEM_TOO_LARGE,      NULL          },
        {TRAIT_BODY,   PROBLEM_NO_JSON,        NULL          },
        {TRAIT_ANY,    PROBLEM_BAD_HOST,       NULL          },
        {TRAIT_SENDS,  PROBLEM_KEY_REUSED,     NULL          },
        {TRAIT_MATCH,  PROBLEM_NO_MATCH,       NULL          },
        {TRAIT_TOKEN,  PROBLEM_TOO_MANY,       NULL          },
        {TRAIT_ANY,    PROBLEM_LONG_HEADERS,   NULL          },
        {TRAIT_NODE,   PROBLEM_NODE_AWAY,      NULL          },
        {TRAIT_SENDS,  N_PROBLEM_KINDS,        "ERR_NOMEM"   },
        {TRAIT_NODE,   N_PROBLEM_KINDS,        "ERR_INTERNAL"},
};

const struct operation_words *operation_words(const char *id)
{
    for (size_t i = 0; i < N_OPERATION_WORDS; i++)
        if (strcmp(OPERATION_WORDS[i].id, id) == 0)
            return &OPERATION_WORDS[i];
    return NULL;
}

const struct wire_map *operation_question(const struct route *route)
{
    struct wire_field op;
    return route->answer != ANSWER_LOCAL &&
                           wire_field_find(&WIRE_REQUEST, route->op, &op)
                   ? op.sub
                   : NULL;
}

const struct wire_map *operation_body(const struct route *route)
{
    const struct wire_map *question = operation_question(route);
    struct wire_field part;
    if (question == NULL || route->into == NULL ||
            !wire_field_find(question, route->into, &part))
        return question;
    return part.sub;
}

/* A list that goes on behind a name, which is no number that a cursor could be. */
static bool goes_on_by_name(const struct route *route)
{
    const struct wire_map *question = operation_question(route);
    struct wire_field after;
    return question != NULL && wire_field_find(question, "after", &after) &&
           after.kind == WALK_TEXT;
}

bool operation_takes(const struct route *route, const char *field)
{
    static const char *const ours[] = {"expected_version", "after", "limit"};
    if (strcmp(field, "after") == 0 && goes_on_by_name(route))
        return true;
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        if (strcmp(ours[i], field) == 0)
            return false;
    return (route->key == NULL || strcmp(route->key, field) != 0) &&
           (route->fixed[0] == NULL || strcmp(route->fixed[0], field) != 0);
}

bool operation_has_etag(const struct route *route)
{
    return route->answer == ANSWER_RESULT && strcmp(route->result, "case_") == 0;
}

const char *operation_type(const struct route *route)
{
    static const struct {
        const char *what, *type;
    } TYPES[] = {
            {"health",  "application/health+json"},
            {"live",    "application/health+json"},
            {"docs",    "text/html"              },
            {"metrics", "text/plain"             },
    };
    for (size_t i = 0; i < COUNT_OF(TYPES) && route->answer == ANSWER_LOCAL; i++)
        if (strcmp(TYPES[i].what, route->op) == 0)
            return TYPES[i].type;
    return "application/json";
}

/* Is the word of its path the number or name of something? A code is right or wrong. */
static bool is_named(const struct route *route)
{
    const struct wire_map *question = operation_question(route);
    struct wire_field key;
    if (question == NULL)
        return strchr(route->path, '{') != NULL;
    return route->key != NULL && wire_field_find(question, route->key, &key) &&
           (key.kind == WALK_U64 || key.kind == WALK_TEXT);
}

static unsigned traits_of(const struct route *route)
{
    static const struct {
        unsigned flag, trait;
    } FLAGS[] = {
            {ROUTE_BODY,   TRAIT_BODY  },
            {ROUTE_SENDS,  TRAIT_SENDS },
            {ROUTE_MATCH,  TRAIT_MATCH },
            {ROUTE_STREAM, TRAIT_STREAM},
    };
    unsigned traits = TRAIT_ANY;
    for (size_t i = 0; i < COUNT_OF(FLAGS); i++)
        if ((route->flags & FLAGS[i].flag) != 0)
            traits |= FLAGS[i].trait;
    if ((route->flags & ROUTE_OPEN) == 0)
        traits |= TRAIT_TOKEN;
    if (strchr(route->scopes, ':') != NULL || strcmp(route->scopes, "admin") == 0)
        traits |= TRAIT_SCOPED;
    if (route->answer != ANSWER_LOCAL)
        traits |= TRAIT_NODE;
    if (is_named(route))
        traits |= TRAIT_NAMED;
    return traits;
}

/* Put in its place by status, unless its type is there. */
static size_t insert(struct problem *problems, size_t n, const struct problem *one)
{
    size_t at = n;
    for (size_t i = 0; i < n; i++)
        if (strcmp(problems[i].type, one->type) == 0)
            return n;
    if (n == OPERATION_PROBLEMS_MAX)
        return n;
    for (; at > 0 && problems[at - 1].status > one->status; at--)
        problems[at] = problems[at - 1];
    problems[at] = *one;
    return n + 1;
}

size_t operation_problems(const struct route *route,
        struct problem problems[OPERATION_PROBLEMS_MAX])
{
    const struct operation_words *words = operation_words(route->id);
    unsigned traits = traits_of(route);
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        if ((traits & ROWS[i].trait) == 0)
            continue;
        struct problem problem =
                ROWS[i].code == NULL ? problem_of(ROWS[i].kind, LANG_EN)
                                     : problem_of_code(ROWS[i].code, false, LANG_EN);
        n = insert(problems, n, &problem);
    }
    const char *at = words == NULL ? "" : words->refusals;
    while (*at != '\0') {
        char code[PROBLEM_TYPE_BYTES];
        size_t len = strcspn(at, " ");
        snprintf(code, sizeof code, "%.*s", (int)len, at);
        struct problem problem = problem_of_code(code, false, LANG_EN);
        n = insert(problems, n, &problem);
        at += len + strspn(at + len, " ");
    }
    return n;
}

const char *operation_problem_name(const struct problem *problem)
{
    return strrchr(problem->type, ':') + 1;
}
