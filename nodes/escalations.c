/* escalations.c - taking, closing and letting go what a coordinator looks after. */
#include "nodes/escalations.h"

#include <stdio.h>

#include "nodes/audit.h"
#include "nodes/cases.h"
#include "nodes/session.h"
#include "nodes/vault.h"

bool escalations_ours(const struct node *node, const char *area)
{
    return directory_coordinates(node->directory, node->partner, area, node_now(node));
}

/* ------------------------------------------------------------- opened and closed */

static bool room_left(struct node *node, bool *left, struct err *err)
{
    uint64_t n_open, n_late;
    if (!spool_count_escalations(node->db, node_now(node), &n_open, &n_late, err))
        return false;
    *left = n_open < ESCALATIONS_OPEN_MAX;
    return true;
}

static const char *cause_code(uint16_t cause)
{
    return vocab_code(VOCAB_ESCALATION_CAUSE, cause);
}

/* A case of its own; who: whose word it is. */
static bool begin(struct node *node, struct spool_escalation *escalation,
        struct spool_case *file, const char *who, struct err *err)
{
    file->kind = CASE_KIND_ESCALATION;
    file->unread = true;
    if (!cases_new(node, file, err))
        return false;
    escalation->case_number = file->number;
    log_info(node->log, node_now(node), "escalation", "cause=%s from=%s",
            cause_code(escalation->cause), file->other);
    return spool_put_escalation(node->db, escalation, err) &&
           node_trace(node, file->number, who, "escalation",
                   cause_code(escalation->cause), NULL, err);
}

/* Nobody looks for a place any more: whoever did so here has to know. */
static bool tells(const struct spool_escalation *escalation,
        const struct spool_case *file)
{
    bool looked_at = !file->unread || escalation->proposed_ms != 0;
    return escalation->given_up && looked_at && escalation->handed_to[0] == '\0';
}

/* Its cause has ended: what was shown of the referral is destroyed, and who sent it
 * hears that. */
static bool finish(struct node *node, struct spool_escalation *escalation,
        const char *who, struct err *err)
{
    struct spool_case file;
    bool found;
    escalation->closed_ms = node_now(node);
    if (!spool_save_escalation(node->db, escalation, err) ||
            !spool_get_case(node->db, escalation->case_number, &found, &file, err))
        return false;
    if (!found)
        return true;
    bool shown = file.preview != 0;
    file.confirmed = true;
    file.unread = tells(escalation, &file);
    file.updated_ms = node_now(node);
    return node_trace(node, file.number, who,
                   escalation->given_up ? "given_up" : "escalation_over", "", NULL,
                   err) &&
           (shown ? vault_destroy_case(node, &file, err) : true) &&
           spool_save_case(node->db, &file, err);
}

/* ------------------------------------------------------------- from the broker */

static bool fields_ok(const struct escalation *said)
{
    return said->cause != 0 && said->urgency != 0 && said->sender[0] != '\0' &&
           said->area[0] != '\0' && said->since_ms <= said->at_ms;
}

static bool keep_word(struct node *node, const struct escalation *said,
        uint64_t case_number, struct span bytes, struct err *err)
{
    const struct audit_thing word = {
            .kind = KIND_ESCALATION,
            .bytes = bytes,
            .about = said->escalation_id,
            .said = said->closed,
            .case_number = case_number,
            .log_leaf = said->log_leaf,
    };
    return audit_keep(node, &word, err);
}

/* A new one counts only for a coordinator of its area, whoever signed it. */
static bool take_new(struct node *node, const struct escalation *said,
        struct span bytes, struct err *err)
{
    struct spool_case file = {
            .referral_id = said->referral_id,
            .urgency = said->urgency,
    };
    struct spool_escalation escalation = {
            .escalation_id = said->escalation_id,
            .cause = said->cause,
            .since_ms = (int64_t)said->since_ms,
            .at_ms = (int64_t)said->at_ms,
            .due_ms = (int64_t)said->due_ms,
    };
    bool left;
    if (!escalations_ours(node, said->area))
        return err_set(err, E_MANDATE,
                "an escalation in %s, where we do not coordinate", said->area);
    if (!room_left(node, &left, err))
        return false;
    if (!left)
        return err_set(err, E_BUSY, "too many escalations are open");
    snprintf(file.other, sizeof file.other, "%s", said->sender);
    snprintf(file.area, sizeof file.area, "%s", said->area);
    snprintf(escalation.target, sizeof escalation.target, "%s", said->target);
    return begin(node, &escalation, &file, "broker", err) &&
           keep_word(node, said, file.number, bytes, err);
}

static bool is_partners(const struct spool_escalation *known)
{
    return known->told_by[0] != '\0' && known->handed_by[0] == '\0';
}

/* The ids of the broker follow from those of the referral, and a partner can have named
 * something else by one before: that goes on under another id. */
static bool make_way(struct node *node, const struct spool_escalation *known,
        struct err *err)
{
    struct id id = node_random_id();

    return spool_name_escalation(node->db, known->case_number, &id, err);
}

/* What a partner told itself is not the broker's to end; and an older word, said again,
 * changes nothing. */
static bool is_newer(const struct escalation *said,
        const struct spool_escalation *known)
{
    bool open = known->closed_ms == 0;
    int64_t at_ms = (int64_t)said->at_ms;
    if (is_partners(known) || said->closed != open)
        return false;
    return said->closed ? at_ms >= known->at_ms : at_ms > known->at_ms;
}

/* It has ended; or what had ended is so again, and stands under its old number. */
static bool take_known(struct node *node, const struct escalation *said,
        struct spool_escalation *known, struct span bytes, struct err *err)
{
    struct spool_case file;
    bool found;
    known->at_ms = (int64_t)said->at_ms;
    if (!keep_word(node, said, known->case_number, bytes, err))
        return false;
    known->given_up = said->closed && said->given_up;
    if (said->closed)
        return finish(node, known, "broker", err);
    if (!spool_get_case(node->db, known->case_number, &found, &file, err))
        return false;
    if (!found || !escalations_ours(node, said->area))
        return true;
    known->since_ms = (int64_t)said->since_ms;
    known->due_ms = (int64_t)said->due_ms;
    known->closed_ms = known->proposed_ms = 0;
    known->handed_by[0] = known->handed_to[0] = '\0';
    file.confirmed = false;
    file.unread = true;
    file.updated_ms = node_now(node);
    return spool_save_escalation(node->db, known, err) &&
           spool_save_case(node->db, &file, err) &&
           node_trace(node, file.number, "broker", "escalation",
                   cause_code(known->cause), NULL, err);
}

bool escalations_take(struct node *node, struct span bytes, struct err *err)
{
    const struct member *broker = directory_broker(node->directory, node_now(node));
    struct signed_ thing;
    struct escalation said;
    struct spool_escalation known;
    bool found;
    if (!session_verify(node, KIND_ESCALATION, bytes, &thing, err) ||
            !wire_get(&WIRE_ESCALATION, thing.body, &node->scratch, &said, err) ||
            !signed_in_time(node->directory, &thing, (int64_t)said.at_ms, err))
        return false;
    if (broker == NULL || strcmp(thing.signer, broker->partner) != 0)
        return err_set(err, E_AUTH, "an escalation by %s, who is not the broker",
                thing.signer);
    if (strcmp(said.reader, node->partner) != 0)
        return err_set(err, E_AUTH, "an escalation for %s", said.reader);
    if (!fields_ok(&said))
        return err_set(err, E_FIELD, "an escalation that lacks a field");
    if (!spool_find_escalation(node->db, &said.escalation_id, &found, &known, err))
        return false;
    if (found && !said.closed && is_partners(&known)) {
        if (!make_way(node, &known, err))
            return false;
        found = false;
    }
    if (!found)
        return said.closed || take_new(node, &said, bytes, err);
    return !is_newer(&said, &known) || take_known(node, &said, &known, bytes, err);
}

/* ------------------------------------------------------------- letters */

/* The key of a case whose preview was destroyed is gone: what comes gets a new one. */
static bool living_key(struct node *node, struct spool_case *file, struct err *err)
{
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CASE, file->number);
    return file->key.there || vault_new_key(node, &owner, &file->key, err);
}

bool escalations_overview(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err)
{
    const struct letter_core *core = &letter->core;
    struct spool_escalation escalation;
    bool found;
    if (!escalations_ours(node, core->area)) {
        *code = E_MANDATE;
        return true;
    }
    if (!spool_escalation_of(node->db, &core->referral_id, core->sender, &found,
                &escalation, err) ||
            (found && !spool_get_case(node->db, escalation.case_number, &found,
                              &letter->file, err)))
        return false;
    if (!found) {
        *code = E_TRANSITION;
        return true;
    }
    letter->file.consent_id = core->consent_id;
    return living_key(node, &letter->file, err);
}

/* Another coordinator hands on what it looked after: mostly the broker has told us of
 * it too. */
static bool take_handed(struct node *node, struct inbox_letter *letter,
        struct spool_escalation *escalation, bool known, struct err *err)
{
    snprintf(escalation->handed_by, sizeof escalation->handed_by, "%s",
            letter->core.sender);
    if (!known)
        return begin(node, escalation, &letter->file, letter->core.sender, err);
    escalation->handed_to[0] = '\0';
    return spool_save_escalation(node->db, escalation, err) &&
           spool_get_case(node->db, escalation->case_number, &known, &letter->file,
                   err) &&
           node_trace(node, escalation->case_number, letter->core.sender, "handed_over",
                   "", NULL, err);
}

/* Who told of it itself may tell more of it; of what was handed to us that is who
 * referred. */
static bool told_it(const struct spool_escalation *known, const struct spool_case *file,
        const struct inbox_letter *letter)
{
    const char *teller = known->handed_by[0] != '\0' ? file->other : known->told_by;
    return known->cause == letter->content.concern->cause &&
           strcmp(teller, letter->core.sender) == 0;
}

/* What only a partner can know: that another one does not say that it erased, or that a
 * signal waits at itself. */
static bool is_told(const struct concern *said, const char *sender)
{
    return said->cause == ESCALATION_CAUSE_ERASE_MISSING ||
           (said->cause == ESCALATION_CAUSE_SIGNAL_WAITS &&
                   strcmp(said->partner, sender) == 0);
}

/* Is it this partner's to say? file: the case of the escalation, when it is known. */
static enum code whose_concern(const struct node *node,
        const struct inbox_letter *letter, const struct spool_escalation *known,
        const struct spool_case *file)
{
    const struct concern *said = letter->content.concern;
    const struct letter_core *core = &letter->core;

    if (!escalations_ours(node, core->area))
        return E_MANDATE;
    if (said->handed_over && !directory_coordinates(node->directory, core->sender,
                                     core->area, node_now(node)))
        return E_AUTH;
    if (!said->handed_over && !is_told(said, core->sender))
        return E_CODE;
    if (file != NULL && known->closed_ms != 0)
        return E_TRANSITION;
    if (!said->handed_over && file != NULL && !told_it(known, file, letter))
        return E_AUTH;
    return said->over && file == NULL ? E_NOT_FOUND : CODE_OK;
}

/* May this partner say so, now? */
static bool judge_concern(struct node *node, const struct inbox_letter *letter,
        const struct spool_escalation *known, bool found, enum code *code,
        struct err *err)
{
    struct spool_case file;
    uint64_t n_told;
    bool left;
    if (found && !spool_get_case(node->db, known->case_number, &found, &file, err))
        return false;
    *code = whose_concern(node, letter, known, found ? &file : NULL);
    if (*code != CODE_OK || found)
        return true;
    if (!room_left(node, &left, err) ||
            !spool_count_told(node->db, letter->core.sender, &n_told, err))
        return false;
    *code = left && n_told < ESCALATIONS_TOLD_MAX ? CODE_OK : E_BUSY;
    return true;
}

/* What a partner tells itself; the broker knows nothing of it. */
static void fill_told(const struct node *node, struct inbox_letter *letter,
        struct spool_escalation *escalation)
{
    const struct concern *said = letter->content.concern;
    const struct letter_core *core = &letter->core;
    const char *referrer = said->handed_over ? said->sender : core->sender;
    int64_t now = node_now(node);
    *escalation = (struct spool_escalation){
            .escalation_id = said->escalation_id,
            .cause = said->cause,
            .since_ms = (int64_t)said->since_ms,
            .at_ms = now,
            .due_ms = said->handed_over ? (int64_t)said->due_ms
                                        : lifecycle_due(&LIFECYCLE_DEFAULTS,
                                                  TIMER_UNPLACED, core->urgency, now),
    };
    snprintf(escalation->target, sizeof escalation->target, "%s", said->partner);
    snprintf(escalation->told_by, sizeof escalation->told_by, "%s", core->sender);
    letter->file = (struct spool_case){
            .referral_id = core->referral_id,
            .urgency = core->urgency,
    };
    snprintf(letter->file.other, sizeof letter->file.other, "%s", referrer);
    snprintf(letter->file.area, sizeof letter->file.area, "%s", core->area);
}

bool escalations_concern(struct node *node, struct inbox_letter *letter,
        enum code *code, struct err *err)
{
    const struct concern *said = letter->content.concern;
    struct spool_escalation escalation;
    bool found;
    if (!spool_find_escalation(node->db, &said->escalation_id, &found, &escalation,
                err) ||
            !judge_concern(node, letter, &escalation, found, code, err))
        return false;
    if (*code != CODE_OK)
        return true;
    if (!found)
        fill_told(node, letter, &escalation);
    if (said->handed_over)
        return take_handed(node, letter, &escalation, found, err);
    if (!found)
        return begin(node, &escalation, &letter->file, letter->core.sender, err);
    /* Said again it changes nothing; over, it ends. */
    if (said->over && !finish(node, &escalation, letter->core.sender, err))
        return false;
    return spool_get_case(node->db, escalation.case_number, &found, &letter->file, err);
}

/* ------------------------------------------------------------- what is past */

bool escalations_purge(struct node *node, int64_t term_ms, uint64_t *n, struct err *err)
{
    uint64_t numbers[ESCALATIONS_PURGE];
    size_t n_numbers = 0;
    if (!spool_escalations_past(node->db, term_ms, node_now(node), ESCALATIONS_KEPT_MAX,
                numbers, ESCALATIONS_PURGE, &n_numbers, err))
        return false;
    for (size_t i = 0; i < n_numbers; i++)
        if (!spool_drop_escalation(node->db, numbers[i], err))
            return false;
    *n = n_numbers;
    /* Each had a key under the generation key, which changes once it is gone. */
    return n_numbers == 0 || vault_rotate_soon(node, err);
}
