/* sim_hostile.c - members that break the rules of the bus: old frames said again,
 * letters in another's name, receipts for another's mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/evil_broker.h"
#include "tests/evil_node.h"
#include "tests/forge.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define OTHER  "noord"

enum { FRAMES_MAX = 400, DIGEST_BYTES = 64 * 1024 };

/* ------------------------------------------------------------ what was said before */

static struct {
    struct {
        bool by_broker;
        uint8_t *at;
        size_t len;
    } frames[FRAMES_MAX];
    size_t n;
} kept;

static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    bool by_broker = strcmp(from, NETWORK_BROKER) == 0;

    (void)self;
    if (kept.n == FRAMES_MAX || (by_broker && strcmp(to, TARGET) != 0) ||
            (!by_broker && strcmp(from, HOME) != 0) || strcmp(to, "adapter") == 0)
        return;
    kept.frames[kept.n].by_broker = by_broker;
    kept.frames[kept.n].len = bytes.len;
    kept.frames[kept.n].at = malloc(bytes.len);
    assert_non_null(kept.frames[kept.n].at);
    memcpy(kept.frames[kept.n++].at, bytes.at, bytes.len);
}

static void keep_frames(void)
{
    static const struct sim_watch watch = {.on_frame = on_frame};

    kept.n = 0;
    sim_watch(&watch);
}

static void forget_frames(void)
{
    static const struct sim_watch none = {.self = NULL};

    sim_watch(&none);
    for (size_t i = 0; i < kept.n; i++)
        free(kept.frames[i].at);
    kept.n = 0;
}

static size_t replay(struct evil *evil, bool by_broker)
{
    size_t n = 0;

    for (size_t i = 0; i < kept.n; i++)
        if (kept.frames[i].by_broker == by_broker) {
            evil_say_bytes(evil, (struct span){kept.frames[i].at, kept.frames[i].len});
            world_pass(100);
            n++;
        }
    return n;
}

/* All rows of a query as one text. */
struct digest {
    char text[DIGEST_BYTES];
    size_t len;
};

static void add_row(void *self, sqlite3_stmt *row)
{
    struct digest *digest = self;

    for (int i = 0; i < sqlite3_column_count(row); i++) {
        const unsigned char *text = sqlite3_column_text(row, i);
        digest->len += (size_t)snprintf(digest->text + digest->len,
                DIGEST_BYTES - digest->len, "%s%s", i > 0 ? "|" : "",
                text != NULL ? (const char *)text : "-");
        assert_true(digest->len + 1 < DIGEST_BYTES);
    }
    digest->text[digest->len++] = '\n';
    digest->text[digest->len] = '\0';
}

static void digest_of(const char *id, const char *const *queries, size_t n_queries,
        struct digest *digest)
{
    digest->len = 0;
    digest->text[0] = '\0';
    for (size_t i = 0; i < n_queries; i++)
        peek_each(peek_of(id), queries[i], add_row, digest);
}

static const char *const OF_BROKER[] = {
        "SELECT hex(msg_id), state, code FROM letter ORDER BY no",
        "SELECT hex(offer_id), state, version FROM offer ORDER BY no",
        "SELECT hex(referral_id), winner, closed FROM referral ORDER BY no",
        "SELECT hex(consent_id), conflict, withdrawn FROM consent ORDER BY no",
        "SELECT register_version FROM store",
};
static const char *const OF_NODE[] = {
        "SELECT number, kind, preview, content, hex(offer_id) FROM case_file",
        "SELECT hex(offer_id), state, version FROM offer",
        "SELECT number, case_number, event, type FROM moment",
        "SELECT hex(msg_id), state FROM received",
        "SELECT hex(msg_id), state, terminal FROM sent",
        "SELECT hex(consent_id) FROM withdrawal",
};

/* A referral, its accept, a withdrawal of another one. */
static void live_a_little(void)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    uint64_t consent = world_consent(HOME, &wish), other = world_consent(HOME, &wish);

    assert_string_equal(world_refer(HOME, consent, TARGET, "Rosa Voorbeeld")->code, "");
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_ACCEPT);
    assert_string_equal(world_refer(HOME, other, TARGET, "Jan Voorbeeld")->code, "");
    world_quiet();
    world_withdraw(HOME, other);
    world_quiet();
    world_do(TARGET, 1, OFFER_EVENT_START);
}

static void what_a_node_said_is_said_again(void **state)
{
    static struct digest before, after;

    (void)state;
    world_fresh(51);
    keep_frames();
    live_a_little();
    struct evil *evil = evil_new(HOME);
    evil_connect(evil);
    digest_of(NETWORK_BROKER, OF_BROKER, COUNT_OF(OF_BROKER), &before);
    assert_true(before.len > 200);
    assert_true(replay(evil, false) > 8);
    world_pass(TIME_MINUTE_MS);
    digest_of(NETWORK_BROKER, OF_BROKER, COUNT_OF(OF_BROKER), &after);
    assert_string_equal(after.text, before.text);
    forget_frames();
    evil_free(evil);
    world_end();
}

static void what_the_broker_said_is_said_again(void **state)
{
    static struct digest before, after;

    (void)state;
    world_fresh(52);
    keep_frames();
    live_a_little();
    struct evil *evil = evil_new(NETWORK_BROKER);
    evil_serve(evil, TARGET);
    digest_of(TARGET, OF_NODE, COUNT_OF(OF_NODE), &before);
    assert_true(before.len > 200);
    assert_true(replay(evil, true) > 5);
    world_pass(TIME_MINUTE_MS);
    digest_of(TARGET, OF_NODE, COUNT_OF(OF_NODE), &after);
    assert_string_equal(after.text, before.text);
    forget_frames();
    evil_free(evil);
    world_end();
}

/* ------------------------------------------------------------ in another's name */

static int64_t letters_in_state(int state)
{
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT count(*) FROM letter WHERE state = %d", state);
}

static void a_letter_in_anothers_name(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(53);
    struct evil *home = evil_new(HOME), *other = evil_new(OTHER);
    forge_referral(home, TARGET, &forged);
    forge_sign(home, &forged);
    const struct span real[] = {forge_preview(home, &forged),
            forge_content(home, &forged)};
    evil_connect(other);
    /* Letters that the other one really signed, sent by somebody else. */
    evil_put(other, &forged.signed_capsule, 1, real, COUNT_OF(real), MODE_DIRECT);
    assert_string_equal(evil_code(other), "E_AUTH");
    /* Its own signature under a core that names the other one. */
    struct forged lie;
    forge_referral(home, TARGET, &lie);
    lie.preview.sender = lie.content.sender = HOME;
    const struct span false_[] = {forge_preview(other, &lie),
            forge_content(other, &lie)};
    forge_sign(home, &lie);
    evil_put(other, &lie.signed_capsule, 1, false_, COUNT_OF(false_), MODE_DIRECT);
    assert_string_equal(evil_code(other), "E_AUTH");
    /* The other one's signature under a core that names itself. */
    struct forged lent;
    forge_referral(other, TARGET, &lent);
    forge_sign(other, &lent);
    lent.preview.sender = lent.content.sender = OTHER;
    const struct span borrowed[] = {forge_preview(home, &lent),
            forge_content(home, &lent)};
    evil_put(other, &lent.signed_capsule, 1, borrowed, COUNT_OF(borrowed), MODE_DIRECT);
    assert_string_equal(evil_code(other), "E_AUTH");
    /* A capsule that it signed for a collector that it is not. */
    struct forged mine;
    forge_referral(other, TARGET, &mine);
    mine.capsule.collector = HOME;
    assert_string_equal(forge_put(other, &mine), "E_AUTH");
    (void)sim_settle(EVIL_WAIT_MS);
    assert_int_equal(letters_in_state(1) + letters_in_state(2) + letters_in_state(3) +
                             letters_in_state(6),
            0);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
    /* And the first letters are taken from the one who wrote them: nothing was used up.
     */
    evil_free(other);
    evil_connect(home);
    evil_put(home, &forged.signed_capsule, 1, real, COUNT_OF(real), MODE_DIRECT);
    assert_string_equal(evil_code(home), "");
    evil_free(home);
    world_end();
}

/* The same id again: the same bytes get the same answer, others are refused. */
static void an_id_is_used_once(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(54);
    struct evil *home = evil_new(HOME);
    evil_connect(home);
    forge_referral(home, TARGET, &forged);
    forge_sign(home, &forged);
    struct span letters[] = {forge_preview(home, &forged),
            forge_content(home, &forged)};
    for (int i = 0; i < 3; i++) {
        evil_put(home, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
                MODE_DIRECT);
        assert_string_equal(evil_code(home), "");
    }
    assert_int_equal(peek_number(peek_of(NETWORK_BROKER),
                             "SELECT count(*) FROM letter"),
            2);
    letters[0] = forge_preview(home, &forged);
    evil_put(home, &forged.signed_capsule, 1, letters, COUNT_OF(letters), MODE_DIRECT);
    assert_string_equal(evil_code(home), "E_ID_REUSE");
    (void)sim_settle(EVIL_WAIT_MS);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    evil_free(home);
    world_end();
}

/* A second capsule with the same id and other words: from then on neither counts. */
static void two_capsules_with_one_id(void **state)
{
    struct forged forged;

    (void)state;
    world_fresh(55);
    sim_unplug(TARGET, true);
    struct evil *home = evil_new(HOME);
    evil_connect(home);
    forge_referral(home, TARGET, &forged);
    assert_string_equal(forge_put(home, &forged), "");
    struct forged wider = forged;
    forge_referral(home, TARGET, &wider);
    wider.capsule.consent_id = forged.capsule.consent_id;
    wider.preview.consent_id = wider.content.consent_id = forged.capsule.consent_id;
    assert_string_equal(forge_put(home, &wider), "E_CONSENT_CONFLICT");
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    /* What waited under it is not handed over either. */
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 0);
    evil_free(home);
    world_end();
}

/* ------------------------------------------------------------ another's mailbox */

static void on_hash(void *self, sqlite3_stmt *row)
{
    assert_int_equal(sqlite3_column_bytes(row, 0), sizeof(struct key32));
    memcpy(self, sqlite3_column_blob(row, 0), sizeof(struct key32));
}

static void say_receipt(struct evil *evil, const struct letter_core *core,
        const char *recipient, uint64_t mail_id)
{
    struct receipt body = {.v = 1,
            .msg_id = core->msg_id,
            .sender = core->sender,
            .recipient = recipient,
            .state = RECEIPT_STATE_PROCESSED,
            .code = "",
            .at_ms = (uint64_t)sim_now()};
    peek_each(peek_of(NETWORK_BROKER),
            "SELECT core_hash FROM letter WHERE type = 1 ORDER BY no DESC LIMIT 1",
            on_hash, &body.core_hash);
    const struct span receipt = evil_sign(evil, KIND_RECEIPT, &WIRE_RECEIPT, &body);
    const struct ack ack = {.mail_ids = &mail_id,
            .n_mail_ids = 1,
            .receipts = &receipt,
            .n_receipts = 1};
    const struct frame frame = {.v = 1, .ack = &ack};

    evil_say(evil, &frame);
    world_pass(TIME_SECOND_MS);
}

static void anothers_mailbox(void **state)
{
    struct forged forged;
    static const struct credit all = {.letters = 64, .bytes = 8 * 1024 * 1024};
    const struct frame credit = {.v = 1, .credit = &all};

    (void)state;
    world_fresh(56);
    sim_unplug(TARGET, true);
    struct evil *home = evil_new(HOME), *other = evil_new(OTHER);
    evil_connect(home);
    forge_referral(home, TARGET, &forged);
    assert_string_equal(forge_put(home, &forged), "");
    evil_connect(other);
    evil_say(other, &credit);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(other->n_mails, 0);
    assert_int_equal(letters_in_state(2), 1);
    int64_t mail_id = peek_number(peek_of(NETWORK_BROKER),
            "SELECT mail_id FROM mail WHERE kind = 1");
    assert_true(mail_id > 0);
    say_receipt(other, &forged.preview, OTHER, (uint64_t)mail_id);
    say_receipt(other, &forged.preview, TARGET, (uint64_t)mail_id);
    /* The sender too cannot say what only the reader can. */
    say_receipt(home, &forged.preview, TARGET, (uint64_t)mail_id);
    say_receipt(home, &forged.preview, HOME, (uint64_t)mail_id);
    assert_int_equal(letters_in_state(2), 1);
    assert_int_equal(letters_in_state(6), 0);
    sim_unplug(TARGET, false);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    evil_free(home);
    evil_free(other);
    world_end();
}

/* A hello that names somebody else. */
static void anothers_hello(void **state)
{
    static const struct credit all = {.letters = 64, .bytes = 8 * 1024 * 1024};
    const struct frame credit = {.v = 1, .credit = &all};

    (void)state;
    world_fresh(57);
    sim_unplug(TARGET, true);
    struct evil *other = evil_new(OTHER), *target = evil_new(TARGET);
    evil_connect(other);
    struct hello_body body = {.v = 1,
            .partner = TARGET,
            .incarnation = 1,
            .store_id = target->store_id,
            .clock_ms = (uint64_t)sim_now(),
            .program = "evil"};
    const struct hello hello = {evil_sign(target, KIND_HELLO, &WIRE_HELLO_BODY, &body)};
    const struct frame frame = {.v = 1, .hello = &hello};
    evil_say(other, &frame);
    evil_say(other, &credit);
    world_pass(TIME_MINUTE_MS);
    /* It is cut off, and comes back under its own name. */
    assert_true(other->n_downs > 0);
    assert_int_equal(other->n_mails, 0);
    evil_free(other);
    evil_free(target);
    world_end();
}

/* Frames that are nothing: the broker goes on for everybody else. */
static void rubbish(void **state)
{
    const struct world_consent wish = {.recipients = {TARGET}};
    uint8_t bytes[600];

    (void)state;
    world_fresh(58);
    struct evil *other = evil_new(OTHER);
    evil_connect(other);
    for (int i = 0; i < 200; i++) {
        size_t len = sim_below(sizeof bytes);
        for (size_t at = 0; at < len; at++)
            bytes[at] = (uint8_t)sim_below(256);
        evil_say_bytes(other, (struct span){bytes, len});
        world_pass(50);
    }
    assert_true(world_is_up(NETWORK_BROKER));
    assert_string_equal(world_refer(HOME, world_consent(HOME, &wish), TARGET, "Rosa")
                                ->code,
            "");
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(world_newest(TARGET, CASE_BOX_NONE), 1);
    evil_free(other);
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(what_a_node_said_is_said_again),
            cmocka_unit_test(what_the_broker_said_is_said_again),
            cmocka_unit_test(a_letter_in_anothers_name),
            cmocka_unit_test(an_id_is_used_once),
            cmocka_unit_test(two_capsules_with_one_id),
            cmocka_unit_test(anothers_mailbox),
            cmocka_unit_test(anothers_hello),
            cmocka_unit_test(rubbish),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
