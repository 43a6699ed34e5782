/* unit_evidence.c - a file of evidence that holds, and the same file with one thing
 * wrong: each is named, whoever changed it. */
#include "tests/evidence_sheet.h"

/* Where the things of an untouched file stand. */
enum {
    AT_CONSENT = 0,
    AT_LETTER = 1,
    AT_READ = AT_LETTER + LETTERS,
    AT_ACCEPTED = AT_READ + LETTERS,
    AT_STEP = AT_ACCEPTED + LETTERS,
    AT_OPENING = AT_STEP + 2,
};

static void check(struct span bytes, struct arena *arena, struct findings *found)
{
    struct err err = {0};
    struct evidence_file file;
    arena_reset(arena, 0);
    if (!evidence_get(bytes, arena, &file, &err) ||
            !evidence_check(&file, arena, found, &err))
        fail_msg("%s: %s", code_name(err.code), err.msg);
}

static bool has_fault(const struct findings *found, uint16_t fault, enum kind kind)
{
    for (size_t i = 0; i < found->n_faults; i++)
        if (found->faults[i].fault == fault && found->faults[i].kind == kind)
            return true;
    return false;
}

static void tell_faults(const struct findings *found)
{
    for (size_t i = 0; i < found->n_faults; i++)
        print_message("  %s of a %s of %s: %s\n",
                vocab_code(VOCAB_EVIDENCE_FAULT, found->faults[i].fault),
                kind_name(found->faults[i].kind), found->faults[i].partner,
                found->faults[i].words);
}

/* ------------------------------------------------------------- what holds */

static void an_honest_file_holds_and_says_what_it_proves(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    struct findings found;
    begin(sheet, *state);
    make(sheet);
    check(pack(sheet), &arena, &found);
    tell_faults(&found);
    assert_true(found.holds);
    assert_string_equal(found.maker, "house-a");
    assert_int_equal(found.n_letters, LETTERS);
    assert_int_equal(found.letters[0].type, LETTER_TYPE_PREVIEW);
    assert_true(found.letters[0].covered && found.letters[1].covered);
    assert_int_equal(found.letters[1].end, RECEIPT_STATE_PROCESSED);
    assert_string_equal(found.letters[1].end_by, "house-b");
    assert_int_equal(found.letters[1].accepted_ms, minute(2));
    assert_int_equal(found.n_steps, 2);
    assert_true(found.steps[1].logged && found.letters[0].logged);
    assert_int_equal(found.logged, 5);
    assert_int_equal(found.not_logged, 0);
    assert_int_equal(found.joined, 1);
    assert_int_equal(found.not_joined, 0);
    assert_int_equal(found.histories, 1);
    assert_int_equal(found.n_openings, 3);
    assert_int_equal(found.consents[0].withdrawn_ms, 0);
    arena_free(&arena);
    free(sheet);
}

static void with_erase_and_withdrawal(struct sheet *sheet)
{
    struct facts *facts = &sheet->facts;
    facts->withdrawn = true;
    facts->n_steps = 3;
    make(sheet);
    for (size_t i = 0; i < 2; i++) {
        struct receipt erased = receipt(sheet->arena, &facts->letters[i],
                RECEIPT_STATE_ERASED, minute(33));
        erased.retention =
                i == 0 ? RETENTION_BASIS_NONE : RETENTION_BASIS_PATIENT_RECORD;
        add(sheet, sign(sheet, "house-b", KIND_RECEIPT, &WIRE_RECEIPT, &erased));
    }
    seal(sheet);
}

static void a_withdrawal_and_what_was_erased_are_told(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    struct findings found;
    begin(sheet, *state);
    with_erase_and_withdrawal(sheet);
    check(pack(sheet), &arena, &found);
    tell_faults(&found);
    assert_true(found.holds);
    assert_int_equal(found.consents[0].withdrawn_ms, minute(30));
    assert_string_equal(found.consents[0].withdrawn_by, "house-a");
    assert_int_equal(found.letters[0].erased_ms, minute(33));
    assert_int_equal(found.letters[0].retention, 0);
    assert_int_equal(found.letters[1].retention, RETENTION_BASIS_PATIENT_RECORD);
    arena_free(&arena);
    free(sheet);
}

/* Without the list of the steward. */
static void unlisted(struct sheet *sheet)
{
    sheet->evidence.snapshot = (struct span){NULL, 0};
    for (size_t i = 0; i < sheet->evidence.n_members; i++) {
        sheet->members[i].listed = false;
        sheet->members[i].index = 0;
        sheet->members[i].path = (struct span){NULL, 0};
    }
}

/* A member that has left meanwhile: what it signed before still counts. */
static void revoke_b(struct sheet *sheet, uint64_t at_ms)
{
    struct revocation body = {.v = 1,
            .partner = "house-b",
            .version = 1,
            .at_ms = at_ms,
            .reason = "left"};
    sheet->revocations[sheet->evidence.n_revocations++] =
            small_steward_signs(&sheet->world->net, KIND_REVOCATION, &WIRE_REVOCATION,
                    &body);
    unlisted(sheet);
}

static void what_a_member_signed_before_it_left_still_counts(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    struct findings found;
    begin(sheet, *state);
    make(sheet);
    revoke_b(sheet, minute(40));
    seal(sheet);
    check(pack(sheet), &arena, &found);
    tell_faults(&found);
    assert_true(found.holds);
    assert_int_equal(found.parties[1].revoked_ms, minute(40));
    arena_free(&arena);
    free(sheet);
}

/* Without the proof that the log went on the rest holds, and that is said apart. */
/* A new key of a member, and since when the old one signs nothing more. */
static void renew_a(struct sheet *sheet, uint64_t until_ms)
{
    struct earlier_key earlier = {.identity_key = *sign_key_public(sheet->world->a.key),
            .version = 1,
            .until_ms = until_ms};
    struct membership body = small_membership(&sheet->world->a, 2);
    body.identity_key = *sign_key_public(sheet->world->a.log);
    body.partner_type = PARTNER_TYPE_HOMECARE;
    body.earlier = &earlier;
    body.n_earlier = 1;
    unlisted(sheet);
    sheet->members[0].membership = small_steward_signs(&sheet->world->net,
            KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body);
}

/* A member that has another key since: what it signed with the old one still counts. */
static void what_a_member_signed_with_its_old_key_still_counts(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    struct findings found;
    begin(sheet, *state);
    make(sheet);
    renew_a(sheet, minute(120));
    seal(sheet);
    check(pack(sheet), &arena, &found);
    tell_faults(&found);
    assert_true(found.holds);
    arena_free(&arena);
    free(sheet);
}

/* The broker gave a letter up that its reader had taken: the reader knows better,
 * whichever word comes first. */
static void what_the_reader_says_of_the_end_stands(void **state)
{
    for (int last = 0; last <= 1; last++) {
        struct sheet *sheet = calloc(1, sizeof *sheet);
        struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
        struct findings found;
        begin(sheet, *state);
        make(sheet);
        struct receipt ended = receipt(sheet->arena, &sheet->facts.letters[1],
                RECEIPT_STATE_EXPIRED, minute(20));
        size_t at = add(sheet, sign(sheet, "the-broker", KIND_RECEIPT, &WIRE_RECEIPT,
                                       &ended)) -
                    1;
        if (last == 0) {
            struct span bytes = sheet->things[at];
            sheet->things[at] = sheet->things[AT_READ + 1];
            sheet->things[AT_READ + 1] = bytes;
        }
        seal(sheet);
        check(pack(sheet), &arena, &found);
        tell_faults(&found);
        assert_true(found.holds);
        assert_int_equal(found.letters[1].end, RECEIPT_STATE_PROCESSED);
        assert_string_equal(found.letters[1].end_by, "house-b");
        arena_free(&arena);
        free(sheet);
    }
}

static void what_the_broker_has_not_shown_yet_is_no_fault(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    struct findings found;
    begin(sheet, *state);
    make(sheet);
    sheet->evidence.n_joins = 0;
    seal(sheet);
    check(pack(sheet), &arena, &found);
    tell_faults(&found);
    assert_true(found.holds);
    assert_int_equal(found.joined, 0);
    assert_int_equal(found.not_joined, 1);
    arena_free(&arena);
    free(sheet);
}

/* From the log of another store. */
static void head_elsewhere(struct sheet *sheet, const struct key32 *root, uint64_t size)
{
    struct audit_head head = {.network = "test-net",
            .store_id = {{5}},
            .size = size,
            .root = *root};
    char text[AUDIT_TEXT_BYTES];
    struct err err = {0};
    audit_head_text(&head, text);
    assert_true(signed_make("the-broker", sheet->world->broker.log, KIND_CHECKPOINT,
            span_text(text), sheet->arena, &sheet->checkpoints[1], &err));
}

/* A store that is put back has a log of its own name: what stood in the copy can be
 * shown to stand in it, and without that the two are two histories. */
static void a_log_that_was_put_back_can_be_one_history(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    for (uint32_t shown = 0; shown < 2; shown++) {
        struct findings found;
        begin(sheet, *state);
        make(sheet);
        struct key32 root = merkle_head(sheet->hashes, LETTERS);
        head_elsewhere(sheet, &root, LETTERS);
        sheet->evidence.n_joins = shown;
        seal(sheet);
        check(pack(sheet), &arena, &found);
        tell_faults(&found);
        assert_true(found.holds);
        assert_int_equal(found.joined, shown);
        assert_int_equal(found.not_joined, 0);
        assert_int_equal(found.histories, 2 - shown);
    }
    arena_free(&arena);
    free(sheet);
}

/* ------------------------------------------------------------- what does not */

static void drop(struct sheet *sheet, size_t at)
{
    sheet->evidence.n_things--;
    for (size_t i = at; i < sheet->evidence.n_things; i++)
        sheet->things[i] = sheet->things[i + 1];
    for (size_t i = 0; i < sheet->evidence.n_log; i++)
        if (sheet->log[i].thing > at + 1)
            sheet->log[i].thing--;
}

/* One bit of a thing's body, which lies near the end of what was signed. */
static void flip_body(struct sheet *sheet, size_t at)
{
    struct err err = {0};
    struct signed_ thing;
    struct arena *arena = sheet->arena;
    assert_true(wire_get(&WIRE_SIGNED, sheet->things[at], arena, &thing, &err));
    uint8_t *copy = arena_take(arena, thing.body.len);
    assert_non_null(copy);
    memcpy(copy, thing.body.at, thing.body.len);
    copy[thing.body.len - 1] ^= 1;
    thing.body.at = copy;
    assert_true(wire_put_arena(&WIRE_SIGNED, &thing, arena, &sheet->things[at], &err));
}

static void change_core(struct sheet *sheet)
{
    flip_body(sheet, AT_LETTER + 1);
}

static void change_receipt(struct sheet *sheet)
{
    flip_body(sheet, AT_READ);
}

static void swap_capsule(struct sheet *sheet)
{
    struct consent other = sheet->facts.consent;
    other.consent_id = (struct id){{0x77}};
    sheet->things[AT_CONSENT] =
            sign(sheet, "house-a", KIND_CONSENT, &WIRE_CONSENT, &other);
}

static void leave_capsule_out(struct sheet *sheet)
{
    drop(sheet, AT_CONSENT);
}

static void second_capsule(struct sheet *sheet)
{
    struct consent other = sheet->facts.consent;
    other.until_day++;
    add(sheet, sign(sheet, "house-a", KIND_CONSENT, &WIRE_CONSENT, &other));
}

static void leave_step_out(struct sheet *sheet)
{
    drop(sheet, AT_STEP);
    sheet->log[LETTERS] = sheet->log[LETTERS + 1];
    sheet->evidence.n_log--;
}

static void leave_opening_out(struct sheet *sheet)
{
    drop(sheet, AT_OPENING + 1);
}

static void leave_letter_out(struct sheet *sheet)
{
    drop(sheet, AT_LETTER);
}

static void receipt_of_other(struct sheet *sheet)
{
    struct receipt other = sheet->facts.read[0];
    other.core_hash = sheet->facts.read[1].core_hash;
    sheet->things[AT_READ] =
            sign(sheet, "house-b", KIND_RECEIPT, &WIRE_RECEIPT, &other);
}

static void receipt_by_other(struct sheet *sheet)
{
    sheet->things[AT_READ] =
            sign(sheet, "house-a", KIND_RECEIPT, &WIRE_RECEIPT, &sheet->facts.read[0]);
}

static void two_ends(struct sheet *sheet)
{
    struct receipt other = sheet->facts.read[0];
    other.state = RECEIPT_STATE_FAILED;
    other.code = "E_KEY";
    add(sheet, sign(sheet, "house-b", KIND_RECEIPT, &WIRE_RECEIPT, &other));
}

static void letter_of_other_case(struct sheet *sheet)
{
    struct letter_core other = sheet->facts.letters[1];
    other.msg_id = (struct id){{0x66}};
    other.referral_id = (struct id){{0x65}};
    add_letter(sheet, &other);
}

static void letter_twice(struct sheet *sheet)
{
    struct letter_core other = sheet->facts.letters[1];
    other.expires_ms++;
    add_letter(sheet, &other);
}

/* In the wrong name: the key is the one of another member. */
static void letter_of_stranger(struct sheet *sheet)
{
    struct err err = {0};
    struct letter_body body = {.sealed_sha256 = {{5}}};
    struct letter_core core = sheet->facts.letters[0];
    core.msg_id = (struct id){{0x64}};
    assert_true(
            wire_put_arena(&WIRE_LETTER_CORE, &core, sheet->arena, &body.core, &err));
    add(sheet, small_sign(&sheet->world->net, "house-a", sheet->world->b.key,
                       KIND_LETTER, &WIRE_LETTER_BODY, &body));
}

static void letter_of_nobody(struct sheet *sheet)
{
    struct letter_core core = sheet->facts.letters[0];
    core.msg_id = (struct id){{0x63}};
    core.sender = "house-z";
    add_letter(sheet, &core);
}

static void change_leaf(struct sheet *sheet)
{
    struct err err = {0};
    sheet->leaves[0].decision = "refused";
    assert_true(wire_put_arena(&WIRE_AUDIT_LEAF, &sheet->leaves[0], sheet->arena,
            &sheet->log[0].leaf, &err));
}

/* The same words, but for what no signed thing says. */
static void change_leaf_time(struct sheet *sheet)
{
    struct err err = {0};
    sheet->leaves[0].at_ms++;
    assert_true(wire_put_arena(&WIRE_AUDIT_LEAF, &sheet->leaves[0], sheet->arena,
            &sheet->log[0].leaf, &err));
}

static void change_path(struct sheet *sheet)
{
    sheet->log[0].path = sheet->log[1].path;
}

static void other_checkpoint(struct sheet *sheet)
{
    struct key32 root = merkle_head(sheet->hashes, sheet->n_leaves - 1);
    sheet->checkpoints[0] =
            checkpoint(sheet, sheet->world->broker.log, &root, sheet->n_leaves - 1);
}

static void two_histories(struct sheet *sheet)
{
    sheet->checkpoints[1] = checkpoint(sheet, sheet->world->broker.log,
            &sheet->hashes[0], sheet->n_leaves);
    sheet->evidence.n_checkpoints = 2;
}

/* A head that the broker signed once, of a log that had something else in it. */
static void rewritten_log(struct sheet *sheet)
{
    struct key32 hashes[LEAVES], root;
    memcpy(hashes, sheet->hashes, sizeof hashes);
    hashes[0].b[0] ^= 1;
    root = merkle_head(hashes, LETTERS);
    sheet->checkpoints[1] = checkpoint(sheet, sheet->world->broker.log, &root, LETTERS);
}

static void join_cut(struct sheet *sheet)
{
    sheet->joins[0].path.len -= sizeof(struct key32);
}

static void join_back(struct sheet *sheet)
{
    sheet->joins[0].from = 1;
    sheet->joins[0].to = 2;
}

static void join_nowhere(struct sheet *sheet)
{
    sheet->joins[0].to = 3;
}

static void join_from_nowhere(struct sheet *sheet)
{
    sheet->joins[0].from = 0;
}

/* It was a copy, but not of this. */
static void join_of_other_log(struct sheet *sheet)
{
    struct key32 hashes[LEAVES], root;
    memcpy(hashes, sheet->hashes, sizeof hashes);
    hashes[0].b[0] ^= 1;
    root = merkle_head(hashes, LETTERS);
    head_elsewhere(sheet, &root, LETTERS);
}

/* As long as the one it is said to lead to. */
static void join_of_as_long(struct sheet *sheet)
{
    struct key32 root = merkle_head(sheet->hashes, sheet->n_leaves);
    head_elsewhere(sheet, &root, sheet->n_leaves);
    sheet->joins[0].path.len = 0;
}

static void leave_join_out(struct sheet *sheet)
{
    sheet->evidence.n_joins = 0;
}

static void checkpoint_by_identity(struct sheet *sheet)
{
    struct key32 root = merkle_head(sheet->hashes, sheet->n_leaves);
    sheet->checkpoints[0] =
            checkpoint(sheet, sheet->world->broker.key, &root, sheet->n_leaves);
}

static void revoked_before(struct sheet *sheet)
{
    revoke_b(sheet, minute(3));
}

/* The letters were dated before, but the broker took them after. */
static void dated_back(struct sheet *sheet)
{
    revoke_b(sheet, minute(2) + 1);
}

static void self_made_member(struct sheet *sheet)
{
    struct membership body = small_membership(&sheet->world->b, 1);
    body.name = "Another house";
    sheet->members[1].membership = small_sign(&sheet->world->net, DIRECTORY_STEWARD,
            sheet->world->a.key, KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body);
}

static void unlisted_member(struct sheet *sheet)
{
    struct membership body = small_membership(&sheet->world->b, 1);
    body.name = "Another house";
    sheet->members[1].membership = small_steward_signs(&sheet->world->net,
            KIND_MEMBERSHIP, &WIRE_MEMBERSHIP, &body);
}

static void member_twice(struct sheet *sheet)
{
    sheet->members[3] = sheet->members[2];
    sheet->evidence.n_members = 4;
}

static void list_path_cut(struct sheet *sheet)
{
    sheet->members[1].path.len--;
}

static void key_that_had_ended(struct sheet *sheet)
{
    renew_a(sheet, START_MS - 2 * (uint64_t)SMALL_DAY);
}

static void logged_nothing(struct sheet *sheet)
{
    sheet->log[0].thing = 0;
}

static void logged_more_than_there_is(struct sheet *sheet)
{
    sheet->log[0].thing = (uint32_t)sheet->evidence.n_things + 1;
}

static void logged_at_no_checkpoint(struct sheet *sheet)
{
    sheet->log[0].checkpoint = 0;
}

static void logged_at_another_checkpoint(struct sheet *sheet)
{
    sheet->log[0].checkpoint = (uint32_t)sheet->evidence.n_checkpoints + 1;
}

static void checkpoint_by_a_node(struct sheet *sheet)
{
    struct err err = {0};
    struct span bytes;
    assert_true(signed_make("house-a", sheet->world->a.key, KIND_CHECKPOINT,
            span_text("x"), sheet->arena, &bytes, &err));
    sheet->checkpoints[0] = bytes;
}

static void checkpoint_that_is_none(struct sheet *sheet)
{
    struct err err = {0};
    struct span bytes;
    assert_true(signed_make("the-broker", sheet->world->broker.log, KIND_CHECKPOINT,
            span_text("x"), sheet->arena, &bytes, &err));
    sheet->checkpoints[0] = bytes;
}

static void checkpoint_junk(struct sheet *sheet)
{
    sheet->checkpoints[0] = span_text("no checkpoint");
}

static void membership_junk(struct sheet *sheet)
{
    sheet->members[1].membership = span_text("no membership");
}

static void junk(struct sheet *sheet)
{
    add(sheet, span_text("no signed thing"));
}

static void statement(struct sheet *sheet)
{
    struct statement body = {.v = 1,
            .author = "house-a",
            .kind = STATEMENT_KIND_INTAKE,
            .subject = "",
            .version = 1,
            .issued_ms = START_MS,
            .until_ms = minute(1000),
            .ended = true};
    add(sheet, sign(sheet, "house-a", KIND_STATEMENT, &WIRE_STATEMENT, &body));
}

static void other_head(struct sheet *sheet)
{
    sheet->evidence.head = sheet->things[AT_CONSENT];
}

/* What is false from the start, in facts that everybody signs. */
static void widen_letter(struct facts *facts)
{
    facts->letters[0].data_categories = facts->data; /* contact, before the accept */
}

static void wrong_purpose(struct facts *facts)
{
    facts->letters[1].purpose = PURPOSE_CARE_COORDINATION + 1;
}

static void too_late(struct facts *facts)
{
    facts->consent.from_day -= 100;
    facts->consent.until_day = facts->consent.from_day + 50;
}

static void broker_is_a_node(struct facts *facts)
{
    facts->accepted_by = "house-b";
}

static void capsule_by_reader(struct facts *facts)
{
    facts->consent_by = "house-b";
}

static void withdrawn_but_not_said(struct facts *facts)
{
    facts->n_steps = 3;
}

static void sent_after_withdrawal(struct facts *facts)
{
    facts->withdrawn = true;
    facts->withdrawal.at_ms = minute(1) - 1;
}

static void withdrawn_by_broker(struct facts *facts)
{
    facts->withdrawn = true;
    facts->withdrawal.by = "the-broker";
}

static void read_after_withdrawal(struct facts *facts)
{
    facts->withdrawn = true;
    facts->withdrawal.by = "house-b";
    facts->withdrawal.at_ms = minute(5) - 1;
}

static void withdrawal_of_another(struct facts *facts)
{
    facts->withdrawn = true;
    facts->withdrawal.consent_id.b[0]++;
}

static void withdrawn_by_who_has_no_part(struct facts *facts)
{
    facts->recipients[0] = "house-c";
    facts->withdrawn = true;
    facts->withdrawal.by = "house-b";
}

static void receipt_for_another_sender(struct facts *facts)
{
    facts->read[0].sender = "house-b";
}

static void receipt_of_another_recipient(struct facts *facts)
{
    facts->accepted[0].recipient = "house-a";
}

static void step_of_other_offer(struct facts *facts)
{
    facts->steps[1].offer_id.b[0]++;
}

static void step_of_other_referral(struct facts *facts)
{
    facts->steps[1].referral_id.b[0]++;
}

static void opening_of_other_referral(struct facts *facts)
{
    facts->openings[1].referral_id.b[0]++;
}

static void impossible_step(struct facts *facts)
{
    facts->steps[1].event = OFFER_EVENT_OUTCOME;
    facts->steps[1].state = OFFER_STATE_COMPLETED;
    facts->steps[1].msg_id = (struct id){{0}};
}

static void step_of_other_letter(struct facts *facts)
{
    facts->steps[1].msg_id = facts->letters[1].msg_id;
}

static void long_after(struct facts *facts)
{
    facts->openings[2].at_ms = (uint64_t)(SMALL_NOW + 600 * SMALL_DAY);
}

static void long_before(struct facts *facts)
{
    facts->openings[0].at_ms = (uint64_t)(SMALL_NOW - 60 * SMALL_DAY);
}

#define FAULT(name) EVIDENCE_FAULT_##name
static const struct {
    const char *what;
    void (*facts)(struct facts *facts);  /* everybody signs something false */
    void (*change)(struct sheet *sheet); /* the file is changed */
    bool sealed;                         /* and sealed again by its maker */
    enum vocab_evidence_fault fault;
    enum kind kind;
} WRONG[] = {
        {"a core is changed",                  NULL,                         change_core,                  true,  FAULT(WRONG_SIGNATURE),
         KIND_LETTER                                                                                                                                       },
        {"a receipt is changed",               NULL,                         change_receipt,               true,  FAULT(WRONG_SIGNATURE),
         KIND_RECEIPT                                                                                                                                      },
        {"the capsule is swapped",             NULL,                         swap_capsule,                 true,  FAULT(NO_CONSENT),
         KIND_LETTER                                                                                                                                       },
        {"the other capsule is idle",          NULL,                         swap_capsule,                 true,  FAULT(NO_PART),
         KIND_CONSENT                                                                                                                                      },
        {"the capsule is left out",            NULL,                         leave_capsule_out,            true,  FAULT(NO_CONSENT),
         KIND_LETTER                                                                                                                                       },
        {"two capsules with one id",           NULL,                         second_capsule,               true,  FAULT(TWICE),
         KIND_CONSENT                                                                                                                                      },
        {"left out, by others",                NULL,                         leave_letter_out,             false, FAULT(CHANGED_FILE),
         KIND_EVIDENCE                                                                                                                                     },
        {"a letter left out",                  NULL,                         leave_letter_out,             true,  FAULT(OTHER_LETTER),
         KIND_RECEIPT                                                                                                                                      },
        {"an opening left out",                NULL,                         leave_opening_out,            true,  FAULT(BROKEN_CHAIN),
         KIND_OPENING                                                                                                                                      },
        {"a step left out, by others",         NULL,                         leave_step_out,               false, FAULT(CHANGED_FILE),
         KIND_EVIDENCE                                                                                                                                     },
        {"a receipt of another letter",        NULL,                         receipt_of_other,             true,
         FAULT(OTHER_LETTER),                                                                                                             KIND_RECEIPT     },
        {"a receipt by another",               NULL,                         receipt_by_other,             true,  FAULT(WRONG_SIGNER),
         KIND_RECEIPT                                                                                                                                      },
        {"two ends of one letter",             NULL,                         two_ends,                     true,  FAULT(OTHER_END),
         KIND_RECEIPT                                                                                                                                      },
        {"a letter of another case",           NULL,                         letter_of_other_case,         true,  FAULT(NO_PART),
         KIND_LETTER                                                                                                                                       },
        {"two letters with one id",            NULL,                         letter_twice,                 true,  FAULT(TWICE),
         KIND_LETTER                                                                                                                                       },
        {"signed with another's key",          NULL,                         letter_of_stranger,           true,  FAULT(WRONG_KEY),
         KIND_LETTER                                                                                                                                       },
        {"signed by nobody we know",           NULL,                         letter_of_nobody,             true,
         FAULT(UNKNOWN_SIGNER),                                                                                                           KIND_LETTER      },
        {"a leaf says otherwise",              NULL,                         change_leaf,                  true,  FAULT(WRONG_LEAF),
         KIND_RECEIPT                                                                                                                                      },
        {"a leaf is changed",                  NULL,                         change_leaf_time,             true,  FAULT(NOT_IN_LOG),
         KIND_RECEIPT                                                                                                                                      },
        {"a wrong path",                       NULL,                         change_path,                  true,  FAULT(NOT_IN_LOG),      KIND_RECEIPT     },
        {"another checkpoint",                 NULL,                         other_checkpoint,             true,  FAULT(NOT_IN_LOG),
         KIND_OFFER_STATUS                                                                                                                                 },
        {"two histories of the log",           NULL,                         two_histories,                true,  FAULT(FORKED_LOG),
         KIND_CHECKPOINT                                                                                                                                   },
        {"the log was rewritten",              NULL,                         rewritten_log,                true,  FAULT(NOT_JOINED),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a join is cut",                      NULL,                         join_cut,                     true,  FAULT(NOT_JOINED),      KIND_CHECKPOINT  },
        {"a join that leads back",             NULL,                         join_back,                    true,  FAULT(NOT_JOINED),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a join to nowhere",                  NULL,                         join_nowhere,                 true,  FAULT(NO_PART),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a join from nowhere",                NULL,                         join_from_nowhere,            true,  FAULT(NO_PART),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a join of another log",              NULL,                         join_of_other_log,            true,  FAULT(NOT_JOINED),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a join to as long a log",            NULL,                         join_of_as_long,              true,  FAULT(NOT_JOINED),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a join left out, by others",         NULL,                         leave_join_out,               false, FAULT(CHANGED_FILE),
         KIND_EVIDENCE                                                                                                                                     },
        {"a wrong log key",                    NULL,                         checkpoint_by_identity,       true,  FAULT(WRONG_KEY),
         KIND_CHECKPOINT                                                                                                                                   },
        {"signed after a revocation",          NULL,                         revoked_before,               true,  FAULT(REVOKED),
         KIND_RECEIPT                                                                                                                                      },
        {"dated before a revocation",          NULL,                         dated_back,                   true,  FAULT(REVOKED),
         KIND_LETTER                                                                                                                                       },
        {"a member by itself",                 NULL,                         self_made_member,             true,  FAULT(OTHER_STEWARD),
         KIND_MEMBERSHIP                                                                                                                                   },
        {"a member not on the list",           NULL,                         unlisted_member,              true,  FAULT(NOT_LISTED),
         KIND_MEMBERSHIP                                                                                                                                   },
        {"a member twice",                     NULL,                         member_twice,                 true,  FAULT(TWICE),           KIND_MEMBERSHIP  },
        {"a path of the list is cut",          NULL,                         list_path_cut,                true,  FAULT(NOT_LISTED),
         KIND_MEMBERSHIP                                                                                                                                   },
        {"a key that had ended",               NULL,                         key_that_had_ended,           true,  FAULT(WRONG_KEY),
         KIND_LETTER                                                                                                                                       },
        {"a leaf of nothing",                  NULL,                         logged_nothing,               true,  FAULT(NO_PART),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a leaf of more than there is",       NULL,                         logged_more_than_there_is,    true,
         FAULT(NO_PART),                                                                                                                  KIND_CHECKPOINT  },
        {"a leaf at no checkpoint",            NULL,                         logged_at_no_checkpoint,      true,  FAULT(NO_PART),
         KIND_CHECKPOINT                                                                                                                                   },
        {"a leaf at one more checkpoint",      NULL,                         logged_at_another_checkpoint, true,
         FAULT(NO_PART),                                                                                                                  KIND_CHECKPOINT  },
        {"a checkpoint by a node",             NULL,                         checkpoint_by_a_node,         true,
         FAULT(WRONG_SIGNER),                                                                                                             KIND_CHECKPOINT  },
        {"a checkpoint that is none",          NULL,                         checkpoint_that_is_none,      true,
         FAULT(UNREADABLE),                                                                                                               KIND_CHECKPOINT  },
        {"junk as a checkpoint",               NULL,                         checkpoint_junk,              true,  FAULT(UNREADABLE),
         KIND_CHECKPOINT                                                                                                                                   },
        {"junk as a membership",               NULL,                         membership_junk,              true,  FAULT(UNREADABLE),
         KIND_MEMBERSHIP                                                                                                                                   },
        {"junk among the things",              NULL,                         junk,                         true,  FAULT(UNREADABLE),      KIND_NONE        },
        {"something of another kind",          NULL,                         statement,                    true,  FAULT(NO_PART),
         KIND_STATEMENT                                                                                                                                    },
        {"no head",                            NULL,                         other_head,                   false, FAULT(UNREADABLE),      KIND_EVIDENCE    },
        {"data beyond the preview",            widen_letter,                 NULL,                         true,  FAULT(NOT_COVERED),
         KIND_LETTER                                                                                                                                       },
        {"another purpose",                    wrong_purpose,                NULL,                         true,  FAULT(NOT_COVERED),     KIND_LETTER      },
        {"a consent that had ended",           too_late,                     NULL,                         true,  FAULT(NOT_COVERED),
         KIND_LETTER                                                                                                                                       },
        {"a broker's word by a node",          broker_is_a_node,             NULL,                         true,  FAULT(WRONG_SIGNER),
         KIND_RECEIPT                                                                                                                                      },
        {"a capsule by the reader",            capsule_by_reader,            NULL,                         true,  FAULT(WRONG_SIGNER),
         KIND_CONSENT                                                                                                                                      },
        {"the withdrawal is left out",         withdrawn_but_not_said,       NULL,                         true,
         FAULT(NO_WITHDRAWAL),                                                                                                            KIND_OFFER_STATUS},
        {"sent after the withdrawal",          sent_after_withdrawal,        NULL,                         true,
         FAULT(AFTER_WITHDRAWAL),                                                                                                         KIND_LETTER      },
        {"withdrawn by an outsider",           withdrawn_by_broker,          NULL,                         true,
         FAULT(WRONG_SIGNER),                                                                                                             KIND_WITHDRAWAL  },
        {"read after its reader took it back", read_after_withdrawal,        NULL,                         true,
         FAULT(AFTER_WITHDRAWAL),                                                                                                         KIND_LETTER      },
        {"another consent withdrawn",          withdrawal_of_another,        NULL,                         true,  FAULT(NO_PART),
         KIND_WITHDRAWAL                                                                                                                                   },
        {"withdrawn without a part",           withdrawn_by_who_has_no_part, NULL,                         true,
         FAULT(NOT_THEIRS),                                                                                                               KIND_WITHDRAWAL  },
        {"a receipt for another sender",       receipt_for_another_sender,   NULL,                         true,
         FAULT(OTHER_LETTER),                                                                                                             KIND_RECEIPT     },
        {"a receipt of another recipient",     receipt_of_another_recipient, NULL,                         true,
         FAULT(OTHER_LETTER),                                                                                                             KIND_RECEIPT     },
        {"a step of another offer",            step_of_other_offer,          NULL,                         true,  FAULT(WRONG_STEP),
         KIND_OFFER_STATUS                                                                                                                                 },
        {"a step of another referral",         step_of_other_referral,       NULL,                         true,
         FAULT(NO_PART),                                                                                                                  KIND_OFFER_STATUS},
        {"an opening of another referral",     opening_of_other_referral,    NULL,                         true,
         FAULT(NO_PART),                                                                                                                  KIND_OPENING     },
        {"a step that cannot be",              impossible_step,              NULL,                         true,  FAULT(WRONG_STEP),
         KIND_OFFER_STATUS                                                                                                                                 },
        {"a step of another letter",           step_of_other_letter,         NULL,                         true,
         FAULT(WRONG_STEP),                                                                                                               KIND_OFFER_STATUS},
        {"after the membership",               long_after,                   NULL,                         true,  FAULT(NOT_MEMBER),
         KIND_OPENING                                                                                                                                      },
        {"before the membership",              long_before,                  NULL,                         true,  FAULT(NOT_MEMBER),
         KIND_OPENING                                                                                                                                      },
};

/* Of many receipts it is said which one the log does not bear out. */
static void assert_leaves_are_named(const struct findings *found)
{
    for (size_t i = 0; i < found->n_faults; i++) {
        const struct found_fault *fault = &found->faults[i];
        if (fault->fault == FAULT(WRONG_LEAF) || fault->fault == FAULT(NOT_IN_LOG))
            assert_false(id_is_none(&fault->id));
    }
}

static void each_wrong_file_says_what_is_wrong(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        struct findings found;
        begin(sheet, *state);
        if (WRONG[i].facts != NULL) {
            WRONG[i].facts(&sheet->facts);
            /* The receipts are of the letters as they are now. */
            for (size_t k = 0; k < LETTERS; k++) {
                sheet->facts.accepted[k].core_hash = sheet->facts.read[k].core_hash =
                        core_hash(sheet->arena, &sheet->facts.letters[k]);
            }
        }
        make(sheet);
        if (WRONG[i].change != NULL)
            WRONG[i].change(sheet);
        if (WRONG[i].sealed)
            seal(sheet);
        check(pack(sheet), &arena, &found);
        if (found.holds ||
                !has_fault(&found, (uint16_t)WRONG[i].fault, WRONG[i].kind)) {
            tell_faults(&found);
            fail_msg("%s: no %s", WRONG[i].what,
                    vocab_code(VOCAB_EVIDENCE_FAULT, (uint16_t)WRONG[i].fault));
        }
        assert_leaves_are_named(&found);
    }
    arena_free(&arena);
    free(sheet);
}

/* ------------------------------------------------------------- what is no file */

static enum code get(struct span bytes, struct arena *arena)
{
    struct err err = {0};
    struct evidence_file file;
    arena_reset(arena, 0);
    bool got = evidence_get(bytes, arena, &file, &err);
    assert_true(got || (err.code != CODE_OK && err.msg[0] != '\0'));
    return got ? CODE_OK : err.code;
}

static void what_is_no_file_of_evidence_is_refused(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    begin(sheet, *state);
    make(sheet);
    struct span good = pack(sheet);
    uint8_t *copy = calloc(1, EVIDENCE_BYTES_MAX + 1);
    assert_non_null(copy);
    memcpy(copy, good.at, good.len);
    assert_int_equal(get((struct span){copy, good.len}, &arena), CODE_OK);
    assert_int_equal(get((struct span){copy, 0}, &arena), E_SIZE);
    assert_int_equal(get((struct span){copy, good.len + 1}, &arena), E_FORMAT);
    assert_int_equal(get((struct span){copy, EVIDENCE_BYTES_MAX + 1}, &arena), E_SIZE);
    /* Cut off between two of its things it can be read, and does not hold. */
    for (size_t len = 1; len < good.len; len++) {
        struct span cut = {copy, len};
        struct findings found = {.holds = false};
        if (get(cut, &arena) == CODE_OK)
            check(cut, &arena, &found);
        assert_false(found.holds);
    }
    assert_int_not_equal(get(span_text("{\"evidence\":true}"), &arena), CODE_OK);
    /* The network by a key that it does not name. */
    sheet->evidence.network =
            small_sign(&sheet->world->net, DIRECTORY_STEWARD, sheet->world->a.key,
                    KIND_NETWORK, &WIRE_NETWORK, &sheet->world->net.network);
    assert_int_equal(get(pack(sheet), &arena), E_AUTH);
    free(copy);
    arena_free(&arena);
    free(sheet);
}

static void a_file_holds_no_more_than_its_limits(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct err err = {0};
    struct span bytes;
    begin(sheet, *state);
    make(sheet);
    while (sheet->evidence.n_things < EVIDENCE_THINGS_MAX + 1)
        add(sheet, sheet->things[AT_CONSENT]);
    assert_false(wire_put_arena(&WIRE_EVIDENCE, &sheet->evidence, sheet->arena, &bytes,
            &err));
    assert_int_equal(err.code, E_SIZE);
    sheet->evidence.n_things = 1;
    struct vouched_member members[EVIDENCE_MEMBERS_MAX + 1];
    struct span checkpoints[EVIDENCE_CHECKPOINTS_MAX + 1];
    struct logged_thing *log = calloc(EVIDENCE_LOGGED_MAX + 1, sizeof *log);
    for (size_t i = 0; i <= EVIDENCE_MEMBERS_MAX; i++)
        members[i] = sheet->members[0];
    for (size_t i = 0; i <= EVIDENCE_CHECKPOINTS_MAX; i++)
        checkpoints[i] = sheet->checkpoints[0];
    for (size_t i = 0; i <= EVIDENCE_LOGGED_MAX; i++)
        log[i] = sheet->log[0];
    struct evidence many = sheet->evidence;
    many.members = members;
    many.n_members = EVIDENCE_MEMBERS_MAX + 1;
    assert_false(wire_put_arena(&WIRE_EVIDENCE, &many, sheet->arena, &bytes, &err));
    many = sheet->evidence;
    many.checkpoints = checkpoints;
    many.n_checkpoints = EVIDENCE_CHECKPOINTS_MAX + 1;
    assert_false(wire_put_arena(&WIRE_EVIDENCE, &many, sheet->arena, &bytes, &err));
    many = sheet->evidence;
    struct log_join joins[EVIDENCE_JOINS_MAX + 1];
    for (size_t i = 0; i <= EVIDENCE_JOINS_MAX; i++)
        joins[i] = sheet->joins[0];
    many.joins = joins;
    many.n_joins = EVIDENCE_JOINS_MAX + 1;
    assert_false(wire_put_arena(&WIRE_EVIDENCE, &many, sheet->arena, &bytes, &err));
    many = sheet->evidence;
    many.log = log;
    many.n_log = EVIDENCE_LOGGED_MAX + 1;
    assert_false(wire_put_arena(&WIRE_EVIDENCE, &many, sheet->arena, &bytes, &err));
    free(log);
    free(sheet);
}

static void past_its_limit_faults_are_not_counted(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    struct arena arena = arena_new(EVIDENCE_ARENA_BYTES);
    struct findings found;
    begin(sheet, *state);
    make(sheet);
    for (size_t i = 0; i <= EVIDENCE_FAULTS_MAX; i++)
        junk(sheet);
    check(pack(sheet), &arena, &found);
    assert_false(found.holds);
    assert_int_equal(found.n_faults, EVIDENCE_FAULTS_MAX);
    arena_free(&arena);
    free(sheet);
}

static void without_room_nothing_is_judged(void **state)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    begin(sheet, *state);
    make(sheet);
    struct span bytes = pack(sheet);
    for (size_t size = 64 * 1024; size <= 256 * 1024; size += 16 * 1024) {
        struct arena arena = arena_new(size);
        struct err err = {0};
        struct evidence_file file;
        struct findings found;
        bool done = evidence_get(bytes, &arena, &file, &err) &&
                    evidence_check(&file, &arena, &found, &err);
        /* Too little room is no reason to call a file good. */
        assert_true(done ? !found.holds || found.n_letters == LETTERS
                         : err.code != CODE_OK);
        arena_free(&arena);
    }
    free(sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(an_honest_file_holds_and_says_what_it_proves),
            IN_WORLD(a_withdrawal_and_what_was_erased_are_told),
            IN_WORLD(what_a_member_signed_before_it_left_still_counts),
            IN_WORLD(what_a_member_signed_with_its_old_key_still_counts),
            IN_WORLD(what_the_reader_says_of_the_end_stands),
            IN_WORLD(what_the_broker_has_not_shown_yet_is_no_fault),
            IN_WORLD(a_log_that_was_put_back_can_be_one_history),
            IN_WORLD(each_wrong_file_says_what_is_wrong),
            IN_WORLD(what_is_no_file_of_evidence_is_refused),
            IN_WORLD(a_file_holds_no_more_than_its_limits),
            IN_WORLD(past_its_limit_faults_are_not_counted),
            IN_WORLD(without_room_nothing_is_judged),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
