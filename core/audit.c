/* audit.c - checkpoints as text, and what the leaf of a signed thing must say. */
#include "core/audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/vocab.h"
#include "core/wire.h"

/* ---- checkpoints ---- */

enum { ROOT_TEXT_BYTES = 44 + 1, STORE_TEXT_BYTES = 2 * 16 + 1 };

static const char DIGITS[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 32 bytes are 43 digits of six bits, the last with two bits to spare, and a "=". */
static void root_text(const struct key32 *root, char text[ROOT_TEXT_BYTES])
{
    size_t at = 0;

    for (size_t i = 0; i < sizeof root->b; i += 3) {
        uint32_t three = (uint32_t)root->b[i] << 16;
        three |= i + 1 < sizeof root->b ? (uint32_t)root->b[i + 1] << 8 : 0;
        three |= i + 2 < sizeof root->b ? root->b[i + 2] : 0;
        for (int shift = 18; shift >= 0; shift -= 6)
            text[at++] = DIGITS[three >> shift & 63];
    }
    text[at - 1] = '=';
    text[at] = '\0';
}

static bool root_read(const char *text, struct key32 *root)
{
    struct key32 out = {{0}};
    uint32_t bits = 0;
    size_t at = 0;

    for (size_t i = 0; i < ROOT_TEXT_BYTES - 2; i++) {
        const char *digit = strchr(DIGITS, text[i]);
        if (digit == NULL || *digit == '\0')
            return false;
        bits = bits << 6 | (uint32_t)(digit - DIGITS);
        if (i % 4 != 0 && at < sizeof out.b)
            out.b[at++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    *root = out;
    return true;
}

void audit_head_text(const struct audit_head *head, char text[AUDIT_TEXT_BYTES])
{
    char store[STORE_TEXT_BYTES], root[ROOT_TEXT_BYTES];

    ids_hex(SPAN_OF(head->store_id), store);
    root_text(&head->root, root);
    snprintf(text, AUDIT_TEXT_BYTES, "buurtbus/%s/%s\n%llu\n%s\n", head->network, store,
            (unsigned long long)head->size, root);
}

/* Up to a mark, which is passed over; NULL: it is not there, or the part is longer. */
static const char *part(const char *text, char mark, char *out, size_t cap)
{
    const char *end = strchr(text, mark);

    if (end == NULL || (size_t)(end - text) >= cap)
        return NULL;
    memcpy(out, text, (size_t)(end - text));
    out[end - text] = '\0';
    return end + 1;
}

static bool read_head(const char *text, struct audit_head *head)
{
    static const char START[] = "buurtbus/";
    char store[STORE_TEXT_BYTES], size[24], root[ROOT_TEXT_BYTES];
    const char *at = text;
    bool ok = strncmp(at, START, strlen(START)) == 0;

    at = ok ? part(at + strlen(START), '/', head->network, sizeof head->network) : NULL;
    at = at != NULL ? part(at, '\n', store, sizeof store) : NULL;
    at = at != NULL ? part(at, '\n', size, sizeof size) : NULL;
    at = at != NULL ? part(at, '\n', root, sizeof root) : NULL;
    if (at == NULL || strlen(store) != sizeof store - 1 ||
            strlen(root) != sizeof root - 1)
        return false;
    head->size = strtoull(size, NULL, 10);
    return ids_unhex(store, head->store_id.b, sizeof head->store_id.b) &&
           root_read(root, &head->root);
}

bool audit_head_read(struct span text, struct audit_head *head, struct err *err)
{
    char copy[AUDIT_TEXT_BYTES], again[AUDIT_TEXT_BYTES];
    struct audit_head out = {.size = 0};

    if (text.len >= sizeof copy || memchr(text.at, '\0', text.len) != NULL)
        return err_set(err, E_FORMAT, "a checkpoint that is too long, or no text");
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    /* One spelling only: what was read must give the same bytes again. */
    bool ok = read_head(copy, &out);
    if (ok)
        audit_head_text(&out, again);
    if (!ok || strcmp(copy, again) != 0)
        return err_set(err, E_FORMAT, "a checkpoint that is not well made");
    *head = out;
    return true;
}

/* ---- leaves ---- */

/* The text that a decoded body holds is never NULL. */
static struct audit_leaf of_receipt(const struct receipt *receipt)
{
    enum receipt_state state = receipt->state;
    bool readers = state == RECEIPT_STATE_DELIVERED ||
                   state == RECEIPT_STATE_PROCESSED || state == RECEIPT_STATE_FAILED ||
                   state == RECEIPT_STATE_ERASED;
    bool ends = state == RECEIPT_STATE_EXPIRED || state == RECEIPT_STATE_RECALLED;

    return (struct audit_leaf){
            .kind = readers ? "receipt"
                    : ends  ? "end"
                            : "put",
            .msg_id = receipt->msg_id,
            .core_hash = receipt->core_hash,
            .actor = readers ? receipt->recipient : receipt->sender,
            .recipient = readers ? receipt->sender : receipt->recipient,
            .decision = receipt_state_name(state),
            .code = receipt->code,
    };
}

/* An offer begins with the letter that brings it; a reminder names the leaf of the step
 * that it reminds of. */
static struct audit_leaf of_status(const struct offer_status *status)
{
    return (struct audit_leaf){
            .kind = "offer",
            .msg_id = status->msg_id,
            .actor = status->sender,
            .recipient = status->target,
            .decision = offer_event_name(status->event),
            .code = "",
            .offer_id = status->offer_id,
            .offer_version = status->version,
            .offer_state = status->state,
    };
}

/* Each coordinator that is told has a leaf of its own. */
static struct audit_leaf of_escalation(const struct escalation *escalation)
{
    return (struct audit_leaf){
            .kind = "escalation",
            .msg_id = escalation->escalation_id,
            .actor = escalation->sender,
            .recipient = escalation->reader,
            .decision = escalation->closed ? "closed" : "opened",
            .code = vocab_code(VOCAB_ESCALATION_CAUSE, escalation->cause),
    };
}

static bool expect_letter(struct span bytes, struct arena *arena,
        struct audit_leaf *leaf, struct err *err)
{
    struct letter_body body;
    struct letter_core core;

    if (!wire_get(&WIRE_LETTER_BODY, bytes, arena, &body, err) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, arena, &core, err))
        return false;
    *leaf = (struct audit_leaf){
            .kind = "hand_over",
            .msg_id = core.msg_id,
            .core_hash = hash_sha256_one(body.core),
            .actor = core.sender,
            .recipient = core.recipient,
            .decision = "handed_over",
            .code = "",
    };
    return true;
}

bool audit_expect(enum kind kind, struct span body, struct arena *arena,
        struct audit_leaf *leaf, uint64_t *log_leaf, struct err *err)
{
    struct receipt receipt;
    struct offer_status status;
    struct withdrawal withdrawal;
    struct escalation escalation;

    *log_leaf = 0;
    switch ((int)kind) {
    case KIND_LETTER: return expect_letter(body, arena, leaf, err);
    case KIND_RECEIPT:
        if (!wire_get(&WIRE_RECEIPT, body, arena, &receipt, err))
            return false;
        *leaf = of_receipt(&receipt);
        *log_leaf = receipt.log_leaf;
        return true;
    case KIND_OFFER_STATUS:
        if (!wire_get(&WIRE_OFFER_STATUS, body, arena, &status, err))
            return false;
        *leaf = of_status(&status);
        *log_leaf = status.log_leaf;
        return true;
    case KIND_WITHDRAWAL:
        if (!wire_get(&WIRE_WITHDRAWAL, body, arena, &withdrawal, err))
            return false;
        *leaf = (struct audit_leaf){
                .kind = "withdraw",
                .msg_id = withdrawal.consent_id,
                .actor = withdrawal.by,
                .recipient = "",
                .decision = "registered",
                .code = "",
        };
        return true;
    case KIND_ESCALATION:
        if (!wire_get(&WIRE_ESCALATION, body, arena, &escalation, err))
            return false;
        *leaf = of_escalation(&escalation);
        *log_leaf = escalation.log_leaf;
        return true;
    default: return err_set(err, E_FORMAT, "a thing that no leaf is written for");
    }
}

static bool same_parties(const struct audit_leaf *a, const struct audit_leaf *b)
{
    return strcmp(a->actor, b->actor) == 0 && strcmp(a->recipient, b->recipient) == 0;
}

/* A step of an offer is told by the leaf of the event, of the letter that began the
 * offer, or of the status that a party brought back after a loss. */
static enum audit_match compare_step(const struct audit_leaf *expected,
        const struct audit_leaf *leaf)
{
    static const char *const OVERDUE = "overdue";
    bool begins = strcmp(leaf->kind, "put") == 0;
    bool tells = begins || strcmp(leaf->kind, "offer") == 0 ||
                 strcmp(leaf->kind, "restored") == 0;
    const char *event = begins ? offer_event_name(OFFER_EVENT_OFFER) : leaf->decision;

    if (!tells || !id_equal(&leaf->offer_id, &expected->offer_id))
        return AUDIT_OTHER;
    bool same = leaf->offer_version == expected->offer_version &&
                leaf->offer_state == expected->offer_state &&
                same_parties(expected, leaf) &&
                (strcmp(event, expected->decision) == 0 ||
                        strcmp(expected->decision, OVERDUE) == 0);
    return same ? AUDIT_SAME : AUDIT_CHANGED;
}

enum audit_match audit_compare(const struct audit_leaf *expected,
        const struct audit_leaf *leaf)
{
    if (!id_is_none(&expected->offer_id))
        return compare_step(expected, leaf);
    if (strcmp(leaf->kind, expected->kind) != 0 ||
            !id_equal(&leaf->msg_id, &expected->msg_id))
        return AUDIT_OTHER;
    bool same = key32_equal(&leaf->core_hash, &expected->core_hash) &&
                same_parties(expected, leaf) &&
                strcmp(leaf->decision, expected->decision) == 0 &&
                strcmp(leaf->code, expected->code) == 0;
    return same ? AUDIT_SAME : AUDIT_CHANGED;
}

bool audit_path_read(struct span bytes, struct key32 path[MERKLE_PATH_MAX],
        size_t *n_path)
{
    if (bytes.len % sizeof path[0].b != 0 ||
            bytes.len / sizeof path[0].b > MERKLE_PATH_MAX)
        return false;
    *n_path = bytes.len / sizeof path[0].b;
    if (bytes.len > 0)
        memcpy(path, bytes.at, bytes.len);
    return true;
}
