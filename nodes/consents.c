/* consents.c - records at rest, capsules, and judging. */
#include "nodes/consents.h"

#include <assert.h>

#include "nodes/batch.h"
#include "nodes/record.h"
#include "nodes/session.h"
#include "nodes/vault.h"

/* ------------------------------------------------------------- records */

bool consents_record(struct node *node, const struct consent_give *given,
        uint64_t *number, struct err *err)
{
    struct spool_consent row = {
            .recorded_ms = node_now(node),
            .from_day = (int32_t)given->from_day,
            .until_day = (int32_t)given->until_day,
            .renews = given->renews,
            .keep_days = given->keep_days,
    };
    struct span packed;
    if (!spool_next_consent(node->db, &row.number, err))
        return false;
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CONSENT, row.number);
    if (!wire_put_arena(&WIRE_CONSENT_GIVE, given, &node->scratch, &packed, err) ||
            !vault_new_key(node, &owner, &row.key, err) ||
            !vault_seal(node, &owner, &row.key, 0, packed, &node->scratch, &row.content,
                    err) ||
            !spool_put_consent(node->db, &row, err))
        return false;
    *number = row.number;
    return true;
}

bool consents_get(struct node *node, uint64_t number, bool *found,
        struct consents_record *record, struct err *err)
{
    if (!spool_get_consent(node->db, number, &node->scratch, found, &record->row, err))
        return false;
    if (!*found)
        return true;
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CONSENT, number);
    return vault_open(node, &owner, &record->row.key, 0, record->row.content,
                   &node->scratch, &record->packed, err) &&
           wire_get(&WIRE_CONSENT_GIVE, record->packed, &node->scratch, &record->given,
                   err);
}

const char *consents_state(const struct spool_consent *row, int64_t now_ms)
{
    if (row->withdrawn_ms != 0)
        return "withdrawn";
    int32_t today = time_brussels_day(now_ms);
    return today > row->until_day  ? "expired"
           : today < row->from_day ? "later"
                                   : "active";
}

bool consents_holds(const struct spool_consent *row, int64_t now_ms)
{
    return row->withdrawn_ms == 0 && time_brussels_day(now_ms) <= row->until_day;
}

bool consents_warnings(struct node *node, uint64_t *n_ending, uint64_t *n_ended_live,
        struct err *err)
{
    int32_t today = time_brussels_day(node_now(node));
    return spool_consents_ending(node->db, today, today + RECORD_ENDING_DAYS - 1,
                   n_ending, err) &&
           spool_consent_live(node->db, 0, today, n_ended_live, err);
}

/* ------------------------------------------------------------- capsules */

/* SHA-256(32 fresh random bytes | record): binds the capsule to the record and links it
 * to no other capsule. Who has the salt and the record can show it; nobody can find the
 * record from the hash. */
static struct key32 record_hash(const struct key32 *salt, struct span record)
{
    struct span parts[] = {SPAN_OF(*salt), record};
    return hash_sha256(parts, COUNT_OF(parts));
}

void consents_mint(const struct node *node, const struct consents_record *record,
        const char *const senders[1], struct consent *capsule, struct key32 *salt)
{
    const struct consent_give *given = &record->given;
    hash_random(salt, sizeof *salt);
    *capsule = (struct consent){
            .v = 1,
            .consent_id = node_random_id(),
            .collector = node->partner,
            .senders = senders,
            .n_senders = 1,
            .recipients = given->recipients,
            .n_recipients = given->n_recipients,
            .recipient_types = given->recipient_types,
            .n_recipient_types = given->n_recipient_types,
            .area = given->area,
            .purposes = given->purposes,
            .n_purposes = given->n_purposes,
            .data_categories = given->data_categories,
            .n_data_categories = given->n_data_categories,
            .preview_categories = given->preview_categories,
            .n_preview_categories = given->n_preview_categories,
            .level_max = given->level_max,
            .from_day = given->from_day,
            .until_day = given->until_day,
            .legal_basis = given->legal_basis,
            .secrecy_basis = given->secrecy_basis,
            .onward_depth = given->onward_depth,
            .record_hash = record_hash(salt, record->packed),
    };
}

void consents_mint_vital(const struct node *node, const char *const senders[1],
        const char *const recipients[1], const uint16_t purposes[1],
        const uint16_t *categories, size_t n_categories, struct consent *capsule)
{
    uint32_t today = (uint32_t)time_brussels_day(node_now(node));
    struct key32 salt;
    hash_random(&salt, sizeof salt);
    *capsule = (struct consent){
            .v = 1,
            .consent_id = node_random_id(),
            .collector = node->partner,
            .senders = senders,
            .n_senders = 1,
            .recipients = recipients,
            .n_recipients = 1,
            .area = "",
            .purposes = purposes,
            .n_purposes = 1,
            .data_categories = categories,
            .n_data_categories = n_categories,
            .level_max = LEVEL_S2,
            .from_day = today,
            .until_day = today + CONSENTS_VITAL_DAYS,
            .legal_basis = LEGAL_BASIS_VITAL_INTEREST,
            .secrecy_basis = SECRECY_BASIS_EMERGENCY,
            .record_hash = record_hash(&salt, (struct span){NULL, 0}),
    };
}

/* Each salt is bound to its own capsule. */
static uint64_t salt_number(const struct id *consent_id)
{
    uint64_t number;
    memcpy(&number, consent_id->b, sizeof number);
    return number;
}

bool consents_put(struct node *node, const struct consent *capsule,
        const struct consents_record *record, const struct key32 *salt, struct err *err)
{
    struct span body;
    struct spool_capsule row = {
            .consent_id = capsule->consent_id,
            .own = true,
            .at_ms = node_now(node),
    };
    if (record != NULL) {
        struct spool_binding owner =
                spool_bind(SPOOL_OWNER_CONSENT, record->row.number);
        row.consent = record->row.number;
        if (!vault_seal(node, &owner, &record->row.key, salt_number(&row.consent_id),
                    SPAN_OF(*salt), &node->scratch, &row.salt, err))
            return false;
    }
    return wire_put_arena(&WIRE_CONSENT, capsule, &node->scratch, &body, err) &&
           batch_capsule(node, body, &row, err);
}

bool consents_matches(struct node *node, const struct consents_record *record,
        const struct id *consent_id, bool *matches, struct err *err)
{
    struct consents_known known;
    struct spool_capsule row;
    struct span salt;
    bool found;
    *matches = false;
    if (!consents_known(node, consent_id, &known, err) ||
            !spool_get_capsule(node->db, consent_id, &node->scratch, &found, &row, err))
        return false;
    if (!found || !row.own || row.consent != record->row.number || row.salt.len == 0)
        return true;
    struct spool_binding owner = spool_bind(SPOOL_OWNER_CONSENT, record->row.number);
    if (!vault_open(node, &owner, &record->row.key, salt_number(consent_id), row.salt,
                &node->scratch, &salt, err))
        return false;
    struct span parts[] = {salt, record->packed};
    struct key32 hash = hash_sha256(parts, COUNT_OF(parts));
    *matches = salt.len == sizeof(struct key32) &&
               key32_equal(&hash, &known.capsule.record_hash);
    return true;
}

bool consents_known(struct node *node, const struct id *consent_id,
        struct consents_known *known, struct err *err)
{
    struct spool_capsule row;
    struct signed_ thing;
    struct consents_known got = {.there = false};
    if (!spool_is_withdrawn(node->db, consent_id, &got.withdrawn, err) ||
            !spool_get_capsule(node->db, consent_id, &node->scratch, &got.there, &row,
                    err))
        return false;
    if (got.there) {
        got.bytes = row.bytes;
        got.record = row.consent;
        got.conflict = row.conflict;
        /* Verified when it was kept. */
        if (!wire_get(&WIRE_SIGNED, row.bytes, &node->scratch, &thing, err) ||
                !wire_get(&WIRE_CONSENT, thing.body, &node->scratch, &got.capsule, err))
            return err_wrap(err, "a kept consent");
    }
    *known = got;
    return true;
}

/* Read and verify; refusals into *code. */
static bool read_capsule(struct node *node, struct span bytes,
        const struct id *consent_id, struct consent *capsule, enum code *code,
        struct err *err)
{
    struct signed_ thing;
    struct err why = {.code = CODE_OK};
    bool ok = session_verify(node, KIND_CONSENT, bytes, &thing, &why) &&
              wire_get(&WIRE_CONSENT, thing.body, &node->scratch, capsule, &why) &&
              signed_in_time(node->directory, &thing, consent_from_ms(capsule), &why);
    if (!ok && !session_is_refusal(&why)) {
        *err = why;
        return false;
    }
    /* A refusal names what is wrong. */
    assert(ok || why.code != CODE_OK);
    if (!ok)
        *code = why.code;
    else if (!id_equal(&capsule->consent_id, consent_id))
        *code = E_CONSENT_NONE;
    else
        *code = consent_check_capsule(capsule, thing.signer);
    return true;
}

bool consents_take(struct node *node, struct span bytes, const struct id *consent_id,
        struct consents_known *known, enum code *code, struct err *err)
{
    *code = CODE_OK;
    if (!consents_known(node, consent_id, known, err))
        return false;
    if (known->there && span_equal(known->bytes, bytes))
        return true;
    struct consent capsule;
    if (!read_capsule(node, bytes, consent_id, &capsule, code, err))
        return false;
    if (*code != CODE_OK)
        return true;
    /* Only who collected a consent can make it void. */
    if (known->there && strcmp(known->capsule.collector, capsule.collector) != 0) {
        *code = E_CONSENT_CONFLICT;
        return true;
    }
    if (known->there) {
        /* Two capsules under one id: from now on neither counts. */
        known->conflict = true;
        return spool_capsule_conflict(node->db, consent_id, err);
    }
    struct spool_capsule row = {.consent_id = *consent_id,
            .at_ms = node_now(node),
            .bytes = bytes};
    known->there = true;
    known->capsule = capsule;
    known->bytes = bytes;
    return spool_put_capsule(node->db, &row, err);
}

/* ------------------------------------------------------------- the question */

void consents_facts(const struct node *node, const struct consents_ask *ask,
        struct consent_case *facts)
{
    const struct directory *directory = node->directory;
    const struct letter_core *core = ask->core;
    int64_t now = node_now(node);
    bool behalf = core->on_behalf_of[0] != '\0';
    const struct member *sender = directory_member(directory, core->sender);
    const struct member *recipient = directory_member(directory, core->recipient);
    const struct member *target =
            behalf ? directory_member(directory, core->on_behalf_of) : recipient;
    const struct consents_known *known = ask->known;
    const char *from = ask->offer_sender != NULL ? ask->offer_sender : core->sender;
    struct consent_case got = {
            .core = core,
            .capsule = known->there ? &known->capsule : NULL,
            .withdrawn = known->withdrawn,
            .conflict = known->conflict,
            .partnership = directory_partnership(directory, core->sender,
                    core->recipient, now),
            .sender_type = sender == NULL ? 0 : sender->partner_type,
            .recipient_type = target == NULL ? 0 : target->partner_type,
            .recipient_supports = behalf && target != NULL &&
                                  strcmp(target->supported_by, core->recipient) == 0,
            .offer_sender = ask->offer_sender,
            .offer_target = ask->offer_target,
            .offer_accepted = ask->offer_accepted,
            .lodging = ask->lodging,
            .first_claim = ask->first_claim,
            .actual_categories = ask->actual_categories,
            .actual_known = true,
            .onward_used = ask->hands,
    };
    /* Who is not named as a sender was given the case by somebody who was. */
    if (got.onward_used == 0 && known->there)
        got.onward_used = !consent_has_text(known->capsule.senders,
                known->capsule.n_senders, from);
    if (recipient != NULL) {
        got.recipient_n_areas = (uint32_t)recipient->n_areas;
        got.recipient_areas = recipient->areas;
    }
    *facts = got;
}

enum code consents_judge(const struct node *node, const struct consents_ask *ask)
{
    struct consent_case facts;
    consents_facts(node, ask, &facts);
    return consent_decide(&facts, node_now(node));
}
