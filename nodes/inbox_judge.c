/* inbox_judge.c - does a letter fit what is known of its offer, and may it come by its
 * consent? */
#include "core/fields.h"
#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/hands.h"
#include "nodes/inbox_inner.h"
#include "nodes/letters.h"

/* Nobody is handed what has run out; but the broker has looked at its own clock. */
enum { CLOCKS_DIFFER_MS = 5 * TIME_MINUTE_MS };

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
    bool first = core->type == LETTER_TYPE_PREVIEW && !letter->has_offer;
    enum code code = fields_of_core(core);
    if (code != CODE_OK || first || lifecycle_stands_alone(core->type))
        return code;
    if (!letter->has_offer || !letter->has_case)
        return E_NOT_FOUND;
    if (!id_equal(&file->referral_id, &core->referral_id))
        return E_FIELD;
    enum lifecycle_role ours = cases_role(file);
    const char *other = ours == LIFECYCLE_SENDER ? letter->offer.target : file->other;
    if (strcmp(core->sender, other) != 0)
        return E_AUTH;
    if (lifecycle_sender_of(core->type, core->event) == ours)
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

enum code inbox_judge_consent(const struct node *node,
        const struct inbox_letter *letter)
{
    if (letter->core.class_ != LETTER_CLASS_PERSONAL)
        return CODE_OK;
    struct consents_ask ask = ask_of(node, letter);
    return consents_judge(node, &ask);
}

bool inbox_keep_judged(struct node *node, const struct inbox_letter *letter,
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
    return lifecycle_stands_alone(core->type) && core->class_ == LETTER_CLASS_CONTROL &&
           consent_only_alerts(sender == NULL ? 0 : sender->partner_type);
}

bool inbox_judge(struct node *node, const struct mail *mail,
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
        *code = inbox_judge_consent(node, letter);
    return true;
}
