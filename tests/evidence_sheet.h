/* evidence_sheet.h - an honest file that proves a case, made by hand, so that a test
 * can change one thing in it. Included once by a test program. */
#ifndef EVIDENCE_SHEET_H
#define EVIDENCE_SHEET_H

#include "tests/small_network.h"

#include "core/audit.h"
#include "core/consent.h"
#include "core/evidence.h"
#include "core/merkle.h"

enum {
    LETTERS = 3,
    STEPS = 3,
    THINGS_MAX = 1500,
    LEAVES = LETTERS + STEPS,
};

/* What was said in the case, before anybody signs it. */
struct facts {
    struct consent consent;
    struct withdrawal withdrawal;
    bool withdrawn;
    struct letter_core letters[LETTERS]; /* preview, content, accept */
    struct receipt accepted[LETTERS], read[LETTERS];
    struct offer_status steps[STEPS];
    size_t n_steps;
    struct opening openings[3];
    const char *accepted_by, *consent_by;
    const char *senders[1], *recipients[1];
    uint16_t purposes[1], data[3], preview[1];
    int64_t made_ms;
};

/* The file that is made of it. */
struct sheet {
    struct world *world;
    struct arena *arena;
    struct facts facts;
    struct evidence evidence;
    struct vouched_member members[4];
    struct span revocations[4];
    struct span things[THINGS_MAX];
    struct logged_thing log[LEAVES];
    struct span checkpoints[2]; /* the last, and an earlier one */
    struct log_join joins[2];
    struct audit_leaf leaves[LEAVES];
    struct key32 hashes[LEAVES];
    size_t n_leaves;
};

static const struct id CONSENT_ID = {{1}};
static const struct id REFERRAL_ID = {{2}};
static const struct id OFFER_ID = {{3}};
static const uint64_t START_MS = (uint64_t)SMALL_NOW;

static uint64_t minute(int n)
{
    return START_MS + (uint64_t)n * TIME_MINUTE_MS;
}

/* ------------------------------------------------------------- what was said */

static struct letter_core letter(struct facts *facts, int n, enum letter_type type,
        enum offer_event event, bool answer)
{
    bool personal = type != LETTER_TYPE_EVENT;
    return (struct letter_core){
            .v = 1,
            .msg_id = {{(uint8_t)(0x10 + n)}},
            .class_ = personal ? LETTER_CLASS_PERSONAL : LETTER_CLASS_CONTROL,
            .type = type,
            .sender = answer ? "house-b" : "house-a",
            .recipient = answer ? "house-a" : "house-b",
            .on_behalf_of = "",
            .created_ms = minute(n),
            .expires_ms = minute(10000),
            .recipient_ekid = {{7}},
            .referral_id = REFERRAL_ID,
            .offer_id = OFFER_ID,
            .event = event,
            .consent_id = personal ? CONSENT_ID : (struct id){{0}},
            .purpose = personal ? PURPOSE_CARE_COORDINATION : 0,
            .data_categories =
                    type == LETTER_TYPE_CONTENT ? facts->data : facts->preview,
            .n_data_categories = !personal                     ? 0
                                 : type == LETTER_TYPE_CONTENT ? COUNT_OF(facts->data)
                                                               : 1,
            .level = LEVEL_S1,
            .urgency = 1,
            .area = "21004",
            .size_class = 1,
    };
}

static struct key32 core_hash(struct arena *arena, const struct letter_core *core)
{
    struct err err = {0};
    struct span packed;
    assert_true(wire_put_arena(&WIRE_LETTER_CORE, core, arena, &packed, &err));
    return hash_sha256_one(packed);
}

static struct receipt receipt(struct arena *arena, const struct letter_core *core,
        enum receipt_state state, uint64_t at_ms)
{
    return (struct receipt){.v = 1,
            .msg_id = core->msg_id,
            .sender = core->sender,
            .recipient = core->recipient,
            .state = state,
            .code = "",
            .at_ms = at_ms,
            .core_hash = core_hash(arena, core)};
}

static struct offer_status step(enum offer_event event, enum offer_state state,
        uint64_t version, struct id msg_id)
{
    return (struct offer_status){.v = 1,
            .offer_id = OFFER_ID,
            .referral_id = REFERRAL_ID,
            .sender = "house-a",
            .target = "house-b",
            .state = state,
            .event = event,
            .version = version,
            .msg_id = msg_id,
            .at_ms = minute((int)version + 2),
            .code = "",
            .urgency = 1,
            .consent_id = CONSENT_ID};
}

static void fill_consent(struct facts *facts)
{
    int32_t today = time_brussels_day(SMALL_NOW);
    facts->senders[0] = "house-a";
    facts->recipients[0] = "house-b";
    facts->purposes[0] = PURPOSE_CARE_COORDINATION;
    facts->data[0] = DATA_CATEGORY_CONTACT;
    facts->data[1] = DATA_CATEGORY_NEEDS;
    facts->data[2] = DATA_CATEGORY_AGE_BAND;
    facts->preview[0] = DATA_CATEGORY_NEEDS;
    facts->consent = (struct consent){.v = 1,
            .consent_id = CONSENT_ID,
            .collector = "house-a",
            .senders = facts->senders,
            .n_senders = 1,
            .recipients = facts->recipients,
            .n_recipients = 1,
            .area = "",
            .purposes = facts->purposes,
            .n_purposes = 1,
            .data_categories = facts->data,
            .n_data_categories = COUNT_OF(facts->data),
            .preview_categories = facts->preview,
            .n_preview_categories = 1,
            .level_max = LEVEL_S1,
            .from_day = (uint32_t)today,
            .until_day = (uint32_t)today + 180,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .secrecy_basis = SECRECY_BASIS_SHARED_SECRECY,
            .record_hash = {{9}}};
    facts->withdrawal = (struct withdrawal){.v = 1,
            .consent_id = CONSENT_ID,
            .at_ms = minute(30),
            .by = "house-a",
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
}

static void fill_facts(struct sheet *sheet)
{
    struct facts *facts = &sheet->facts;
    fill_consent(facts);
    facts->letters[0] = letter(facts, 0, LETTER_TYPE_PREVIEW, OFFER_EVENT_OFFER, false);
    facts->letters[1] = letter(facts, 1, LETTER_TYPE_CONTENT, OFFER_EVENT_NONE, false);
    facts->letters[2] = letter(facts, 2, LETTER_TYPE_EVENT, OFFER_EVENT_ACCEPT, true);
    for (int i = 0; i < LETTERS; i++) {
        facts->accepted[i] = receipt(sheet->arena, &facts->letters[i],
                RECEIPT_STATE_ACCEPTED, minute(i + 1));
        facts->read[i] = receipt(sheet->arena, &facts->letters[i],
                RECEIPT_STATE_PROCESSED, minute(i + 4));
    }
    facts->steps[0] =
            step(OFFER_EVENT_OFFER, OFFER_STATE_REQUESTED, 1, facts->letters[0].msg_id);
    facts->steps[1] =
            step(OFFER_EVENT_ACCEPT, OFFER_STATE_ACCEPTED, 2, facts->letters[2].msg_id);
    facts->steps[2] = step(OFFER_EVENT_CONSENT_WITHDRAWN, OFFER_STATE_CANCELLED, 3,
            (struct id){{0}});
    facts->steps[2].at_ms = minute(31);
    facts->n_steps = 2;
    for (int i = 0; i < 3; i++)
        facts->openings[i] = (struct opening){.v = 1,
                .number = (uint64_t)i + 1,
                .nth = (uint64_t)i + 1,
                .at_ms = minute(10 + i),
                .actor = "Anneleen",
                .how = OPENING_HOW_SHOW,
                .case_number = 1,
                .referral_id = REFERRAL_ID,
                .consent_id = CONSENT_ID};
    facts->accepted_by = "the-broker";
    facts->consent_by = "house-a";
    facts->made_ms = (int64_t)minute(60);
}

/* ------------------------------------------------------------- signing it */

static const struct sign_key *key_of(const struct sheet *sheet, const char *partner)
{
    const struct world *world = sheet->world;
    return strcmp(partner, "house-a") == 0   ? world->a.key
           : strcmp(partner, "house-b") == 0 ? world->b.key
                                             : world->broker.key;
}

static struct span sign(struct sheet *sheet, const char *partner, enum kind kind,
        const struct wire_map *map, const void *body)
{
    return small_sign(&sheet->world->net, partner, key_of(sheet, partner), kind, map,
            body);
}

static size_t add(struct sheet *sheet, struct span bytes)
{
    assert_true(sheet->evidence.n_things < THINGS_MAX);
    sheet->things[sheet->evidence.n_things++] = bytes;
    return sheet->evidence.n_things;
}

static void add_letter(struct sheet *sheet, const struct letter_core *core)
{
    struct err err = {0};
    struct letter_body body = {.sealed_sha256 = {{5}}};
    assert_true(
            wire_put_arena(&WIRE_LETTER_CORE, core, sheet->arena, &body.core, &err));
    add(sheet, sign(sheet, core->sender, KIND_LETTER, &WIRE_LETTER_BODY, &body));
}

/* A leaf of the log for what is added next. */
static uint64_t leaf_for(struct sheet *sheet, enum kind kind,
        const struct wire_map *map, const void *body)
{
    struct err err = {0};
    struct span packed;
    uint64_t named;
    struct audit_leaf *leaf = &sheet->leaves[sheet->n_leaves];
    assert_true(wire_put_arena(map, body, sheet->arena, &packed, &err));
    assert_true(audit_expect(kind, packed, sheet->arena, leaf, &named, &err));
    leaf->v = 1;
    leaf->seq = sheet->n_leaves;
    leaf->at_ms = minute(1);
    return ++sheet->n_leaves;
}

static void log_thing(struct sheet *sheet, size_t place)
{
    struct logged_thing *logged = &sheet->log[sheet->evidence.n_log];
    struct err err = {0};
    *logged = (struct logged_thing){.thing = (uint32_t)place, .checkpoint = 1};
    assert_true(wire_put_arena(&WIRE_AUDIT_LEAF, &sheet->leaves[sheet->evidence.n_log],
            sheet->arena, &logged->leaf, &err));
    sheet->hashes[sheet->evidence.n_log] = merkle_leaf(&logged->leaf, 1);
    sheet->evidence.n_log++;
}

static void add_logged(struct sheet *sheet)
{
    struct facts *facts = &sheet->facts;
    for (size_t i = 0; i < LETTERS; i++) {
        struct receipt *body = &facts->accepted[i];
        body->log_leaf = 0;
        body->log_leaf = leaf_for(sheet, KIND_RECEIPT, &WIRE_RECEIPT, body);
        log_thing(sheet, add(sheet, sign(sheet, facts->accepted_by, KIND_RECEIPT,
                                            &WIRE_RECEIPT, body)));
    }
    for (size_t i = 0; i < facts->n_steps; i++) {
        struct offer_status *body = &facts->steps[i];
        body->log_leaf = 0;
        body->log_leaf = leaf_for(sheet, KIND_OFFER_STATUS, &WIRE_OFFER_STATUS, body);
        log_thing(sheet, add(sheet, sign(sheet, "the-broker", KIND_OFFER_STATUS,
                                            &WIRE_OFFER_STATUS, body)));
    }
}

static struct span checkpoint(struct sheet *sheet, const struct sign_key *key,
        const struct key32 *root, uint64_t size)
{
    struct audit_head head = {.network = "test-net",
            .store_id = {{4}},
            .size = size,
            .root = *root};
    char text[AUDIT_TEXT_BYTES];
    struct err err = {0};
    struct span bytes;
    audit_head_text(&head, text);
    assert_true(signed_make("the-broker", key, KIND_CHECKPOINT, span_text(text),
            sheet->arena, &bytes, &err));
    return bytes;
}

static void close_log(struct sheet *sheet)
{
    struct key32 root = merkle_head(sheet->hashes, sheet->n_leaves);
    for (size_t i = 0; i < sheet->evidence.n_log; i++) {
        struct key32 *path = arena_take(sheet->arena, MERKLE_PATH_MAX * sizeof *path);
        size_t n_path;
        assert_non_null(path);
        merkle_path(sheet->hashes, sheet->n_leaves, i, path, &n_path);
        sheet->log[i].path =
                (struct span){(const uint8_t *)path, n_path * sizeof *path};
    }
    sheet->checkpoints[0] =
            checkpoint(sheet, sheet->world->broker.log, &root, sheet->n_leaves);
    sheet->evidence.n_checkpoints = 1;
}

/* An earlier checkpoint, and that the log went on from there. */
static void join_log(struct sheet *sheet)
{
    struct merkle_range ranges[MERKLE_PATH_MAX];
    struct key32 root = merkle_head(sheet->hashes, LETTERS);
    struct key32 *path = arena_take(sheet->arena, MERKLE_PATH_MAX * sizeof *path);
    size_t n_path;
    assert_non_null(path);
    sheet->checkpoints[1] = checkpoint(sheet, sheet->world->broker.log, &root, LETTERS);
    sheet->evidence.n_checkpoints = 2;
    merkle_consistency_ranges(LETTERS, sheet->n_leaves, ranges, &n_path);
    for (size_t i = 0; i < n_path; i++)
        path[i] = merkle_head(sheet->hashes + ranges[i].from, ranges[i].n);
    sheet->joins[0] = (struct log_join){
            .from = 2,
            .to = 1,
            .path = {(const uint8_t *)path, n_path * sizeof *path}
    };
    sheet->evidence.n_joins = 1;
}

static void add_openings(struct sheet *sheet)
{
    struct key32 before = {{0}};
    for (size_t i = 0; i < 3; i++) {
        struct opening *body = &sheet->facts.openings[i];
        struct span packed;
        struct err err = {0};
        body->before = body->before_of_case = before;
        assert_true(wire_put_arena(&WIRE_OPENING, body, sheet->arena, &packed, &err));
        before = hash_sha256_one(packed);
        add(sheet, sign(sheet, "house-a", KIND_OPENING, &WIRE_OPENING, body));
    }
}

/* Ordered by partner, as the steward counts them. */
static void add_members(struct sheet *sheet)
{
    const struct small_member *const all[] = {&sheet->world->a, &sheet->world->b,
            &sheet->world->broker};
    struct key32 leaves[COUNT_OF(all)];
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct membership body = small_membership(all[i], 1);
        body.partner_type = PARTNER_TYPE_HOMECARE;
        sheet->members[i] = (struct vouched_member){
                .membership = small_steward_signs(&sheet->world->net, KIND_MEMBERSHIP,
                        &WIRE_MEMBERSHIP, &body),
                .index = (uint32_t)i,
                .listed = true,
        };
        leaves[i] = merkle_leaf(&sheet->members[i].membership, 1);
    }
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct key32 *path = arena_take(sheet->arena, MERKLE_PATH_MAX * sizeof *path);
        size_t n_path;
        assert_non_null(path);
        merkle_path(leaves, COUNT_OF(all), i, path, &n_path);
        sheet->members[i].path =
                (struct span){(const uint8_t *)path, n_path * sizeof *path};
    }
    struct snapshot snapshot = {.v = 1,
            .network = "test-net",
            .serial = 1,
            .issued_ms = START_MS,
            .expires_ms = minute(100000),
            .count = COUNT_OF(all),
            .root = merkle_head(leaves, COUNT_OF(all))};
    sheet->evidence.snapshot = small_steward_signs(&sheet->world->net, KIND_SNAPSHOT,
            &WIRE_SNAPSHOT, &snapshot);
    sheet->evidence.n_members = COUNT_OF(all);
}

static void seal(struct sheet *sheet)
{
    struct evidence_head head = {.v = 1,
            .network = "test-net",
            .maker = "house-a",
            .made_ms = (uint64_t)sheet->facts.made_ms,
            .referral_id = REFERRAL_ID};
    evidence_root(&sheet->evidence, &head.count, &head.root);
    sheet->evidence.head =
            sign(sheet, "house-a", KIND_EVIDENCE, &WIRE_EVIDENCE_HEAD, &head);
}

static void make(struct sheet *sheet)
{
    struct facts *facts = &sheet->facts;
    sheet->evidence = (struct evidence){.v = 1,
            .members = sheet->members,
            .revocations = sheet->revocations,
            .things = sheet->things,
            .log = sheet->log,
            .checkpoints = sheet->checkpoints,
            .joins = sheet->joins};
    sheet->evidence.network = small_steward_signs(&sheet->world->net, KIND_NETWORK,
            &WIRE_NETWORK, &sheet->world->net.network);
    add_members(sheet);
    add(sheet, sign(sheet, facts->consent_by, KIND_CONSENT, &WIRE_CONSENT,
                       &facts->consent));
    for (size_t i = 0; i < LETTERS; i++)
        add_letter(sheet, &facts->letters[i]);
    for (size_t i = 0; i < LETTERS; i++)
        add(sheet, sign(sheet, facts->read[i].recipient, KIND_RECEIPT, &WIRE_RECEIPT,
                           &facts->read[i]));
    add_logged(sheet);
    close_log(sheet);
    join_log(sheet);
    add_openings(sheet);
    if (facts->withdrawn)
        add(sheet, sign(sheet, facts->withdrawal.by, KIND_WITHDRAWAL, &WIRE_WITHDRAWAL,
                           &facts->withdrawal));
    seal(sheet);
}

static void begin(struct sheet *sheet, struct world *world)
{
    memset(sheet, 0, sizeof *sheet);
    sheet->world = world;
    sheet->arena = &world->net.arena;
    arena_reset(sheet->arena, 0);
    fill_facts(sheet);
}

static struct span pack(struct sheet *sheet)
{
    struct err err = {0};
    struct span bytes = {0};
    if (!wire_put_arena(&WIRE_EVIDENCE, &sheet->evidence, sheet->arena, &bytes, &err))
        fail_msg("%s: %s", code_name(err.code), err.msg);
    return bytes;
}

#endif
