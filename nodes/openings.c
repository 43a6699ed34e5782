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

static bool note_case(struct node *node, const struct gateway_call *call,
        uint64_t number, enum opening_how how, int64_t once_in_ms, struct err *err)
{
    struct note note;
    struct spool_case file;
    bool found;
    if (!spool_get_case(node->db, number, &found, &file, err))
        return false;
    if (!found)
        return true;
    begin(node, call, how, once_in_ms, &note);
    note.body.case_number = number;
    note.body.referral_id = file.referral_id;
    note.body.consent_id = file.consent_id;
    return spool_case_letters(node->db, number, note.letters, OPENINGS_LETTERS_MAX,
                   &note.body.n_letters, err) &&
           put(node, &note, err);
}

/* ------------------------------------------------------------- what a reply shows */

static bool note_lines(struct node *node, const struct gateway_call *call,
        const struct case_line *lines, size_t n_lines, struct err *err)
{
    for (size_t i = 0; i < n_lines; i++) {
        bool shows = lines[i].person[0] != '\0' || lines[i].n_needs > 0;
        if (shows && !note_case(node, call, lines[i].number, OPENING_HOW_LIST,
                             TIME_HOUR_MS, err))
            return false;
    }
    return true;
}

/* Is there anything in it that was said in a letter? */
static bool shows_content(const struct case_detail *detail)
{
    bool any = detail->preview != NULL || detail->referral != NULL ||
               detail->signal != NULL;
    for (size_t i = 0; i < detail->n_moments && !any; i++)
        any = detail->moments[i].content.len > 0;
    return any;
}

/* Previews of what nobody has taken. */
static bool note_escalations(struct node *node, const struct gateway_call *call,
        const struct escalation_list *list, struct err *err)
{
    for (size_t i = 0; list != NULL && i < list->n_escalations; i++)
        if (list->escalations[i].preview != NULL &&
                !note_case(node, call, list->escalations[i].number, OPENING_HOW_LIST,
                        TIME_HOUR_MS, err))
            return false;
    return true;
}

/* Who is visited has a name in the list. */
static bool note_visits(struct node *node, const struct gateway_call *call,
        const struct visit_list *list, struct err *err)
{
    for (size_t i = 0; list != NULL && i < list->n_visits; i++)
        if (list->visits[i].person[0] != '\0' &&
                !note_case(node, call, list->visits[i].case_number, OPENING_HOW_LIST,
                        TIME_HOUR_MS, err))
            return false;
    return true;
}

static bool note_detail(struct node *node, const struct gateway_call *call,
        const struct case_detail *detail, struct err *err)
{
    return detail == NULL || !shows_content(detail) ||
           note_case(node, call, detail->line->number, OPENING_HOW_SHOW, TIME_MINUTE_MS,
                   err);
}

/* One record is a record that was opened; several are a list. */
static bool note_consents(struct node *node, const struct gateway_call *call,
        const struct consent_line *lines, size_t n_lines, struct err *err)
{
    bool listed = n_lines > 1 || call->request->consent_show == NULL;
    for (size_t i = 0; i < n_lines; i++) {
        struct note note;
        if (lines[i].given == NULL || lines[i].given->person[0] == '\0')
            continue;
        begin(node, call, listed ? OPENING_HOW_LIST : OPENING_HOW_CONSENT,
                listed ? TIME_HOUR_MS : TIME_MINUTE_MS, &note);
        note.body.consent_number = lines[i].number;
        if (!put(node, &note, err))
            return false;
    }
    return true;
}

static bool note_receipt(struct node *node, const struct gateway_call *call,
        const struct consent_receipt *receipt, struct err *err)
{
    struct note note;
    if (receipt == NULL)
        return true;
    begin(node, call, OPENING_HOW_CONSENT, TIME_MINUTE_MS, &note);
    note.body.consent_number = receipt->line->number;
    return put(node, &note, err);
}

bool openings_note_same(struct node *node, const struct gateway_call *call,
        uint64_t consent_number, struct err *err)
{
    struct note note;
    begin(node, call, OPENING_HOW_SAME_PERSON, 1, &note);
    note.body.consent_number = consent_number;
    return put(node, &note, err);
}

bool openings_note(struct node *node, const struct gateway_call *call, struct err *err)
{
    const struct reply *reply = &call->reply;
    const struct case_list *cases = reply->cases;
    const struct consent_record *consents = reply->consent;
    if (cases != NULL &&
            (!note_lines(node, call, cases->cases, cases->n_cases, err) ||
                    !note_lines(node, call, cases->stops, cases->n_stops, err) ||
                    !note_lines(node, call, cases->crises, cases->n_crises, err)))
        return false;
    if (consents != NULL && (!note_consents(node, call, consents->consents,
                                     consents->n_consents, err) ||
                                    !note_consents(node, call, consents->alike,
                                            consents->n_alike, err)))
        return false;
    return note_escalations(node, call, reply->escalations, err) &&
           note_visits(node, call, reply->visits, err) &&
           note_detail(node, call, reply->case_, err) &&
           note_detail(node, call, reply->rights != NULL ? reply->rights->own : NULL,
                   err) &&
           note_receipt(node, call, reply->consent_receipt, err);
}
