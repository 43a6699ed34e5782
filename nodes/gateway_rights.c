/* gateway_rights.c - staff passes on what a person asks of partners, answers what was
 * asked of us, and sees the register. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/disclose.h"
#include "nodes/gateway_confidence.h"
#include "nodes/gateway_offer.h"
#include "nodes/hands.h"
#include "nodes/rights.h"
#include "nodes/rights_own.h"
#include "nodes/vault.h"

enum { LINES_MAX = 200 };

/* ------------------------------------------------------------- lines */

/* The reply, with room for that many lines and the rows that they point into. */
struct listing {
    struct rights *rights;
    struct rights_line *lines;
    struct spool_right *rows;
};

static bool listing_new(struct node *node, struct gateway_call *call, size_t max,
        struct listing *listing, struct err *err)
{
    listing->rights = arena_take(&node->scratch, sizeof *listing->rights);
    listing->lines = arena_take(&node->scratch, (max + 1) * sizeof *listing->lines);
    listing->rows = arena_take(&node->scratch, (max + 1) * sizeof *listing->rows);
    if (listing->rights == NULL || listing->lines == NULL || listing->rows == NULL)
        return err_set(err, E_SIZE, "no room for the register");
    *listing->rights = (struct rights){.lines = listing->lines};
    call->reply.rights = listing->rights;
    return true;
}

/* ------------------------------------------------------------- asking */

static bool fields_ok(struct gateway_call *call)
{
    const struct rights_ask *ask = call->request->rights_ask;
    const struct content corrected = {.referral = ask->corrected};
    bool known = ask->right == LETTER_TYPE_ACCESS ||
                 ask->right == LETTER_TYPE_RECTIFY || ask->right == LETTER_TYPE_ERASE;
    bool rectify = ask->right == LETTER_TYPE_RECTIFY;
    if (!known)
        return !gateway_wrong(call, E_FIELD, "right", WORDS_MISSING);
    if (ask->own && ask->right != LETTER_TYPE_ERASE)
        return !gateway_wrong(call, E_FIELD, "own", WORDS_OWN_ERASE_ONLY);
    if (rectify != (ask->corrected != NULL) ||
            (rectify && disclose_content(&corrected).categories == 0))
        return !gateway_wrong(call, E_FIELD, "corrected", WORDS_MISSING);
    /* Its partners never heard it of us without being allowed to. */
    if (rectify && ask->corrected->person != NULL &&
            ask->corrected->person->niss[0] != '\0')
        return !gateway_wrong(call, E_NISS, "corrected.person.niss", WORDS_NISS_HERE);
    return true;
}

/* What the consent of one of them did not cover is sent to none: its reader would
 * destroy it unread, and the person would wait for an answer. */
static bool is_covered(struct node *node, struct gateway_call *call,
        const struct spool_party *parties, size_t n_parties, struct err *err)
{
    const struct rights_request request = {
            .corrected = call->request->rights_ask->corrected};
    const struct content content = {.rights_request = &request};
    uint64_t actual = disclose_content(&content).categories;
    for (size_t i = 0; i < n_parties && call->code == CODE_OK; i++) {
        struct spool_case file;
        struct consents_known known;
        bool found;
        if (!spool_get_case(node->db, parties[i].case_number, &found, &file, err) ||
                !consents_known(node, &file.consent_id, &known, err))
            return false;
        uint64_t agreed = !known.there ? 0
                                       : consent_bits(known.capsule.data_categories,
                                                 known.capsule.n_data_categories);
        gateway_uncovered(node, call, actual, agreed);
    }
    return true;
}

/* What a party hears of it, if anything. */
static bool hearing_of(struct node *node, struct gateway_call *call,
        const struct spool_case *file, const struct spool_offer *offer,
        struct rights_hearing *hearing, struct err *err)
{
    const struct rights_ask *ask = call->request->rights_ask;
    const struct rights_correction correction = {ask->case_number, ask->corrected};
    *hearing = (struct rights_hearing){.told = NULL, .state = "open"};
    if (ask->corrected == NULL)
        return true;
    if (!rights_hears(node, file, offer, &correction, hearing, err))
        return false;
    return hearing->named == NULL ||
           gateway_wrong(call, E_CONSENT_DATA, hearing->named, WORDS_NAMES);
}

/* One letter to the other party of one offer; the row that stands for it. Who is not
 * asked has its line all the same: it says why. */
static bool ask_party(struct node *node, struct gateway_call *call,
        const struct spool_party *party, struct spool_right *row,
        struct rights_line *line, struct err *err)
{
    const struct rights_ask *ask = call->request->rights_ask;
    struct rights_hearing hearing;
    struct spool_offer offer;
    struct spool_case file;
    struct spool_right before;
    size_t n_open;
    bool found, asked = false;
    enum code code = CODE_OK;
    if (!spool_get_case(node->db, party->case_number, &found, &file, err) ||
            !spool_get_offer(node->db, &party->offer_id, &found, &offer, err) ||
            !hearing_of(node, call, &file, &offer, &hearing, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    bool silent = ask->corrected != NULL && hearing.told == NULL;
    if (!rights_open(node, true, ask->right, &party->offer_id, &n_open, err) ||
            (!silent && !rights_asked_before(node, &file, ask->right, &party->offer_id,
                                hearing.told, &asked, &before, err)))
        return false;
    bool full = !asked && n_open >= rights_open_max(ask->right);
    *row = asked ? before : rights_row(node, &file, &offer, ask->right);
    if (!silent && !asked && !full &&
            !rights_ask(node, gateway_actor(node, call), &file, &offer, hearing.told,
                    row, &code, err))
        return false;
    *line = rights_line_of(node, row);
    line->due_ms = silent ? 0 : line->due_ms;
    /* Who has left the network is asked on paper; the others are asked all the same. */
    line->state = silent                  ? hearing.state
                  : asked                 ? "asked_before"
                  : full                  ? "too_many"
                  : code == E_UNREACHABLE ? "unreachable"
                                          : hearing.state;
    return code == CODE_OK || code == E_UNREACHABLE || gateway_refuse(call, code);
}

/* What this node holds itself, for the person to read. */
static bool show_own(struct node *node, const struct spool_case *file,
        struct rights *rights, struct err *err)
{
    struct case_detail *own = arena_take(&node->scratch, sizeof *own);
    if (own == NULL)
        return err_set(err, E_SIZE, "no room for this case");
    rights->own = own;
    return cases_detail(node, file, own, err) &&
           gateway_confidence_show(node, file, own, err);
}

/* After the letters to the others, which are kept in the case until then. */
static bool erase_own(struct node *node, struct gateway_call *call,
        struct spool_case *file, struct listing *listing, struct err *err)
{
    size_t at = listing->rights->n_lines;
    bool found;
    if (!spool_get_case(node->db, file->number, &found, file, err) ||
            !rights_own_erase(node, call, file, &listing->rows[at], err))
        return false;
    listing->lines[at] = rights_line_of(node, &listing->rows[at]);
    listing->rights->n_lines++;
    return true;
}

bool gateway_rights_ask(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct rights_ask *ask = call->request->rights_ask;
    struct spool_case *file = arena_take(&node->scratch, sizeof *file);
    struct spool_party parties[RIGHTS_PARTIES_MAX];
    struct listing listing;
    size_t n_parties = 0;
    bool found;
    if (file == NULL)
        return err_set(err, E_SIZE, "no room for this case");
    if (!fields_ok(call))
        return true;
    if (!spool_get_case(node->db, ask->case_number, &found, file, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    call->case_number = file->number;
    if (!listing_new(node, call, RIGHTS_PARTIES_MAX, &listing, err) ||
            !spool_parties(node->db, file->number, file->consent, parties,
                    RIGHTS_PARTIES_MAX, &n_parties, err))
        return false;
    if (n_parties == 0 && ask->right != LETTER_TYPE_ACCESS && !ask->own)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_NO_PARTIES);
    if ((ask->own && !rights_own_check(node, call, file, err)) ||
            !is_covered(node, call, parties, n_parties, err))
        return false;
    for (size_t i = 0; i < n_parties && call->code == CODE_OK; i++)
        if (!ask_party(node, call, &parties[i], &listing.rows[i], &listing.lines[i],
                    err))
            return false;
    listing.rights->n_lines = n_parties;
    if (ask->own && call->code == CODE_OK)
        return erase_own(node, call, file, &listing, err);
    if (ask->right == LETTER_TYPE_RECTIFY && call->code == CODE_OK)
        return rights_own_correct(node, call, parties, n_parties,
                &listing.rights->own_corrected, err);
    return ask->right != LETTER_TYPE_ACCESS ||
           show_own(node, file, listing.rights, err);
}

/* ------------------------------------------------------------- answering */

/* Everything that an answer is made from. */
struct answering {
    const struct rights_answer *answer;
    struct spool_right right;
    struct spool_case file;
    struct spool_offer offer;
    struct rights_reply reply;
    struct rights_found request; /* that came; its bytes lie in the scratch arena */
    struct referral held;
    struct person person;
    uint16_t categories[24];
};

static bool find_request(struct node *node, struct gateway_call *call,
        struct answering *work, struct err *err)
{
    bool found, has_case = false, has_offer = false;
    if (!spool_get_right(node->db, work->answer->number, &found, &work->right, err))
        return false;
    if (!found || work->right.ours)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_NO_REQUEST);
    if (work->right.answer != 0 && !work->right.lost)
        return gateway_refuse(call, E_TRANSITION);
    if (!spool_get_case(node->db, work->right.case_number, &has_case, &work->file,
                err) ||
            !spool_get_offer(node->db, &work->right.offer_id, &has_offer, &work->offer,
                    err))
        return false;
    if (!has_case || !has_offer)
        return gateway_wrong(call, E_NOT_FOUND, "number", WORDS_CASE);
    call->case_number = work->file.number;
    const char *wrong = rights_answer_wrong(&work->right, work->answer->answer,
            work->answer->reason);
    if (wrong != NULL)
        return gateway_wrong(call, E_FIELD, wrong, WORDS_RIGHTS_ANSWER);
    return true;
}

/* What we hold of the person: the content, or the preview when that is all that came,
 * or all that who asks may know; to who was asked before others were, under another
 * consent, what it was sent. A national number is not told once more. */
static bool give_access(struct node *node, struct gateway_call *call,
        struct answering *work, struct err *err)
{
    struct rights_sent sent;
    struct content content;
    struct span packed;
    bool found, may;
    if (!rights_may_know(node, &work->file, &work->offer, &may, err))
        return false;
    bool whole = may && work->file.content != 0;
    uint64_t moment = whole ? work->file.content : work->file.preview;
    if (!rights_was_sent(node, &work->file, &work->offer,
                whole ? LETTER_TYPE_CONTENT : LETTER_TYPE_PREVIEW, &sent, err))
        return false;
    if (sent.anew)
        moment = sent.moment;
    if (!cases_read(node, &work->file, moment, &found, &packed, &content, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_FIELD, "answer", WORDS_NOTHING_HELD);
    work->reply.received_ms = (uint64_t)work->file.created_ms;
    work->reply.held_preview = content.preview;
    if (content.referral != NULL) {
        work->held = *content.referral;
        if (work->held.person != NULL) {
            work->person = *work->held.person;
            work->person.niss = "";
            work->held.person = &work->person;
        }
        work->reply.held = &work->held;
    }
    work->reply.data_categories = work->categories;
    work->reply.n_data_categories = disclose_rows(disclose_content(&content).categories,
            work->categories, COUNT_OF(work->categories));
    return true;
}

/* What is corrected stands in the place of what came: of the preview, where that is all
 * there is. A content that came after the request is right already: its sender seals it
 * again, or asks once more. */
static bool rectify(struct node *node, struct gateway_call *call,
        struct answering *work, struct err *err)
{
    const char *who = gateway_actor(node, call);
    struct rights_found *asked = &work->request;
    bool late = work->file.content != 0;
    bool done = false;
    if (!rights_read_request(node, &work->file, &work->right.request_id, asked, err))
        return false;
    if (asked->there) {
        const struct referral *with = asked->content.rights_request->corrected;
        done = late && asked->early && work->file.key.there;
        if (!done && !(late ? rights_correct_case : rights_correct_preview)(node, who,
                             &work->file, with, &done, err))
            return false;
    }
    return done || gateway_wrong(call, E_FIELD, "answer", WORDS_NOTHING_HELD);
}

/* Our own words reach who may not know who it is: like a preview they name nobody. */
static bool words_name(struct node *node, struct gateway_call *call,
        const struct answering *work, struct err *err)
{
    bool may;
    if (!rights_may_know(node, &work->file, &work->offer, &may, err))
        return false;
    return may ||
           gateway_names(node, call, &work->file, "words", work->answer->words, err);
}

/* Before the letter leaves: what it tells, or what is done. */
static bool carry_out(struct node *node, struct gateway_call *call,
        struct answering *work, struct err *err)
{
    uint16_t answer = work->answer->answer;
    if (answer == RIGHTS_ANSWER_GIVEN)
        return give_access(node, call, work, err);
    if (answer == RIGHTS_ANSWER_NOTHING_HELD && work->file.key.there)
        return gateway_wrong(call, E_FIELD, "answer", WORDS_SOMETHING_HELD);
    if (answer != RIGHTS_ANSWER_DONE)
        return true;
    if (work->right.right == LETTER_TYPE_RECTIFY)
        return rectify(node, call, work, err);
    /* Who still works on it ends that first. */
    if (!lifecycle_is_terminal(work->offer.state))
        return gateway_wrong(call, E_TRANSITION, "number", WORDS_STILL_RUNNING);
    return true;
}

/* And after it: what was to be erased is destroyed, what is kept has its ground. */
static bool finish(struct node *node, struct answering *work, struct err *err)
{
    bool erase = work->right.right == LETTER_TYPE_ERASE;
    if (erase && work->answer->answer == RIGHTS_ANSWER_DONE)
        return vault_destroy_case(node, &work->file, err) &&
               hands_let_go(node, &work->file, OFFER_EVENT_NONE, err);
    if (work->answer->retention <= RETENTION_BASIS_NONE)
        return true;
    work->file.retention = work->answer->retention;
    return spool_save_case(node->db, &work->file, err);
}

bool gateway_rights_answer(struct node *node, struct gateway_call *call,
        struct err *err)
{
    struct answering *work = arena_take(&node->scratch, sizeof *work);
    struct listing listing;
    enum code code = CODE_OK;
    if (work == NULL)
        return err_set(err, E_SIZE, "no room for an answer");
    *work = (struct answering){.answer = call->request->rights_answer};
    if (!find_request(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    work->reply = (struct rights_reply){
            .request_id = work->right.request_id,
            .answer = work->answer->answer,
            .reason = work->answer->reason,
            .retention = work->answer->retention,
            .words = work->answer->words,
    };
    const struct content content = {.rights_reply = &work->reply};
    if (!words_name(node, call, work, err))
        return false;
    if (call->code == CODE_OK && !carry_out(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!rights_send(node, gateway_actor(node, call), &work->file, &work->offer,
                LETTER_TYPE_RIGHTS_REPLY, &content, &work->right.moment, &code, err))
        return false;
    if (code != CODE_OK)
        return gateway_refuse(call, code);
    rights_settle(&work->right, work->answer->answer, work->answer->reason,
            work->answer->retention, node_now(node));
    if (!spool_save_right(node->db, &work->right, err) || !finish(node, work, err) ||
            !listing_new(node, call, 1, &listing, err))
        return false;
    listing.rows[0] = work->right;
    listing.lines[0] = rights_line_of(node, &listing.rows[0]);
    listing.rights->n_lines = 1;
    return true;
}

/* ------------------------------------------------------------- the register */

bool gateway_rights_list(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct rights_list *list = call->request->rights_list;
    struct listing listing;
    size_t n = 0;
    if (!listing_new(node, call, LINES_MAX, &listing, err) ||
            !spool_rights(node->db, list->open, list->after, listing.rows,
                    LINES_MAX + 1, &n, err))
        return false;
    listing.rights->more = n > LINES_MAX;
    listing.rights->n_lines = n > LINES_MAX ? LINES_MAX : n;
    for (size_t i = 0; i < listing.rights->n_lines; i++)
        listing.lines[i] = rights_line_of(node, &listing.rows[i]);
    return true;
}
