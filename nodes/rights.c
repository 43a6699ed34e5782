/* rights.c - requests of persons and their answers, out and in. */
#include "nodes/rights.h"

#include <stdio.h>

#include "nodes/cases.h"

/* ------------------------------------------------------------- out */

const char *rights_other(const struct spool_case *file, const struct spool_offer *offer)
{
    return cases_role(file) == LIFECYCLE_SENDER ? offer->target : file->other;
}

bool rights_send(struct node *node, const char *who, struct spool_case *file,
        const struct spool_offer *offer, enum letter_type type,
        const struct content *content, uint64_t *moment, enum code *code,
        struct err *err)
{
    struct letter_plan plan = {
            .file = file,
            .type = type,
            .offer_id = offer->offer_id,
            .content = *content,
    };
    snprintf(plan.recipient, sizeof plan.recipient, "%s", rights_other(file, offer));
    if (cases_role(file) == LIFECYCLE_SENDER)
        snprintf(plan.on_behalf_of, sizeof plan.on_behalf_of, "%s",
                offer->on_behalf_of);
    if (!letters_plan(node, &plan, code, err) ||
            (*code == CODE_OK && !letters_post(node, &plan, who, err)))
        return false;
    *moment = plan.moment;
    return true;
}

struct spool_right rights_row(const struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, enum letter_type right)
{
    struct spool_right row = {
            .ours = true,
            .right = right,
            .request_id = node_random_id(),
            .case_number = file->number,
            .offer_id = offer->offer_id,
            .asked_ms = node_now(node),
            .due_ms = node_now(node) + (int64_t)RIGHTS_DAYS * TIME_DAY_MS,
    };
    snprintf(row.other, sizeof row.other, "%s", rights_other(file, offer));
    return row;
}

bool rights_ask(struct node *node, const char *who, struct spool_case *file,
        const struct spool_offer *offer, const struct referral *corrected,
        struct spool_right *row, enum code *code, struct err *err)
{
    const struct rights_request request = {.request_id = row->request_id,
            .corrected = corrected};
    const struct content content = {.rights_request = &request};
    return rights_send(node, who, file, offer, row->right, &content, &row->moment, code,
                   err) &&
           (*code != CODE_OK || spool_put_right(node->db, row, err));
}

/* ------------------------------------------------------------- answers */

/* Which answers each request may get. */
static const struct {
    enum letter_type right;
    uint16_t answer;
    bool needs_reason;
} ANSWERS[] = {
        {LETTER_TYPE_ACCESS,  RIGHTS_ANSWER_GIVEN,        false},
        {LETTER_TYPE_ACCESS,  RIGHTS_ANSWER_NOTHING_HELD, false},
        {LETTER_TYPE_ACCESS,  RIGHTS_ANSWER_REFUSED,      true },
        {LETTER_TYPE_ACCESS,  RIGHTS_ANSWER_EXTENDED,     true },
        {LETTER_TYPE_RECTIFY, RIGHTS_ANSWER_DONE,         false},
        {LETTER_TYPE_RECTIFY, RIGHTS_ANSWER_NOTHING_HELD, false},
        {LETTER_TYPE_RECTIFY, RIGHTS_ANSWER_REFUSED,      true },
        {LETTER_TYPE_RECTIFY, RIGHTS_ANSWER_EXTENDED,     true },
        {LETTER_TYPE_ERASE,   RIGHTS_ANSWER_DONE,         false},
        {LETTER_TYPE_ERASE,   RIGHTS_ANSWER_NOTHING_HELD, false},
        {LETTER_TYPE_ERASE,   RIGHTS_ANSWER_REFUSED,      true },
        {LETTER_TYPE_ERASE,   RIGHTS_ANSWER_EXTENDED,     true },
};

/* Why an erasure is settled though its receipt never came: a reason for no answer. */
static const uint16_t SETTLES[] = {
        RIGHTS_REASON_CONFIRMED_OTHERWISE,
        RIGHTS_REASON_NEVER_HELD,
        RIGHTS_REASON_PARTNER_GONE,
        RIGHTS_REASON_HANDED_TO_GUARD,
};

bool rights_settles(uint16_t reason)
{
    for (size_t i = 0; i < COUNT_OF(SETTLES); i++)
        if (SETTLES[i] == reason)
            return true;
    return false;
}

const char *rights_answer_wrong(const struct spool_right *right, uint16_t answer,
        uint16_t reason)
{
    for (size_t i = 0; i < COUNT_OF(ANSWERS); i++)
        if (ANSWERS[i].right == right->right && ANSWERS[i].answer == answer) {
            /* More time is asked for once, and once more when that did not come. */
            if (answer == RIGHTS_ANSWER_EXTENDED && right->extended && !right->lost)
                return "answer";
            bool missing = ANSWERS[i].needs_reason && reason == 0;
            return missing || rights_settles(reason) ? "reason" : NULL;
        }
    return "answer";
}

void rights_settle(struct spool_right *right, uint16_t answer, uint16_t reason,
        uint16_t retention, int64_t now_ms)
{
    right->reason = reason;
    right->lost = false;
    if (answer == RIGHTS_ANSWER_EXTENDED) {
        right->due_ms += right->extended ? 0 : (int64_t)RIGHTS_MORE_DAYS * TIME_DAY_MS;
        right->extended = true;
        right->answered_ms = 0;
        return;
    }
    right->answer = answer;
    right->retention = retention;
    right->answered_ms = now_ms;
}

const char *rights_state(const struct spool_right *right, int64_t now_ms)
{
    return right->lost                              ? "undelivered"
           : right->answer == RIGHTS_ANSWER_SETTLED ? "settled"
           : right->answer != 0                     ? "answered"
           : right->due_ms < now_ms                 ? "overdue"
                                                    : "open";
}

struct rights_line rights_line_of(const struct node *node,
        const struct spool_right *right)
{
    return (struct rights_line){
            .number = right->number,
            .ours = right->ours,
            .right = right->right,
            .other = right->other,
            .case_number = right->case_number,
            .asked_ms = (uint64_t)right->asked_ms,
            .due_ms = (uint64_t)right->due_ms,
            .state = rights_state(right, node_now(node)),
            .answer = right->answer,
            .reason = right->reason,
            .retention = right->retention,
            .answered_ms = (uint64_t)right->answered_ms,
    };
}

/* ------------------------------------------------------------- in */

static bool take_request(struct node *node, const struct inbox_letter *letter,
        enum code *code, struct err *err)
{
    const struct letter_core *core = &letter->core;
    const struct rights_request *request = letter->content.rights_request;
    struct spool_right before;
    size_t n_open;
    bool found;
    /* What is to be corrected is said, and nothing is said where nothing is to be. */
    if ((core->type == LETTER_TYPE_RECTIFY) != (request->corrected != NULL)) {
        *code = E_FIELD;
        return true;
    }
    if (!spool_find_right(node->db, &request->request_id, &found, &before, err) ||
            !rights_open(node, false, core->type, &core->offer_id, &n_open, err))
        return false;
    if (found || n_open >= rights_open_max(core->type)) {
        *code = found ? E_ID_REUSE : E_DUPLICATE;
        return true;
    }
    struct spool_right right = {
            .right = core->type,
            .request_id = request->request_id,
            .case_number = letter->file.number,
            .offer_id = core->offer_id,
            .asked_ms = node_now(node),
            .due_ms = node_now(node) + (int64_t)RIGHTS_DAYS * TIME_DAY_MS,
    };
    snprintf(right.other, sizeof right.other, "%s", core->sender);
    return spool_put_right(node->db, &right, err);
}

static bool take_reply(struct node *node, const struct inbox_letter *letter,
        enum code *code, struct err *err)
{
    const struct rights_reply *reply = letter->content.rights_reply;
    struct spool_right right;
    bool found;
    if (!spool_find_right(node->db, &reply->request_id, &found, &right, err))
        return false;
    if (!found || !right.ours || !id_equal(&right.offer_id, &letter->core.offer_id))
        *code = E_NOT_FOUND;
    else if (strcmp(right.other, letter->core.sender) != 0)
        *code = E_AUTH;
    else if (right.answer != 0)
        *code = E_TRANSITION;
    else if (rights_answer_wrong(&right, reply->answer, reply->reason) != NULL)
        *code = E_FIELD;
    if (*code != CODE_OK)
        return true;
    rights_settle(&right, reply->answer, reply->reason, reply->retention,
            node_now(node));
    return spool_save_right(node->db, &right, err);
}

bool rights_take(struct node *node, const struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    return letter->core.type == LETTER_TYPE_RIGHTS_REPLY
                   ? take_reply(node, letter, code, err)
                   : take_request(node, letter, code, err);
}

/* ------------------------------------------------------------- letters that are lost
 */

/* Somebody has to look at the case: a line of its trace says why. */
static bool call_staff(struct node *node, uint64_t case_number, const char *who,
        const char *what, const char *code, struct err *err)
{
    struct spool_case file;
    bool found;
    if (!spool_get_case(node->db, case_number, &found, &file, err))
        return false;
    if (!found)
        return true;
    file.unread = true;
    file.updated_ms = node_now(node);
    return spool_save_case(node->db, &file, err) &&
           node_trace(node, file.number, who, what, code, NULL, err);
}

/* What the case says by now, for a reader of what it said before: without a national
 * number, which such a letter may not hold. */
static bool correct_all(struct node *node, struct spool_case *file,
        const struct spool_offer *offer, const struct referral *now, struct err *err)
{
    struct referral corrected = *now;
    struct person person;
    enum code code = CODE_OK;
    struct spool_right row = rights_row(node, file, offer, LETTER_TYPE_RECTIFY);
    if (corrected.person != NULL) {
        person = *corrected.person;
        person.niss = "";
        corrected.person = &person;
    }
    return rights_ask(node, node->partner, file, offer, &corrected, &row, &code, err) &&
           (code == CODE_OK || call_staff(node, file->number, row.other, "rights_lost",
                                       code_name(code), err));
}

/* Its reader has read what was corrected since: as far as we knew then it had not been
 * asked, and nobody asked it to correct anything. */
static bool content_read(struct node *node, const struct spool_sent *sent,
        struct err *err)
{
    struct spool_case file;
    struct spool_offer offer;
    struct content content;
    struct span packed;
    bool has_case, has_offer = false, found = false;
    if (!spool_get_case(node->db, sent->case_number, &has_case, &file, err) ||
            !spool_get_offer(node->db, &sent->offer_id, &has_offer, &offer, err))
        return false;
    if (!has_case || !has_offer || file.content == sent->moment ||
            lifecycle_is_terminal(offer.state))
        return true;
    return cases_read(node, &file, file.content, &found, &packed, &content, err) &&
           (!found || content.referral == NULL ||
                   correct_all(node, &file, &offer, content.referral, err));
}

bool rights_ended(struct node *node, const struct spool_sent *sent,
        enum receipt_state state, const char *code, struct err *err)
{
    if (sent->type == LETTER_TYPE_CONTENT)
        return state != RECEIPT_STATE_PROCESSED || content_read(node, sent, err);
    struct spool_right right;
    bool reply = sent->type == LETTER_TYPE_RIGHTS_REPLY;
    /* Whoever says that there is an answer already has one. */
    bool there = reply && strcmp(code, code_name(E_TRANSITION)) == 0;
    bool found, lost = state != RECEIPT_STATE_PROCESSED && !there;
    if (lifecycle_class(sent->type) != LETTER_CLASS_RIGHTS)
        return true;
    if (!spool_right_at(node->db, sent->moment, &found, &right, err))
        return false;
    bool waits = found && (!right.ours || right.answer == 0);
    if (!waits || right.lost == lost)
        return true;
    right.lost = lost;
    if (right.ours)
        right.answered_ms = lost ? node_now(node) : 0;
    return spool_save_right(node->db, &right, err) &&
           (!lost || call_staff(node, right.case_number, right.other,
                             right.ours ? "rights_lost" : "rights_reply_lost", code,
                             err));
}

/* ------------------------------------------------------------- time */

enum { REMINDED_A_ROUND = 50 };

static bool remind(struct node *node, const struct spool_right *right, struct err *err)
{
    return spool_right_reminded(node->db, right->number, err) &&
           call_staff(node, right->case_number,
                   right->ours ? right->other : node->partner,
                   right->ours ? "rights_waits" : "rights_half", "", err);
}

bool rights_upkeep(struct node *node, struct err *err)
{
    int64_t half_ms = node_now(node) + (int64_t)RIGHTS_HALF_DAYS * TIME_DAY_MS;
    for (size_t i = 0; i < REMINDED_A_ROUND; i++) {
        struct spool_right right;
        bool found;
        if (!spool_right_to_remind(node->db, half_ms, &found, &right, err))
            return false;
        if (!found)
            return true;
        if (!remind(node, &right, err))
            return false;
    }
    return true;
}
