/* code.h - every refusal and error code, with its sentence for a person in three
 * languages.
 *
 * The rows live in proto/vocab/code.tsv (columns code, exit, retry, nl, fr, en) and are
 * compiled to gen/code_gen.h. E_... are refusals (an answer that is "no"), ERR_... are
 * failures (no judgement was possible). */
#ifndef CODE_H
#define CODE_H

#include <stdbool.h>

#include "core/lang.h"
#include "gen/code_gen.h" /* enum code { CODE_OK, E_..., ERR_..., N_CODES } */

/* "E_CONSENT_NONE"; never NULL; an unknown number gives "E_UNKNOWN". */
const char *code_name(enum code code);

/* The code of that name, or N_CODES. */
enum code code_find(const char *name);

/* What happened and what to do, one or two plain sentences; never NULL. */
const char *code_sentence(enum code code, enum lang lang);

/* Can the same request succeed later without a change? */
bool code_retry(enum code code);

/* Exit status of a command that ends with this code: 0 ok, 1 refused, 2 bad use, 3
 * could not (see the man page). */
int code_exit(enum code code);

#endif
