/* problem.c - codes as HTTP problems, by tables. */
#include "adapters/http/problem.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/span.h"

#define URN "urn:problem-type:"

enum { RETRY_S = 5 };

/* Statuses of codes that are not the usual 409 of a refusal or 500 of a failure; type
 * NULL: named after the code. */
static const struct {
    enum code code;
    unsigned status;
    const char *type;
} ROWS[] = {
        {E_AUTH,              401, "belgif:invalidAccessToken" },
        {E_SCOPE,             403, "belgif:missingScope"       },
        {E_NOT_FOUND,         404, "belgif:resourceNotFound"   },
        {E_FORMAT,            400, "belgif:badRequest"         },
        {E_FIELD,             400, "belgif:badRequest"         },
        {E_CODE,              400, "belgif:badRequest"         },
        {E_SIZE,              400, NULL                        },
        {E_NISS,              400, NULL                        },
        {E_CONSENT_NONE,      403, NULL                        },
        {E_CONSENT_EXPIRED,   403, NULL                        },
        {E_CONSENT_WITHDRAWN, 403, NULL                        },
        {E_CONSENT_PURPOSE,   403, NULL                        },
        {E_CONSENT_DATA,      403, NULL                        },
        {E_CONSENT_RECIPIENT, 403, NULL                        },
        {E_CONSENT_AREA,      403, NULL                        },
        {E_LEVEL,             403, NULL                        },
        {E_SECRECY,           403, NULL                        },
        {E_PARTNERSHIP,       403, NULL                        },
        {E_MANDATE,           403, NULL                        },
        {E_BUSY,              503, NULL                        },
        {E_DISK,              503, NULL                        },
        {E_UNREACHABLE,       503, NULL                        },
        {E_DIRECTORY,         503, NULL                        },
        {E_CLOCK,             503, NULL                        },
        {ERR_AWAY,            503, "belgif:serviceUnavailable" },
        {ERR_DISK_FULL,       503, NULL                        },
        {ERR_NOMEM,           503, NULL                        },
        {ERR_INTERNAL,        500, "belgif:internalServerError"},
};

/* clang-format off */
#define X(name, status, type, nl, fr, en) {status, type, {nl, fr, en}},
/* clang-format on */
static const struct {
    unsigned status;
    const char *type;
    const char *words[N_LANGS];
} KINDS[N_PROBLEM_KINDS] = {PROBLEMS(X)};
#undef X

struct problem problem_of(enum problem_kind kind, enum lang lang)
{
    struct problem problem = {.status = KINDS[kind].status,
            .title = KINDS[kind].words[lang]};
    bool later = kind == PROBLEM_NODE_AWAY || kind == PROBLEM_TOO_MANY ||
                 kind == PROBLEM_KEY_RUNS;
    problem.retry_s = later ? 1 : 0;
    snprintf(problem.type, sizeof problem.type, URN "%s", KINDS[kind].type);
    return problem;
}

/* E_CONSENT_WITHDRAWN -> consentWithdrawn */
static void name_type(const char *code, char type[PROBLEM_TYPE_BYTES])
{
    size_t len = (size_t)snprintf(type, PROBLEM_TYPE_BYTES, URN "buurtbus:");
    const char *at = strchr(code, '_');
    bool capital = false;
    for (at = at == NULL ? code : at + 1; *at != '\0' && len + 1 < PROBLEM_TYPE_BYTES;
            at++) {
        if (*at == '_')
            capital = true;
        else {
            type[len++] = (char)(capital ? *at : tolower((unsigned char)*at));
            capital = false;
        }
    }
    type[len] = '\0';
}

struct problem problem_of_code(const char *code, bool matched, enum lang lang)
{
    enum code known = code_find(code);
    if (known == E_CONFLICT && matched)
        return problem_of(PROBLEM_STALE, lang);
    if (known == E_ID_REUSE)
        return problem_of(PROBLEM_KEY_REUSED, lang);
    /* Their sentences name words of the command line. */
    if (known == E_UNSURE || known == E_CONSENT_PERSON)
        return problem_of(known == E_UNSURE ? PROBLEM_UNSURE : PROBLEM_OTHER_PERSON,
                lang);
    bool failure = strncmp(code, "ERR_", strlen("ERR_")) == 0 || known == N_CODES;
    struct problem problem = {.status = failure ? 500 : 409,
            .title = code_sentence(known == N_CODES ? ERR_INTERNAL : known, lang),
            .retry_s = code_retry(known) ? RETRY_S : 0};
    name_type(code, problem.type);
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        if (ROWS[i].code != known)
            continue;
        problem.status = ROWS[i].status;
        if (ROWS[i].type != NULL)
            snprintf(problem.type, sizeof problem.type, URN "%s", ROWS[i].type);
    }
    return problem;
}
