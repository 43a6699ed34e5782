/* openings.c - the register of who opened what: one signed row for each. */
#include "nodes/openings.h"

#include <stdio.h>

/* One opening on its way into the register. */
struct note {
    struct opening body;
    struct id letters[OPENINGS_LETTERS_MAX];
    int64_t once_in_ms; /* the same again within this is no new row */
};

static void begin(struct node *node, const struct gateway_call *call,
        enum opening_how how, int64_t once_in_ms, struct note *note)
{
    const char *actor = call->request->actor;
    *note = (struct note){
            .body = {.v = 1,
                     .at_ms = (uint64_t)node_now(node),
                     .actor = actor[0] != '\0' ? actor : call->token,
                     .how = how},
            .once_in_ms = once_in_ms,
    };
}

static struct spool_opening row_of(const struct note *note)
{
    const struct opening *body = &note->body;
    return (struct spool_opening){
            .case_number = body->case_number,
            .consent = body->consent_number,
            .nth = body->nth,
            .actor = body->actor,
            .how = body->how,
            .at_ms = (int64_t)body->at_ms,
            .letters = {(const uint8_t *)note->letters,
                        body->n_letters * sizeof note->letters[0]},
    };
}

/* Its place: behind the newest of the register, and of its case. */
static bool find_place(struct node *node, struct opening *body, struct err *err)
{
    struct spool_opening last;
    struct spool_opening last_of;
    if (!spool_next_opening(node->db, &body->number, err) ||
            !spool_last_opening(node->db, &last, err) ||
            !spool_last_opening_of(node->db, body->case_number, body->consent_number,
                    &last_of, err))
        return false;
    body->before = last.hash;
    body->nth = last_of.nth + 1;
    body->before_of_case = last_of.hash;
    return true;
}

/* Signed alone: the next one names its hash, also within one turn. */
static bool put(struct node *node, struct note *note, struct err *err)
{
    struct span packed;
    bool there;
    struct spool_opening row = row_of(note);
    int64_t now = node_now(node);
    if (!spool_has_opening(node->db, &row, now - now % note->once_in_ms, &there, err))
        return false;
    if (there)
        return true;
    note->body.letters = note->letters;
    if (!find_place(node, &note->body, err) ||
            !wire_put_arena(&WIRE_OPENING, &note->body, &node->scratch, &packed, err))
        return err_wrap(err, "an opening");
    row = row_of(note);
    row.hash = hash_sha256_one(packed);
    return signed_make(node->partner, node->home.identity, KIND_OPENING, packed,
                   &node->scratch, &row.bytes, err) &&
           spool_put_opening(node->db, &row, err);
}

static bool put_case(struct node *node, const struct spool_case *file,
        struct note *note, struct err *err)
{
    note->body.case_number = file->number;
    note->body.referral_id = file->referral_id;
    note->body.consent_id = file->consent_id;
    return spool_case_letters(node->db, file->number, note->letters,
                   OPENINGS_LETTERS_MAX, &note->body.n_letters, err) &&
           put(node, note, err);
}

bool openings_list(struct node *node, const struct gateway_call *call,
        const struct spool_case *file, struct err *err)
{
    struct note note;
    begin(node, call, OPENING_HOW_LIST, TIME_HOUR_MS, &note);
    return put_case(node, file, &note, err);
}

bool openings_show(struct node *node, const struct gateway_call *call,
        const struct spool_case *file, struct err *err)
{
    struct note note;
    begin(node, call, OPENING_HOW_SHOW, TIME_MINUTE_MS, &note);
    return put_case(node, file, &note, err);
}

bool openings_consent(struct node *node, const struct gateway_call *call,
        uint64_t consent, enum opening_how how, struct err *err)
{
    struct note note;
    begin(node, call, how, how == OPENING_HOW_LIST ? TIME_HOUR_MS : TIME_MINUTE_MS,
            &note);
    note.body.consent_number = consent;
    return put(node, &note, err);
}
