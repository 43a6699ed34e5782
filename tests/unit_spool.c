/* unit_spool.c - the node's store: what is put in comes out, once, in order; and keys
 * are wrapped anew all together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "nodes/spool.h"
#include "nodes/spool_events.h"
#include "tests/temp.h"

struct store {
    struct temp temp;
    struct db *db;
    struct arena arena;
    struct err err;
};

static int begin(void **state)
{
    static struct store store;
    char path[TEMP_PATH_BYTES];
    store.err = (struct err){.code = CODE_OK};
    assert_true(hash_start(&store.err));
    temp_init(&store.temp);
    temp_path(&store.temp, "node.db", path);
    store.db = spool_open(path, NULL, &store.err);
    if (store.db == NULL)
        print_error("%s\n", store.err.msg);
    assert_non_null(store.db);
    store.arena = arena_new(1 << 20);
    assert_true(db_begin(store.db, &store.err));
    *state = &store;
    return 0;
}

static int end(void **state)
{
    struct store *store = *state;
    assert_true(db_commit(store->db, &store->err));
    db_close(store->db);
    arena_free(&store->arena);
    temp_done(&store->temp);
    return 0;
}

#define OK(call) assert_true(call)

static struct id id_of(uint8_t n)
{
    struct id id = {
            {n, 1}
    };
    return id;
}

static struct span text(const char *words)
{
    return span_text(words);
}

static void settings_keep_numbers_and_bytes(void **state)
{
    struct store *s = *state;
    struct id id = id_of(9);
    struct id got;
    uint64_t number;
    OK(spool_get_number(s->db, SPOOL_INCARNATION, &number, &s->err));
    assert_int_equal(number, 0);
    OK(spool_set_number(s->db, SPOOL_INCARNATION, 41, &s->err));
    OK(spool_set_number(s->db, SPOOL_INCARNATION, 42, &s->err));
    OK(spool_get_number(s->db, SPOOL_INCARNATION, &number, &s->err));
    assert_int_equal(number, 42);
    OK(spool_get_bytes(s->db, SPOOL_STORE_ID, got.b, sizeof got.b, &s->err));
    assert_true(id_is_none(&got));
    OK(spool_set_bytes(s->db, SPOOL_STORE_ID, SPAN_OF(id), &s->err));
    OK(spool_get_bytes(s->db, SPOOL_STORE_ID, got.b, sizeof got.b, &s->err));
    assert_true(id_equal(&got, &id));
    /* Another length than was kept is a damaged store. */
    assert_false(spool_get_bytes(s->db, SPOOL_STORE_ID, got.b, 8, &s->err));
    assert_int_equal(s->err.code, ERR_CORRUPT);
}

static bool count_thing(void *self, const struct spool_thing *thing, struct err *err)
{
    (void)err;
    char *list = self;
    size_t len = strlen(list);
    snprintf(list + len, 64 - len, "%s%s ", thing->slot, thing->clash ? "!" : "");
    return true;
}

static void a_newer_thing_takes_its_slot(void **state)
{
    struct store *s = *state;
    char list[64] = "";
    struct spool_thing things[8];
    size_t n;
    struct spool_thing thing = {.slot = "t/a/1/",
            .kind = KIND_STATEMENT,
            .signer = "a",
            .unpublished = true,
            .bytes = text("one")};
    OK(spool_put_thing(s->db, &thing, &s->err));
    thing.bytes = text("two");
    OK(spool_put_thing(s->db, &thing, &s->err));
    /* A member is told before what it says, whatever came first. */
    struct spool_thing member = {.slot = "m/a",
            .kind = KIND_MEMBERSHIP,
            .signer = "steward",
            .bytes = text("m")};
    OK(spool_put_thing(s->db, &member, &s->err));
    thing.clash = true;
    thing.bytes = text("other");
    OK(spool_put_thing(s->db, &thing, &s->err));
    OK(spool_each_thing(s->db, count_thing, list, &s->err));
    assert_string_equal(list, "m/a t/a/1/ t/a/1/! ");
    OK(spool_unpublished(s->db, &s->arena, things, 8, &n, &s->err));
    assert_int_equal(n, 2);
    assert_true(span_equal(things[0].bytes, text("two")));
    OK(spool_set_published(s->db, "t/a/1/", &s->err));
    OK(spool_unpublished(s->db, &s->arena, things, 8, &n, &s->err));
    assert_int_equal(n, 0);
    OK(spool_publish_again(s->db, "a", &s->err));
    OK(spool_unpublished(s->db, &s->arena, things, 1, &n, &s->err));
    assert_int_equal(n, 1);
    /* A higher version ends the clash. */
    thing.clash = false;
    thing.bytes = text("three");
    OK(spool_put_thing(s->db, &thing, &s->err));
    list[0] = '\0';
    OK(spool_each_thing(s->db, count_thing, list, &s->err));
    assert_string_equal(list, "m/a t/a/1/ ");
}

static void tokens_and_first_replies(void **state)
{
    struct store *s = *state;
    struct key32 hash = {{1}};
    struct key32 other = {{2}};
    struct key32 kept;
    struct spool_token token = {.name = "web", .scopes = 6};
    struct spool_token got;
    struct span reply;
    bool found;
    OK(spool_put_token(s->db, &token, &hash, &s->err));
    OK(spool_get_token(s->db, &hash, &found, &got, &s->err));
    assert_true(found);
    assert_string_equal(got.name, "web");
    assert_int_equal(got.scopes, 6);
    /* A new token of the same name: the old one is worth nothing from then on. */
    OK(spool_put_token(s->db, &token, &other, &s->err));
    OK(spool_get_token(s->db, &hash, &found, &got, &s->err));
    assert_false(found);
    OK(spool_drop_token(s->db, "web", &found, &s->err));
    assert_true(found);
    OK(spool_drop_token(s->db, "web", &found, &s->err));
    assert_false(found);

    OK(spool_put_reply(s->db, "web", "k", &hash, text("first"), 100, &s->err));
    OK(spool_get_reply(s->db, "cli", "k", &s->arena, &found, &kept, &reply, &s->err));
    assert_false(found);
    OK(spool_get_reply(s->db, "web", "k", &s->arena, &found, &kept, &reply, &s->err));
    assert_true(found);
    assert_true(key32_equal(&kept, &hash));
    assert_true(span_equal(reply, text("first")));
    OK(spool_forget(s->db, 100, &s->err));
    OK(spool_get_reply(s->db, "web", "k", &s->arena, &found, &kept, &reply, &s->err));
    assert_true(found);
    OK(spool_forget(s->db, 101, &s->err));
    OK(spool_get_reply(s->db, "web", "k", &s->arena, &found, &kept, &reply, &s->err));
    assert_false(found);
}

/* What belongs to a case is kept with it; the rest for a month. */
static void decisions_are_found_and_forgotten(void **state)
{
    struct store *s = *state;
    struct spool_judged got;
    bool found;
    OK(spool_judged_refused(s->db, &s->arena, &found, &got, &s->err));
    assert_false(found);
    for (uint8_t i = 1; i <= 4; i++) {
        const struct spool_judged judged = {
                .case_number = i <= 2 ? 0 : 7,
                .msg_id = id_of(i),
                .point = SPOOL_POINT_SENDING,
                .at_ms = 100 * i,
                .code = i % 2 == 1 ? "E_LEVEL" : "",
                .facts = text("facts"),
        };
        OK(spool_put_judged(s->db, &judged, &s->err));
    }
    OK(spool_judged_refused(s->db, &s->arena, &found, &got, &s->err));
    assert_true(found && got.number == 3 && got.case_number == 7);
    assert_string_equal(got.code, "E_LEVEL");
    assert_true(span_equal(got.facts, text("facts")));
    struct id first = id_of(1);
    OK(spool_judged_of(s->db, &first, &s->arena, &found, &got, &s->err));
    assert_true(found && got.number == 1 && got.at_ms == 100);
    OK(spool_judged_before(s->db, 7, UINT64_MAX, &s->arena, &found, &got, &s->err));
    assert_true(found && got.number == 4);
    OK(spool_judged_before(s->db, 7, 3, &s->arena, &found, &got, &s->err));
    assert_false(found);
    OK(spool_forget(s->db, 100, &s->err));
    OK(spool_judged_of(s->db, &first, &s->arena, &found, &got, &s->err));
    assert_true(found);
    OK(spool_forget(s->db, 1000, &s->err));
    OK(spool_judged_of(s->db, &first, &s->arena, &found, &got, &s->err));
    assert_false(found);
    OK(spool_judged_before(s->db, 0, UINT64_MAX, &s->arena, &found, &got, &s->err));
    assert_false(found);
    OK(spool_judged_before(s->db, 7, UINT64_MAX, &s->arena, &found, &got, &s->err));
    assert_true(found && got.number == 4);
}

static void a_withdrawal_is_final(void **state)
{
    struct store *s = *state;
    struct id id = id_of(3);
    struct span bytes[4];
    size_t n;
    bool fresh;
    bool withdrawn;
    struct spool_withdrawal row = {.consent_id = id,
            .own = true,
            .at_ms = 5,
            .bytes = text("first")};
    OK(spool_is_withdrawn(s->db, &id, &withdrawn, &s->err));
    assert_false(withdrawn);
    OK(spool_put_withdrawal(s->db, &row, &fresh, &s->err));
    assert_true(fresh);
    row.bytes = text("second");
    OK(spool_put_withdrawal(s->db, &row, &fresh, &s->err));
    assert_false(fresh);
    OK(spool_open_withdrawals(s->db, &s->arena, bytes, 4, &n, &s->err));
    assert_int_equal(n, 1);
    assert_true(span_equal(bytes[0], text("first")));
    OK(spool_withdrawal_registered(s->db, &id, text("answer"), 7, &s->err));
    OK(spool_open_withdrawals(s->db, &s->arena, bytes, 4, &n, &s->err));
    assert_int_equal(n, 0);
    /* A broker that lost its store hears it again. */
    OK(spool_mark_resend(s->db, INT64_MAX, INT64_MAX, &s->err));
    OK(spool_open_withdrawals(s->db, &s->arena, bytes, 4, &n, &s->err));
    assert_int_equal(n, 1);
}

static struct spool_case new_case(struct store *s, enum case_kind kind, uint8_t n)
{
    struct spool_case file = {
            .kind = kind,
            .other = "other",
            .referral_id = id_of(n),
            .consent_id = id_of(200),
            .urgency = 1,
            .area = "21004",
            .offer_id = id_of(n),
            .unread = true,
            .created_ms = 1,
            .updated_ms = 1,
            .key = {.there = true, .wrapped = {n}}
    };
    OK(spool_next_case(s->db, &file.number, &s->err));
    OK(spool_add_case(s->db, &file, &s->err));
    struct spool_offer offer = {.offer_id = id_of(n),
            .case_number = file.number,
            .target = "target",
            .state = OFFER_STATE_REQUESTED,
            .version = 1};
    OK(spool_put_offer(s->db, &offer, &s->err));
    return file;
}

static void set_state(struct store *s, uint8_t n, enum offer_state to)
{
    struct id id = id_of(n);
    struct spool_offer offer;
    bool found;
    OK(spool_get_offer(s->db, &id, &found, &offer, &s->err));
    assert_true(found);
    offer.state = to;
    offer.version++;
    OK(spool_save_offer(s->db, &offer, text("status"), &s->err));
}

static void cases_stand_in_their_boxes(void **state)
{
    static const struct {
        enum offer_state state;
        enum case_box in_box;  /* of a case that came */
        enum case_box out_box; /* of a case that was sent, besides "sent"; NONE: none */
    } rows[] = {
            {OFFER_STATE_REQUESTED,      CASE_BOX_TO_DECIDE, CASE_BOX_NONE     },
            {OFFER_STATE_SEEN,           CASE_BOX_TO_DECIDE, CASE_BOX_NONE     },
            {OFFER_STATE_INFO_REQUESTED, CASE_BOX_TO_DECIDE, CASE_BOX_TO_DECIDE},
            {OFFER_STATE_WAITLISTED,     CASE_BOX_TO_DECIDE, CASE_BOX_NONE     },
            {OFFER_STATE_ACCEPTED,       CASE_BOX_RUNNING,   CASE_BOX_RUNNING  },
            {OFFER_STATE_IN_PROGRESS,    CASE_BOX_RUNNING,   CASE_BOX_RUNNING  },
            {OFFER_STATE_ON_HOLD,        CASE_BOX_RUNNING,   CASE_BOX_RUNNING  },
            {OFFER_STATE_COMPLETED,      CASE_BOX_CLOSED,    CASE_BOX_TO_DECIDE},
            {OFFER_STATE_FAILED,         CASE_BOX_CLOSED,    CASE_BOX_TO_DECIDE},
            {OFFER_STATE_DECLINED,       CASE_BOX_CLOSED,    CASE_BOX_TO_DECIDE},
            {OFFER_STATE_NOT_SELECTED,   CASE_BOX_CLOSED,    CASE_BOX_TO_DECIDE},
            {OFFER_STATE_EXPIRED,        CASE_BOX_CLOSED,    CASE_BOX_TO_DECIDE},
            {OFFER_STATE_CANCELLED,      CASE_BOX_CLOSED,    CASE_BOX_CLOSED   },
            {OFFER_STATE_IN_ERROR,       CASE_BOX_CLOSED,    CASE_BOX_CLOSED   },
            {OFFER_STATE_QUEUED,         CASE_BOX_NONE,      CASE_BOX_NONE     },
            {OFFER_STATE_SKIPPED,        CASE_BOX_CLOSED,    CASE_BOX_TO_DECIDE},
    };
    struct store *s = *state;
    struct spool_case in = new_case(s, CASE_KIND_REFERRAL_IN, 1);
    struct spool_case out = new_case(s, CASE_KIND_REFERRAL_OUT, 2);
    assert_int_equal(out.number, in.number + 1);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        set_state(s, 1, rows[i].state);
        set_state(s, 2, rows[i].state);
        for (enum case_box box = CASE_BOX_TO_DECIDE; box <= CASE_BOX_CLOSED; box++) {
            struct spool_case files[4];
            size_t n;
            uint64_t count;
            size_t expected = rows[i].in_box == box;
            expected += rows[i].out_box == box;
            OK(spool_cases(s->db, box, 0, files, 4, &n, &s->err));
            OK(spool_count_cases(s->db, box, &count, &s->err));
            if (n != expected)
                print_error("row %zu box %d\n", i, (int)box);
            assert_int_equal(n, expected);
            assert_int_equal(count, expected);
        }
    }
    struct spool_case files[4];
    size_t n;
    OK(spool_cases(s->db, CASE_BOX_NONE, 0, files, 4, &n, &s->err));
    assert_int_equal(n, 2);
    OK(spool_cases(s->db, CASE_BOX_NONE, in.number, files, 4, &n, &s->err));
    assert_int_equal(n, 1);
    assert_int_equal(files[0].number, out.number);
    OK(spool_cases(s->db, CASE_BOX_NEW, 0, files, 4, &n, &s->err));
    assert_int_equal(n, 1);
    OK(spool_cases(s->db, CASE_BOX_SENT, 0, files, 4, &n, &s->err));
    assert_int_equal(n, 1);
}

static void put_letter(struct store *s, uint64_t seq, uint8_t n, enum letter_type type)
{
    struct spool_sent sent = {.msg_id = id_of(n),
            .submission = seq,
            .position = n,
            .case_number = 1,
            .offer_id = id_of(1),
            .recipient = "other",
            .type = type,
            .core = text("core"),
            .signed_ = text("signed"),
            .sealed = text("sealed")};
    OK(spool_put_sent(s->db, &sent, &s->err));
}

/* What is the same for ten candidates is sealed ten times at once, and that is once for
 * each. */
static void seals_are_counted_for_each_candidate(void **state)
{
    struct store *s = *state;
    struct spool_submission submission = {.submission_id = id_of(50),
            .case_number = 1,
            .at_ms = 100};
    uint64_t seq, n;
    OK(spool_put_submission(s->db, &submission, &seq, &s->err));
    for (uint8_t i = 0; i < 10; i++) {
        struct spool_sent sent = {.msg_id = id_of(60 + i),
                .submission = seq,
                .case_number = 1,
                .moment = 7,
                .offer_id = id_of(1 + i),
                .recipient = "other",
                .type = LETTER_TYPE_PREVIEW,
                .core = text("core"),
                .signed_ = text("signed"),
                .sealed = text("sealed")};
        OK(spool_put_sent(s->db, &sent, &s->err));
        OK(spool_count_seals(s->db, &sent, 99, &n, &s->err));
        assert_int_equal(n, 1);
        OK(spool_count_seals(s->db, &sent, 100, &n, &s->err));
        assert_int_equal(n, 0);
    }
}

static void letters_leave_with_their_submission_and_end_once(void **state)
{
    struct store *s = *state;
    struct spool_submission submission = {.submission_id = id_of(50), .case_number = 1};
    struct spool_submission got;
    struct letter letters[SPOOL_LETTERS_MAX];
    struct spool_sent sent;
    struct id msg = id_of(60);
    uint64_t seq;
    uint64_t n_out;
    size_t n;
    bool found;
    bool answered;
    OK(spool_put_submission(s->db, &submission, &seq, &s->err));
    put_letter(s, seq, 61, LETTER_TYPE_CONTENT);
    put_letter(s, seq, 60, LETTER_TYPE_PREVIEW);
    OK(spool_next_submission(s->db, 2, 0, &found, &got, &s->err));
    assert_true(found);
    assert_int_equal(got.seq, seq);
    OK(spool_next_submission(s->db, 2, seq, &found, &got, &s->err));
    assert_false(found);
    OK(spool_letters(s->db, seq, &s->arena, letters, &n, &s->err));
    assert_int_equal(n, 2);
    OK(spool_count_outbox(s->db, &n_out, &s->err));
    assert_int_equal(n_out, 2);

    OK(spool_submission_answered(s->db, seq, &s->err));
    OK(spool_get_submission(s->db, seq, &found, &got, &answered, &s->err));
    assert_true(found && answered);
    OK(spool_sent_ends(s->db, &msg, RECEIPT_STATE_PROCESSED, text("r"), &s->err));
    /* What has ended stays as it ended. */
    OK(spool_sent_ends(s->db, &msg, RECEIPT_STATE_FAILED, text("x"), &s->err));
    OK(spool_get_sent(s->db, &msg, &found, &sent, &s->err));
    assert_true(found && sent.terminal);
    assert_int_equal(sent.state, RECEIPT_STATE_PROCESSED);
    OK(spool_letters(s->db, seq, &s->arena, letters, &n, &s->err));
    assert_int_equal(n, 1);
    /* A broker that lost its store gets what has no terminal receipt, and only that. */
    OK(spool_mark_resend(s->db, INT64_MAX, INT64_MAX, &s->err));
    OK(spool_next_submission(s->db, 2, 0, &found, &got, &s->err));
    assert_true(found);
    msg = id_of(61);
    OK(spool_sent_ends(s->db, &msg, RECEIPT_STATE_RECALLED, text("r"), &s->err));
    OK(spool_submission_answered(s->db, seq, &s->err));
    OK(spool_mark_resend(s->db, INT64_MAX, INT64_MAX, &s->err));
    OK(spool_next_submission(s->db, 2, 0, &found, &got, &s->err));
    assert_false(found);
}

enum { RESEND_MAX = 4 };

static size_t to_resend(struct store *s, bool capsules, struct span *things,
        struct spool_mark *marks)
{
    size_t n;
    OK(spool_resend(s->db, capsules, &s->arena, things, marks, RESEND_MAX, &n,
            &s->err));
    return n;
}

/* How a letter has ended is brought to a broker that lost it, as long as that may still
 * have it; and the reader's word takes the place of any of the broker's. */
static void ends_are_brought_to_a_lost_broker(void **state)
{
    static const enum receipt_state ENDS[] = {RECEIPT_STATE_REFUSED,
            RECEIPT_STATE_RECALLED, RECEIPT_STATE_PROCESSED, RECEIPT_STATE_EXPIRED};
    struct store *s = *state;
    struct id msg = id_of(60);
    struct spool_sent sent;
    struct span things[RESEND_MAX];
    struct spool_mark marks[RESEND_MAX];
    struct spool_submission submission = {.submission_id = id_of(50), .case_number = 1};
    uint64_t seq;
    bool found;
    OK(spool_put_submission(s->db, &submission, &seq, &s->err));
    put_letter(s, seq, 60, LETTER_TYPE_PREVIEW);
    for (size_t i = 0; i < COUNT_OF(ENDS); i++)
        OK(spool_sent_ends(s->db, &msg, ENDS[i], text(i == 2 ? "read" : "r"), &s->err));
    OK(spool_get_sent(s->db, &msg, &found, &sent, &s->err));
    assert_int_equal(sent.state, RECEIPT_STATE_PROCESSED);
    OK(spool_mark_resend(s->db, INT64_MAX, sent.expires_ms, &s->err));
    assert_int_equal(to_resend(s, true, things, marks), 0);
    OK(spool_mark_resend(s->db, INT64_MAX, sent.expires_ms - 1, &s->err));
    assert_int_equal(to_resend(s, true, things, marks), 1);
    assert_memory_equal(things[0].at, "read", 4);
    OK(spool_resent(s->db, marks, 1, &s->err));
    assert_int_equal(to_resend(s, true, things, marks), 0);
}

/* Marks are taken off what was said, and of nothing that was marked meanwhile; offers
 * do not wait for consents that are to go later. */
static void only_what_was_said_is_not_said_again(void **state)
{
    struct store *s = *state;
    struct span things[RESEND_MAX];
    struct spool_mark marks[RESEND_MAX];
    struct spool_capsule capsule = {.consent_id = id_of(9),
            .own = true,
            .bytes = text("second"),
            .salt = text("salt")};
    OK(spool_put_capsule(s->db, &capsule, &s->err));
    (void)new_case(s, CASE_KIND_REFERRAL_OUT, 10);
    set_state(s, 10, OFFER_STATE_SEEN);
    OK(spool_mark_resend(s->db, INT64_MAX, INT64_MAX, &s->err));
    assert_int_equal(to_resend(s, true, things, marks), 2);
    assert_true(span_equal(things[0], text("second")));
    assert_true(span_equal(things[1], text("status")));
    capsule.consent_id = id_of(8);
    capsule.bytes = text("first");
    OK(spool_put_capsule(s->db, &capsule, &s->err));
    OK(spool_mark_resend(s->db, INT64_MAX, INT64_MAX, &s->err));
    OK(spool_resent(s->db, marks, 1, &s->err));
    assert_int_equal(to_resend(s, true, things, marks), 2);
    assert_true(span_equal(things[0], text("first")));
    assert_int_equal(to_resend(s, false, things, marks), 1);
    assert_true(span_equal(things[0], text("status")));
    OK(spool_resent(s->db, marks, 1, &s->err));
    assert_int_equal(to_resend(s, false, things, marks), 0);
    assert_int_equal(to_resend(s, true, things, marks), 1);
}

/* The answer to an event says where the offer stands now. When it was lost, the letter
 * has to be put again, also when its reader's receipt is here already. */
static void letters_can_be_put_again_until_they_are_answered(void **state)
{
    struct store *s = *state;
    struct spool_submission submission = {.submission_id = id_of(50), .case_number = 1};
    struct letter letters[SPOOL_LETTERS_MAX];
    struct id msg = id_of(60);
    uint64_t seq;
    uint64_t n_out;
    size_t n;
    OK(spool_put_submission(s->db, &submission, &seq, &s->err));
    put_letter(s, seq, 60, LETTER_TYPE_EVENT);
    OK(spool_sent_ends(s->db, &msg, RECEIPT_STATE_PROCESSED, text("r"), &s->err));
    OK(spool_count_outbox(s->db, &n_out, &s->err));
    assert_int_equal(n_out, 0);
    OK(spool_letters(s->db, seq, &s->arena, letters, &n, &s->err));
    assert_int_equal(n, 1);
    OK(spool_submission_answered(s->db, seq, &s->err));
    OK(spool_letters(s->db, seq, &s->arena, letters, &n, &s->err));
    assert_int_equal(n, 0);
}

static void a_withdrawal_stops_what_has_not_left(void **state)
{
    struct store *s = *state;
    struct spool_case file = new_case(s, CASE_KIND_REFERRAL_OUT, 1);
    struct spool_submission submission = {.submission_id = id_of(50),
            .case_number = file.number};
    struct spool_submission got;
    uint64_t personal;
    uint64_t control;
    bool found;
    assert_int_equal(file.number, 1);
    OK(spool_put_submission(s->db, &submission, &personal, &s->err));
    put_letter(s, personal, 60, LETTER_TYPE_CONTENT);
    submission.submission_id = id_of(51);
    OK(spool_put_submission(s->db, &submission, &control, &s->err));
    put_letter(s, control, 61, LETTER_TYPE_EVENT);
    OK(spool_stop_submissions(s->db, &file.consent_id, &s->err));
    OK(spool_next_submission(s->db, 0, 0, &found, &got, &s->err));
    assert_true(found);
    assert_int_equal(got.seq, control);
}

/* What its readers or the broker have ended meanwhile waits for no answer either; but a
 * control letter still does, and keeps what is to be put for it. */
static void a_withdrawal_leaves_nothing_that_can_never_be_answered(void **state)
{
    struct store *s = *state;
    struct spool_case file = new_case(s, CASE_KIND_REFERRAL_OUT, 1);
    struct spool_submission submission = {.submission_id = id_of(50),
            .case_number = file.number};
    struct letter letters[SPOOL_LETTERS_MAX];
    struct id personal = id_of(60), control = id_of(61);
    uint64_t seq, waiting, since_ms;
    size_t n;
    OK(spool_put_submission(s->db, &submission, &seq, &s->err));
    put_letter(s, seq, 60, LETTER_TYPE_CONTENT);
    OK(spool_sent_ends(s->db, &personal, RECEIPT_STATE_RECALLED, text("r"), &s->err));
    submission.submission_id = id_of(51);
    OK(spool_put_submission(s->db, &submission, &seq, &s->err));
    put_letter(s, seq, 61, LETTER_TYPE_EVENT);
    OK(spool_sent_ends(s->db, &control, RECEIPT_STATE_PROCESSED, text("r"), &s->err));
    OK(spool_stop_submissions(s->db, &file.consent_id, &s->err));
    OK(spool_waiting(s->db, &waiting, &since_ms, &s->err));
    assert_int_equal(waiting, 1);
    OK(spool_letters(s->db, seq, &s->arena, letters, &n, &s->err));
    assert_int_equal(n, 1);
    OK(spool_submission_answered(s->db, seq, &s->err));
    OK(spool_waiting(s->db, &waiting, &since_ms, &s->err));
    assert_int_equal(waiting, 0);
}

static void moments_come_back_in_order_and_can_be_wiped(void **state)
{
    struct store *s = *state;
    struct spool_moment got;
    uint64_t number = 0;
    bool found;
    for (int i = 0; i < 5; i++) {
        struct spool_moment moment = {.case_number = 1,
                .at_ms = i,
                .who = "x",
                .content = text("encrypted")};
        OK(spool_next_moment(s->db, &moment.number, &s->err));
        OK(spool_put_moment(s->db, &moment, &s->err));
    }
    uint64_t after;
    OK(spool_moments_start(s->db, 1, 2, &after, &s->err));
    int n = 0;
    for (;; n++) {
        OK(spool_moment_after(s->db, 1, after, &s->arena, &found, &got, &s->err));
        if (!found)
            break;
        assert_true(got.number > number);
        number = after = got.number;
        assert_true(span_equal(got.content, text("encrypted")));
    }
    assert_int_equal(n, 2);
    OK(spool_wipe_moments(s->db, 1, &s->err));
    OK(spool_get_moment(s->db, number, &s->arena, &found, &got, &s->err));
    assert_true(found);
    assert_int_equal(got.content.len, 0);
}

static void a_letter_that_came_is_known_again_and_its_end_is_owed(void **state)
{
    struct store *s = *state;
    struct spool_received row = {.msg_id = id_of(7),
            .sender = "a",
            .letter_hash = {{1}},
            .core_hash = {{2}},
            .case_number = 4,
            .type = LETTER_TYPE_CONTENT,
            .state = RECEIPT_STATE_PROCESSED,
            .receipt = text("receipt")};
    struct spool_received got;
    struct spool_erasure erasures[4];
    struct span receipts[4];
    size_t n;
    bool found;
    OK(spool_put_received(s->db, &row, &s->err));
    OK(spool_get_received(s->db, &row.msg_id, "b", &s->arena, &found, &got, &s->err));
    assert_false(found);
    OK(spool_get_received(s->db, &row.msg_id, "a", &s->arena, &found, &got, &s->err));
    assert_true(found);
    assert_true(key32_equal(&got.letter_hash, &row.letter_hash));
    assert_true(span_equal(got.receipt, text("receipt")));
    /* Only what was opened is erased, and is told once. */
    row.msg_id = id_of(8);
    row.state = RECEIPT_STATE_FAILED;
    OK(spool_put_received(s->db, &row, &s->err));
    row.msg_id = id_of(9);
    row.state = RECEIPT_STATE_PROCESSED;
    row.type = LETTER_TYPE_EVENT;
    OK(spool_put_received(s->db, &row, &s->err));
    OK(spool_add_erasures(s->db, 4, 10, &s->err));
    OK(spool_add_erasures(s->db, 4, 11, &s->err));
    OK(spool_erasures(s->db, erasures, 4, &n, &s->err));
    assert_int_equal(n, 1);
    assert_int_equal(erasures[0].msg_id.b[0], 7);
    OK(spool_erased(s->db, &erasures[0].msg_id, text("gone"), &s->err));
    OK(spool_erasures(s->db, erasures, 4, &n, &s->err));
    assert_int_equal(n, 0);
    OK(spool_erase_receipts(s->db, 9, &s->arena, receipts, 4, &n, &s->err));
    assert_int_equal(n, 1);
    OK(spool_erase_receipts(s->db, 10, &s->arena, receipts, 4, &n, &s->err));
    assert_int_equal(n, 0);
}

static bool wrap_again(void *self, struct span binding, struct spool_key *key)
{
    uint64_t *sum = self;
    *sum += binding.at[7];
    key->wrapped[1]++;
    return key->wrapped[0] != 99;
}

static void every_living_key_is_wrapped_again(void **state)
{
    struct store *s = *state;
    uint64_t sum = 0;
    uint64_t n_keys;
    bool found;
    struct spool_case file = new_case(s, CASE_KIND_REFERRAL_IN, 1);
    struct spool_case gone = new_case(s, CASE_KIND_REFERRAL_IN, 2);
    gone.key.there = false;
    OK(spool_save_case(s->db, &gone, &s->err));
    struct spool_epoch epoch = {.ekid = {{4}},
            .public_key = {{5}},
            .key = {.there = true},
            .from_ms = 1,
            .until_ms = 2};
    OK(spool_put_epoch(s->db, &epoch, &s->err));
    struct spool_consent consent = {.number = 1,
            .key = {.there = true},
            .content = text("c")};
    OK(spool_put_consent(s->db, &consent, &s->err));
    OK(spool_rewrap(s->db, wrap_again, &sum, &n_keys, &s->err));
    assert_int_equal(n_keys, 3);
    assert_int_equal(sum, SPOOL_OWNER_EPOCH + SPOOL_OWNER_CONSENT + SPOOL_OWNER_CASE);
    OK(spool_get_case(s->db, file.number, &found, &file, &s->err));
    assert_int_equal(file.key.wrapped[1], 1);
    OK(spool_get_case(s->db, gone.number, &found, &gone, &s->err));
    assert_false(gone.key.there);
    /* A key that cannot be unwrapped is a damaged store, and says so. */
    file.key.wrapped[0] = 99;
    OK(spool_save_case(s->db, &file, &s->err));
    assert_false(spool_rewrap(s->db, wrap_again, &sum, &n_keys, &s->err));
    assert_int_equal(s->err.code, ERR_CORRUPT);
}

/* --- what proves a case --- */

static void of_a_case_only_so_much_is_kept(void **state)
{
    struct store *store = *state;
    struct span bytes[SPOOL_EVIDENCE_MAX + 2];
    size_t n_bytes;
    for (uint32_t i = 0; i < SPOOL_EVIDENCE_MAX + 1; i++) {
        const struct spool_evidence row = {.case_number = 1,
                .kind = KIND_RECEIPT,
                .msg_id = id_of(1),
                .at_ms = 1000 + i,
                .bytes = SPAN_OF(i)};
        OK(spool_put_evidence(store->db, &row, &store->err));
        /* The same bytes once more are no second row. */
        OK(spool_put_evidence(store->db, &row, &store->err));
    }
    OK(spool_evidence(store->db, 1, &store->arena, bytes, COUNT_OF(bytes), &n_bytes,
            &store->err));
    assert_int_equal(n_bytes, SPOOL_EVIDENCE_MAX);
    assert_int_equal(*(const uint32_t *)(const void *)bytes[0].at, 0);
    OK(spool_drop_proofs(store->db, 1000 + 100, &store->err));
    OK(spool_evidence(store->db, 1, &store->arena, bytes, COUNT_OF(bytes), &n_bytes,
            &store->err));
    assert_int_equal(n_bytes, SPOOL_EVIDENCE_MAX - 100);
}

static void put_opening(struct store *store, uint64_t case_number, uint64_t nth,
        int64_t at_ms)
{
    const struct spool_opening row = {.case_number = case_number,
            .nth = nth,
            .actor = "an",
            .how = OPENING_HOW_SHOW,
            .at_ms = at_ms,
            .letters = text("letters"),
            .hash = {{(uint8_t)nth, (uint8_t)case_number}},
            .bytes = text("signed")};
    OK(spool_put_opening(store->db, &row, &store->err));
}

static void openings_are_numbered_and_the_newest_are_listed(void **state)
{
    struct store *store = *state;
    struct spool_opening rows[3], last;
    uint64_t number;
    size_t n_rows;
    bool there;
    OK(spool_next_opening(store->db, &number, &store->err));
    assert_int_equal(number, 1);
    for (uint64_t i = 1; i <= 4; i++)
        put_opening(store, 1, i, (int64_t)i * 1000);
    put_opening(store, 2, 1, 9000);
    OK(spool_openings(store->db, 1, 0, &store->arena, rows, 3, &n_rows, &store->err));
    assert_int_equal(n_rows, 3);
    assert_int_equal(rows[0].number, 2);
    assert_int_equal(rows[2].number, 4);
    assert_string_equal(rows[2].actor, "an");
    OK(spool_last_opening(store->db, &last, &store->err));
    assert_int_equal(last.hash.b[1], 2);
    OK(spool_last_opening_of(store->db, 1, 0, &last, &store->err));
    assert_int_equal(last.nth, 4);
    OK(spool_last_opening_of(store->db, 3, 0, &last, &store->err));
    assert_int_equal(last.nth, 0);
    const struct spool_opening like = {.case_number = 1,
            .actor = "an",
            .how = OPENING_HOW_SHOW,
            .letters = text("letters")};
    OK(spool_has_opening(store->db, &like, 4000, &there, &store->err));
    assert_true(there);
    OK(spool_has_opening(store->db, &like, 4001, &there, &store->err));
    assert_false(there);
    /* What is old goes, and the numbers go on. */
    OK(spool_drop_proofs(store->db, 9001, &store->err));
    OK(spool_next_opening(store->db, &number, &store->err));
    assert_int_equal(number, 6);
}

static void findings_are_kept_once_and_not_without_end(void **state)
{
    struct store *s = *state;
    struct spool_finding finding = {.log = 1,
                                 .code = "E_LOG_CHANGED",
                                 .at_ms = 5,
                                 .held = text("held"),
                                 .shown = text("shown")},
                         got;
    bool fresh, found;
    int64_t n;
    for (uint64_t i = 1; i <= SPOOL_FINDINGS_MAX; i++) {
        finding.log_leaf = i;
        OK(spool_put_finding(s->db, &finding, &fresh, &s->err));
        assert_true(fresh);
        OK(spool_put_finding(s->db, &finding, &fresh, &s->err));
        assert_false(fresh);
    }
    finding.log_leaf++;
    OK(spool_put_finding(s->db, &finding, &fresh, &s->err));
    assert_false(fresh);
    OK(spool_finding_after(s->db, 1, true, &s->arena, &found, &got, &s->err));
    assert_true(found && got.log_leaf == 2 && span_equal(got.shown, text("shown")));
    OK(spool_findings_seen(s->db, "An", 9, &n, &s->err));
    assert_int_equal(n, SPOOL_FINDINGS_MAX);
    OK(spool_finding_after(s->db, 0, true, &s->arena, &found, &got, &s->err));
    assert_false(found);
    OK(spool_finding_after(s->db, 0, false, &s->arena, &found, &got, &s->err));
    assert_true(found && got.seen_ms == 9);
    assert_string_equal(got.seen_by, "An");
}

static void one_claim_of_each_partner_is_kept_and_not_without_end(void **state)
{
    struct store *s = *state;
    struct spool_claim claim = {.log = 1, .size = 7, .root = {{1}}, .msg_id = {{2}}},
                       got;
    bool found;
    for (int i = 0; i <= SPOOL_CLAIMS_MAX; i++) {
        snprintf(claim.partner, sizeof claim.partner, "partner%03d", i);
        claim.at_ms = i;
        OK(spool_put_claim(s->db, &claim, &s->err));
    }
    claim = (struct spool_claim){.partner = "partner000", .log = 1, .size = 8};
    OK(spool_put_claim(s->db, &claim, &s->err));
    for (int i = 0; i < SPOOL_CLAIMS_MAX; i++) {
        OK(spool_next_claim(s->db, 1, &found, &got, &s->err));
        assert_true(found && got.size == 7 && got.at_ms == i);
        OK(spool_drop_claim(s->db, got.partner, &s->err));
    }
    OK(spool_next_claim(s->db, 1, &found, &got, &s->err));
    assert_false(found);
    OK(spool_put_claim(s->db, &claim, &s->err));
    OK(spool_keep_claims(s->db, 2, &s->err));
    OK(spool_next_claim(s->db, 1, &found, &got, &s->err));
    assert_false(found);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
            TEST(findings_are_kept_once_and_not_without_end),
            TEST(one_claim_of_each_partner_is_kept_and_not_without_end),
            TEST(settings_keep_numbers_and_bytes),
            TEST(a_newer_thing_takes_its_slot),
            TEST(tokens_and_first_replies),
            TEST(decisions_are_found_and_forgotten),
            TEST(a_withdrawal_is_final),
            TEST(cases_stand_in_their_boxes),
            TEST(seals_are_counted_for_each_candidate),
            TEST(letters_leave_with_their_submission_and_end_once),
            TEST(ends_are_brought_to_a_lost_broker),
            TEST(only_what_was_said_is_not_said_again),
            TEST(letters_can_be_put_again_until_they_are_answered),
            TEST(a_withdrawal_stops_what_has_not_left),
            TEST(a_withdrawal_leaves_nothing_that_can_never_be_answered),
            TEST(moments_come_back_in_order_and_can_be_wiped),
            TEST(a_letter_that_came_is_known_again_and_its_end_is_owed),
            TEST(every_living_key_is_wrapped_again),
            TEST(of_a_case_only_so_much_is_kept),
            TEST(openings_are_numbered_and_the_newest_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
