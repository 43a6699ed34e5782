/* code.c - looking up refusal and error codes in the table that is made from
 * proto/vocab/code.tsv. */
#include "core/code.h"

#include <string.h>

static bool known(enum code code)
{
    return (unsigned)code < (unsigned)N_CODES;
}

const char *code_name(enum code code)
{
    return known(code) ? CODE_ROWS[code].name : "E_UNKNOWN";
}

enum code code_find(const char *name)
{
    unsigned i = 0;

    while (i < N_CODES && strcmp(CODE_ROWS[i].name, name) != 0)
        i++;
    return (enum code)i;
}

const char *code_sentence(enum code code, enum lang lang)
{
    if (!known(code) || (unsigned)lang >= N_LANGS)
        return "";
    return CODE_ROWS[code].sentence[lang];
}

bool code_retry(enum code code)
{
    return known(code) && CODE_ROWS[code].retry;
}

int code_exit(enum code code)
{
    /* A number that no table has is a fault of ours: we could not do what was asked. */
    return known(code) ? CODE_ROWS[code].exit : CODE_ROWS[ERR_INTERNAL].exit;
}
