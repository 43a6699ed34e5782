/* evidence_things.c - each thing in a file of evidence, read and verified by itself. */
#include "core/evidence_inner.h"

#include <stdio.h>

#include "core/consent.h"
#include "core/hash.h"
#include "core/signed.h"
#include "core/wire.h"

/* What could not be read is one fault, and the rest is looked at all the same. */
static bool read(struct evidence_work *work, const struct wire_map *map, enum kind kind,
        struct span bytes, void *body)
{
    struct err why = {.code = CODE_OK};
    if (wire_get(map, bytes, work->arena, body, &why))
        return true;
    evidence_fault(work, EVIDENCE_FAULT_UNREADABLE, kind, NULL, NULL, why.msg);
    return false;
}

static void twice(struct evidence_work *work, enum kind kind, const struct id *id,
        const char *signer)
{
    evidence_fault(work, EVIDENCE_FAULT_TWICE, kind, id, signer, "");
}

static void take_consent(struct evidence_work *work, const struct signed_ *thing,
        struct span bytes)
{
    struct evidence_consent *row = &work->consents[work->n_consents];
    const struct consent *body = &row->body;
    if (!read(work, &WIRE_CONSENT, KIND_CONSENT, thing->body, &row->body) ||
            !evidence_signed(work, KIND_CONSENT, bytes, &body->consent_id,
                    consent_from_ms(body), body->collector))
        return;
    row->hash = hash_sha256_one(thing->body);
    for (size_t i = 0; i < work->n_consents; i++) {
        if (!id_equal(&work->consents[i].body.consent_id, &body->consent_id))
            continue;
        if (!key32_equal(&work->consents[i].hash, &row->hash))
            twice(work, KIND_CONSENT, &body->consent_id, body->collector);
        return;
    }
    work->n_consents++;
}

static void take_withdrawal(struct evidence_work *work, const struct signed_ *thing,
        struct span bytes)
{
    struct withdrawal *body = &work->withdrawals[work->n_withdrawals].body;
    if (read(work, &WIRE_WITHDRAWAL, KIND_WITHDRAWAL, thing->body, body) &&
            evidence_signed(work, KIND_WITHDRAWAL, bytes, &body->consent_id,
                    (int64_t)body->at_ms, body->by))
        work->n_withdrawals++;
}

static void take_letter(struct evidence_work *work, const struct signed_ *thing,
        struct span bytes)
{
    struct evidence_letter *row = &work->letters[work->n_letters];
    struct letter_body body;
    if (!read(work, &WIRE_LETTER_BODY, KIND_LETTER, thing->body, &body) ||
            !read(work, &WIRE_LETTER_CORE, KIND_LETTER, body.core, &row->core))
        return;
    const struct letter_core *core = &row->core;
    if (!evidence_signed(work, KIND_LETTER, bytes, &core->msg_id,
                (int64_t)core->created_ms, core->sender))
        return;
    row->core_hash = hash_sha256_one(body.core);
    if (work->has_head && !id_equal(&core->referral_id, &work->head.referral_id))
        evidence_fault(work, EVIDENCE_FAULT_NO_PART, KIND_LETTER, &core->msg_id,
                core->sender, "");
    for (size_t i = 0; i < work->n_letters; i++)
        if (id_equal(&work->letters[i].core.msg_id, &core->msg_id)) {
            if (!key32_equal(&work->letters[i].core_hash, &row->core_hash))
                twice(work, KIND_LETTER, &core->msg_id, core->sender);
            return;
        }
    work->n_letters++;
}

static void take_receipt(struct evidence_work *work, const struct signed_ *thing,
        struct span bytes)
{
    struct evidence_receipt *row = &work->receipts[work->n_receipts];
    if (!read(work, &WIRE_RECEIPT, KIND_RECEIPT, thing->body, &row->body) ||
            !evidence_signed(work, KIND_RECEIPT, bytes, &row->body.msg_id,
                    (int64_t)row->body.at_ms, thing->signer))
        return;
    row->signer = thing->signer;
    work->n_receipts++;
}

static void take_status(struct evidence_work *work, const struct signed_ *thing,
        struct span bytes)
{
    struct offer_status *body = &work->statuses[work->n_statuses].body;
    if (read(work, &WIRE_OFFER_STATUS, KIND_OFFER_STATUS, thing->body, body) &&
            evidence_signed(work, KIND_OFFER_STATUS, bytes, &body->offer_id,
                    (int64_t)body->at_ms, thing->signer))
        work->n_statuses++;
}

/* Only the maker of the file knows who opened what at its place. */
static void take_opening(struct evidence_work *work, const struct signed_ *thing,
        struct span bytes)
{
    struct evidence_opening *row = &work->openings[work->n_openings];
    struct opening *body = &row->body;
    if (!read(work, &WIRE_OPENING, KIND_OPENING, thing->body, body))
        return;
    if (!evidence_signed(work, KIND_OPENING, bytes, NULL, (int64_t)body->at_ms,
                work->found->maker))
        return;
    row->hash = hash_sha256_one(thing->body);
    work->n_openings++;
}

static const struct {
    enum kind kind;
    void (*take)(struct evidence_work *work, const struct signed_ *thing,
            struct span bytes);
} TAKERS[] = {
        {KIND_CONSENT,      take_consent   },
        {KIND_WITHDRAWAL,   take_withdrawal},
        {KIND_LETTER,       take_letter    },
        {KIND_RECEIPT,      take_receipt   },
        {KIND_OFFER_STATUS, take_status    },
        {KIND_OPENING,      take_opening   },
};

static void take_thing(struct evidence_work *work, struct span bytes)
{
    struct signed_ thing;
    if (!read(work, &WIRE_SIGNED, KIND_NONE, bytes, &thing))
        return;
    for (size_t i = 0; i < COUNT_OF(TAKERS); i++)
        if (TAKERS[i].kind == thing.kind) {
            TAKERS[i].take(work, &thing, bytes);
            return;
        }
    evidence_fault(work, EVIDENCE_FAULT_NO_PART, thing.kind, NULL, thing.signer, "");
}

bool evidence_take_things(struct evidence_work *work, struct err *err)
{
    size_t n = work->evidence->n_things;
    work->consents = evidence_room(work, n, sizeof *work->consents, err);
    work->withdrawals = evidence_room(work, n, sizeof *work->withdrawals, err);
    work->letters = evidence_room(work, n, sizeof *work->letters, err);
    work->receipts = evidence_room(work, n, sizeof *work->receipts, err);
    work->statuses = evidence_room(work, n, sizeof *work->statuses, err);
    work->openings = evidence_room(work, n, sizeof *work->openings, err);
    if (work->consents == NULL || work->withdrawals == NULL || work->letters == NULL ||
            work->receipts == NULL || work->statuses == NULL || work->openings == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        take_thing(work, work->evidence->things[i]);
    return true;
}
