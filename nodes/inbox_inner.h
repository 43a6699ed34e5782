/* inbox_inner.h - the steps of one letter on its way in; for nodes/inbox_*.c alone. */
#ifndef INBOX_INNER_H
#define INBOX_INNER_H

#include "nodes/inbox.h"

/* inbox_judge.c: by what its core says, before it is opened. *code: the refusal. */
MUST_USE bool inbox_judge(struct node *node, const struct mail *mail,
        struct inbox_letter *letter, enum code *code, struct err *err);
/* Consent, asked with what the core declares; once opened, with what is really inside.
 */
enum code inbox_judge_consent(const struct node *node,
        const struct inbox_letter *letter);
/* What was decided of, so that it can be explained later. */
MUST_USE bool inbox_keep_judged(struct node *node, const struct inbox_letter *letter,
        enum code code, struct err *err);

/* inbox_open.c: open into the scratch arena. *code: the refusal. */
MUST_USE bool inbox_open(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err);
/* May what is inside come in? What is not admitted is shown to nobody: it was opened in
 * memory and goes no further. *code: the refusal. */
MUST_USE bool inbox_admit(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err);

#endif
