/* consents_explain.h - decisions about letters, kept as they were made, and told
 * question by question. */
#ifndef CONSENTS_EXPLAIN_H
#define CONSENTS_EXPLAIN_H

#include "core/lang.h"
#include "nodes/consents.h"

/* What this was decided of, as a row for spool_put_judged but for its case; it lies in
 * the scratch arena. The code is the decision that came of it, which other questions
 * than those of consent may have made. */
MUST_USE bool consents_judged(struct node *node, const struct consents_ask *ask,
        enum spool_point point, enum code code, struct spool_judged *judged,
        struct err *err);

/* The same for people, with what came of the letter elsewhere and what the answer would
 * be now. whole: with all questions. It lies in the scratch arena. */
MUST_USE bool consents_tell(struct node *node, const struct spool_judged *judged,
        bool whole, enum lang lang, struct judgement *told, struct err *err);

/* Which letter, and the answer, without a question. */
void consents_tell_letter(const struct letter_core *core, enum code code,
        enum lang lang, struct judgement *told);
/* Told without being kept: point "checking". */
MUST_USE bool consents_tell_asked(struct node *node, const struct consents_ask *ask,
        enum code code, enum lang lang, struct judgement *told, struct err *err);

#endif
