/* inbox_letter.c - a letter that came: verified, compared, judged, opened, receipted.
 */
#include <stdio.h>

#include "core/niss.h"
#include "core/wire_find.h"
#include "nodes/acts.h"
#include "nodes/audit.h"
#include "nodes/audit_claim.h"
#include "nodes/batch.h"
#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/disclose.h"
#include "nodes/epochs.h"
#include "nodes/hands.h"
#include "nodes/inbox.h"
#include "nodes/letters.h"
#include "nodes/session.h"
#include "nodes/violations.h"

/* Nobody is handed what has run out; but the broker has looked at its own clock. */
enum { CLOCKS_DIFFER_MS = 5 * TIME_MINUTE_MS };

/* ------------------------------------------------------------- reading */

/* Verify before decode: the signature covers these exact bytes. *code: the letter can
 * be named, but not be taken. */
static bool read_letter(struct node *node, const struct mail *mail,
        struct inbox_letter *letter, enum code *code, struct err *err)
{
    struct letter parts;
    struct letter_body body;
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    struct arena *scratch = &node->scratch;
    *code = CODE_OK;
    if (!wire_get(&WIRE_LETTER, mail->letter, scratch, &parts, err))
        return false;
    if (!session_verify(node, KIND_LETTER, parts.signed_, &thing, &why)) {
        /* A refusal needs the letter's name; what else it says is not believed. */
        if (!session_is_refusal(&why) ||
                !wire_get(&WIRE_SIGNED, parts.signed_, scratch, &thing, err)) {
            *err = why;
            return false;
        }
        *code = why.code;
    }
    if (!wire_get(&WIRE_LETTER_BODY, thing.body, scratch, &body, err) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, scratch, &letter->core, err))
        return false;
    letter->mail_id = mail->mail_id;
    letter->log_leaf = mail->log_leaf;
    letter->signed_ = parts.signed_;
    letter->packed_core = body.core;
    letter->sealed = parts.sealed;
    struct key32 sealed_hash = hash_sha256_one(parts.sealed);
    const struct span whole[] = {parts.signed_, SPAN_OF(sealed_hash)};
    letter->letter_hash = hash_sha256(whole, COUNT_OF(whole));
    if (strcmp(letter->core.recipient, node->partner) != 0)
        return err_set(err, E_AUTH, "a letter for %s came to us",
                letter->core.recipient);
    if (*code == CODE_OK && (strcmp(letter->core.sender, thing.signer) != 0 ||
                                    !signed_in_time(node->directory, &thing,
                                            (int64_t)letter->core.created_ms, &why)))
        *code = E_AUTH;
    if (*code == CODE_OK && !key32_equal(&sealed_hash, &body.sealed_sha256))
        *code = E_FORMAT;
    return true;
}

/* ------------------------------------------------------------- judging */

static bool find_offer(struct node *node, struct inbox_letter *letter, struct err *err)
{
    if (id_is_none(&letter->core.offer_id))
        return true;
    if (!spool_get_offer(node->db, &letter->core.offer_id, &letter->has_offer,
                &letter->offer, err))
        return false;
    return !letter->has_offer || spool_get_case(node->db, letter->offer.case_number,
                                         &letter->has_case, &letter->file, err);
}

static bool taken(const struct spool_offer *offer)
{
    return lifecycle_is_taken(offer->state) || offer->pending == OFFER_EVENT_ACCEPT;
}

/* Does the letter fit our picture of its offer? */
static enum code judge_offer(const struct inbox_letter *letter)
{
    const struct letter_core *core = &letter->core;
    const struct spool_case *file = &letter->file;
    enum lifecycle_role writer = lifecycle_sender_of(core->type, core->event);
    bool first = core->type == LETTER_TYPE_PREVIEW && !letter->has_offer;
    if (core->class_ != lifecycle_class(core->type))
        return E_FORMAT;
    if (letters_stand_alone(core->type))
        return id_is_none(&core->offer_id) ? CODE_OK : E_FORMAT;
    if (writer == LIFECYCLE_BROKER)
        return E_TRANSITION;
    if (id_is_none(&core->offer_id))
        return E_FIELD;
    if (first)
        return CODE_OK;
    if (!letter->has_offer || !letter->has_case)
        return E_NOT_FOUND;
    if (!id_equal(&file->referral_id, &core->referral_id))
        return E_FIELD;
    enum lifecycle_role ours = cases_role(file);
    const char *other = ours == LIFECYCLE_SENDER ? letter->offer.target : file->other;
    if (strcmp(core->sender, other) != 0)
        return E_AUTH;
    if (writer == ours)
        return E_TRANSITION;
    bool needs_accept = core->type == LETTER_TYPE_CONTENT ||
                        core->type == LETTER_TYPE_TEXT ||
                        core->type == LETTER_TYPE_VISIT;
    return needs_accept && !taken(&letter->offer) ? E_TRANSITION : CODE_OK;
}

static void ask_parties(const struct node *node, const struct inbox_letter *letter,
        struct consents_ask *ask)
{
    if (id_is_none(&letter->core.offer_id))
        return;
    bool ours = letter->has_case && cases_role(&letter->file) == LIFECYCLE_SENDER;
    ask->offer_sender = ours ? node->partner : letter->core.sender;
    ask->offer_target = ours ? letter->core.sender : node->partner;
    ask->offer_accepted = letter->has_offer && taken(&letter->offer);
}

/* Consent, asked with what the core declares; once opened, with what is really inside.
 */
static struct consents_ask ask_of(const struct node *node,
        const struct inbox_letter *letter)
{
    struct consents_ask ask = {
            .core = &letter->core,
            .known = letter->known,
            .actual_categories = letter->actual,
            .hands = letter->hands,
    };
    ask_parties(node, letter, &ask);
    return ask;
}

static enum code judge_consent(const struct node *node,
        const struct inbox_letter *letter)
{
    if (letter->core.class_ != LETTER_CLASS_PERSONAL)
        return CODE_OK;
    struct consents_ask ask = ask_of(node, letter);
    return consents_judge(node, &ask);
}

/* What was decided of, so that it can be explained later. */
static bool keep_judged(struct node *node, const struct inbox_letter *letter,
        enum code code, struct err *err)
{
    struct spool_judged judged;
    if (!letter->asked)
        return true;
    struct consents_ask ask = ask_of(node, letter);
    if (!consents_judged(node, &ask, SPOOL_POINT_RECEIVING, code, &judged, err))
        return false;
    judged.case_number = letter->file.number;
    return spool_put_judged(node->db, &judged, err);
}

/* Through how many hands it came: with the first letter comes the status that says so.
 */
static bool find_hands(struct node *node, const struct mail *mail,
        struct inbox_letter *letter, struct err *err)
{
    const struct id *offer_id = &letter->core.offer_id;
    return letter->has_offer
                   ? hands_of_offer(node, offer_id, &letter->hands, err)
                   : hands_of_status(node, mail->status, offer_id, &letter->hands, err);
}

/* A shop, or who is not known, says nothing but what a consent is asked for. */
static bool only_alerts(const struct node *node, const struct letter_core *core)
{
    const struct member *sender =
            directory_live_member(node->directory, core->sender, node_now(node));
    return letters_stand_alone(core->type) && core->class_ == LETTER_CLASS_CONTROL &&
           consent_only_alerts(sender == NULL ? 0 : sender->partner_type);
}

static bool judge(struct node *node, const struct mail *mail,
        struct inbox_letter *letter, enum code *code, struct err *err)
{
    if (!find_offer(node, letter, err))
        return false;
    *code = judge_offer(letter);
    if (*code == CODE_OK && only_alerts(node, &letter->core))
        *code = E_ALERT;
    if (*code == CODE_OK && letter->core.class_ == LETTER_CLASS_RIGHTS)
        return consents_known(node, &letter->file.consent_id, letter->known, err);
    if (*code != CODE_OK || letter->core.class_ != LETTER_CLASS_PERSONAL)
        return true;
    if (letter->core.expires_ms + CLOCKS_DIFFER_MS < (uint64_t)node_now(node)) {
        *code = E_TTL;
        return true;
    }
    letter->asked = true;
    if (!find_hands(node, mail, letter, err))
        return false;
    if (mail->consent.len > 0) {
        if (!consents_take(node, mail->consent, &letter->core.consent_id, letter->known,
                    code, err))
            return false;
    } else if (!consents_known(node, &letter->core.consent_id, letter->known, err)) {
        return false;
    }
    if (*code == CODE_OK)
        *code = judge_consent(node, letter);
    return true;
}

/* ------------------------------------------------------------- opening */

/* The one body that belongs to a type. */
static bool body_fits(const struct content *content, enum letter_type type)
{
    const struct {
        enum letter_type type;
        const void *body;
    } bodies[] = {
            {LETTER_TYPE_PREVIEW,       content->preview       },
            {LETTER_TYPE_CONTENT,       content->referral      },
            {LETTER_TYPE_EVENT,         content->event         },
            {LETTER_TYPE_INFO_REQUEST,  content->info          },
            {LETTER_TYPE_INFO_REPLY,    content->info          },
            {LETTER_TYPE_TEXT,          content->text          },
            {LETTER_TYPE_VISIT,         content->visit         },
            {LETTER_TYPE_SIGNAL,        content->signal        },
            {LETTER_TYPE_ACCESS,        content->rights_request},
            {LETTER_TYPE_RECTIFY,       content->rights_request},
            {LETTER_TYPE_ERASE,         content->rights_request},
            {LETTER_TYPE_RIGHTS_REPLY,  content->rights_reply  },
            {LETTER_TYPE_OVERVIEW,      content->preview       },
            {LETTER_TYPE_PROPOSAL,      content->proposal      },
            {LETTER_TYPE_CONCERN,       content->concern       },
            {LETTER_TYPE_SIGNAL_ANSWER, content->signal_answer },
    };
    const void *body = NULL;
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        if (bodies[i].type == type)
            body = bodies[i].body;
    /* And no other beside it. */
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        if (bodies[i].body != NULL && bodies[i].body != body)
            return false;
    return body != NULL;
}

/* Open into the scratch arena; refusals into *code. */
static bool open_letter(struct node *node, struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    struct key32 secret;
    struct key32 public_key;
    struct err why = {.code = CODE_OK};
    bool found;
    if (!epochs_secret(node, &letter->core.recipient_ekid, &found, &secret, &public_key,
                err))
        return false;
    if (!found) {
        *code = E_KEY;
        return true;
    }
    uint8_t *plain = arena_take(&node->scratch, letter->sealed.len);
    bool ok = plain != NULL &&
              seal_open_letter_pair(&secret, &public_key, letter->packed_core,
                      letter->sealed, plain, &letter->packed, &why);
    hash_wipe(&secret, sizeof secret);
    if (plain == NULL)
        return err_set(err, ERR_NOMEM, "no room to open a letter");
    ok = ok && wire_get(&WIRE_CONTENT, letter->packed, &node->scratch, &letter->content,
                       &why);
    if (!ok)
        *code = why.code;
    else if (!id_equal(&letter->content.msg_id, &letter->core.msg_id) ||
             strcmp(letter->content.sender, letter->core.sender) != 0 ||
             !body_fits(&letter->content, letter->core.type))
        *code = E_FORMAT;
    return true;
}

/* In a content a national number stands in its own field and nowhere else, and in no
 * letter about rights, which no consent covers. */
static bool niss_wrong(const struct content *content, enum letter_class class_)
{
    static const char *const own[] = {"niss"};
    const struct wire_search search = {
            .is = niss_within,
            .except = own,
            .n_except = class_ == LETTER_CLASS_RIGHTS ? 0 : COUNT_OF(own),
    };
    char path[WIRE_PATH_BYTES];
    const struct person *person =
            content->referral == NULL ? NULL : content->referral->person;
    return wire_find_text(&WIRE_CONTENT, content, &search, path) ||
           (person != NULL && person->niss[0] != '\0' && !niss_ok(person->niss));
}

/* Letters about rights pass also when the consent has ended, but bring nothing that it
 * did not cover. */
static enum code judge_rights(const struct inbox_letter *letter)
{
    const struct consents_known *known = letter->known;
    uint64_t agreed = !known->there ? 0
                                    : consent_bits(known->capsule.data_categories,
                                              known->capsule.n_data_categories);
    return (letter->actual & ~agreed) == 0 ? CODE_OK : E_CONSENT_DATA;
}

/* What is inside must be what was declared; a preview names nobody, and no note holds a
 * national number. */
static enum code judge_content(const struct node *node, struct inbox_letter *letter)
{
    struct disclosure disclosure = disclose_content(&letter->content);
    letter->actual = disclosure.categories;
    if (letter->core.class_ == LETTER_CLASS_PERSONAL &&
            disclosure.level > letter->core.level)
        return E_CONSENT_DATA;
    if (niss_wrong(&letter->content, letter->core.class_))
        return E_NISS;
    /* Free words pass no consent here, so there are none beside a code. */
    if (letter->content.event != NULL &&
            acts_note_wrong(letter->core.event, letter->content.event))
        return E_CONSENT_DATA;
    if (letter->content.event != NULL &&
            acts_partner_wrong(node, letter->core.event, letter->content.event))
        return E_CONSENT_DATA;
    if (letter->content.visit != NULL && acts_visit_empty(letter->content.visit))
        return E_FIELD;
    if (letter->core.class_ == LETTER_CLASS_RIGHTS)
        return judge_rights(letter);
    return judge_consent(node, letter);
}

/* What is not admitted is shown to nobody: it was opened in memory and goes no further.
 */
static bool admit(struct node *node, struct inbox_letter *letter, enum code *code,
        struct err *err)
{
    *code = judge_content(node, letter);
    return !violations_is(*code) ||
           violations_found(node, &letter->core, letter->file.number, *code, err);
}

/* ------------------------------------------------------------- the whole */

static bool receipt(struct node *node, const struct inbox_letter *letter,
        enum code code, struct err *err)
{
    struct spool_received row = {
            .msg_id = letter->core.msg_id,
            .letter_hash = letter->letter_hash,
            .core_hash = hash_sha256_one(letter->packed_core),
            .case_number = code == CODE_OK ? letter->file.number : 0,
            .type = letter->core.type,
            .state = code == CODE_OK ? RECEIPT_STATE_PROCESSED : RECEIPT_STATE_FAILED,
            .at_ms = node_now(node),
    };
    snprintf(row.sender, sizeof row.sender, "%s", letter->core.sender);
    const char *name = code == CODE_OK ? "" : code_name(code);
    if (code != CODE_OK)
        log_warn(node->log, row.at_ms, "letter_failed", "from=%s code=%s", row.sender,
                name);
    const char *what = code == CODE_OK ? "received" : "turned_away";
    const struct trace_letter about = {
            .type = row.type,
            .event = letter->core.event,
            .other = row.sender,
            .msg_id = row.msg_id,
    };
    const struct audit_thing word = {
            .kind = KIND_LETTER,
            .bytes = letter->signed_,
            .about = row.msg_id,
            .case_number = row.case_number,
            .log_leaf = letter->log_leaf,
    };
    return keep_judged(node, letter, code, err) &&
           node_trace_letter(node, letter->file.number, node->partner, what, name,
                   &about, err) &&
           audit_keep(node, &word, err) &&
           batch_receipt(node, letter->mail_id, name, &row, err);
}

/* A no that leaves nothing here: no number is used up by it. */
static bool turn_away(struct node *node, const struct inbox_letter *letter,
        enum code code, struct err *err)
{
    struct receipt body = {
            .v = 1,
            .msg_id = letter->core.msg_id,
            .sender = letter->core.sender,
            .recipient = node->partner,
            .state = RECEIPT_STATE_FAILED,
            .code = code_name(code),
            .at_ms = (uint64_t)node_now(node),
            .core_hash = hash_sha256_one(letter->packed_core),
    };
    struct span packed;
    struct span bytes;
    log_warn(node->log, node_now(node), "letter_turned_away", "from=%s code=%s",
            letter->core.sender, code_name(code));
    return wire_put_arena(&WIRE_RECEIPT, &body, &node->scratch, &packed, err) &&
           signed_make(node->partner, node->home.identity, KIND_RECEIPT, packed,
                   &node->scratch, &bytes, err) &&
           batch_ack(node, letter->mail_id, bytes, err);
}

bool inbox_letter(struct node *node, const struct mail *mail, struct err *err)
{
    struct consents_known known = {.there = false};
    struct inbox_letter letter = {.known = &known};
    struct spool_received before;
    enum code code;
    bool found;
    if (!read_letter(node, mail, &letter, &code, err))
        return false;
    /* A frame that came twice in one turn: the receipt of the first is under way. */
    if (batch_has_receipt(node, &letter.core.msg_id, letter.core.sender))
        return true;
    if (!spool_get_received(node->db, &letter.core.msg_id, letter.core.sender,
                &node->scratch, &found, &before, err))
        return false;
    /* The number is known: the same letter gets the same receipt. */
    if (found && key32_equal(&before.letter_hash, &letter.letter_hash))
        return batch_ack(node, letter.mail_id, before.receipt, err);
    if (found)
        return turn_away(node, &letter, E_ID_REUSE, err);
    /* Not shown to be the sender's: the real one may still come under this number. */
    if (code != CODE_OK)
        return turn_away(node, &letter, code, err);
    if (!judge(node, mail, &letter, &code, err))
        return false;
    if (code == CODE_OK && !open_letter(node, &letter, &code, err))
        return false;
    if (code == CODE_OK && !admit(node, &letter, &code, err))
        return false;
    if (code == CODE_OK && !audit_claim_take(node, &letter.content, err))
        return false;
    if (code == CODE_OK && !inbox_file(node, &letter, &code, err))
        return false;
    return receipt(node, &letter, code, err);
}

bool inbox_asked(struct node *node, const struct mail *mail, struct err *err)
{
    struct spool_received before = {
            .receipt = {NULL, 0}
    };
    bool found;
    if (batch_has_receipt(node, &mail->ask, mail->ask_sender))
        return true;
    if (!spool_get_received(node->db, &mail->ask, mail->ask_sender, &node->scratch,
                &found, &before, err))
        return false;
    log_info(node->log, node_now(node), "asked", "from=%s came=%d", mail->ask_sender,
            found);
    return batch_ack(node, mail->mail_id, before.receipt, err);
}
