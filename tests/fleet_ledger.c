/* fleet_ledger.c - reading the ledger that a broker has left. */
#include "tests/fleet_ledger.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/ledger.h"
#include "core/db.h"
#include "core/hash.h"
#include "core/time.h"
#include "core/wire.h"

enum { LEAF_ARENA_BYTES = 1024 * 1024, SAID_GROW = 1024, FILL_COMMIT = 10000 };

/* What the audit log says of one letter. */
struct said {
    struct id msg_id;
    bool ends; /* else it says that the letter was taken */
};

static int by_said(const void *a, const void *b)
{
    const struct said *x = a, *y = b;
    int order = memcmp(&x->msg_id, &y->msg_id, sizeof x->msg_id);

    return order != 0 ? order : x->ends - y->ends;
}

static bool says_of_letter(const struct audit_leaf *leaf, struct said *said)
{
    static const enum receipt_state ends[] = {RECEIPT_STATE_PROCESSED,
            RECEIPT_STATE_FAILED, RECEIPT_STATE_EXPIRED, RECEIPT_STATE_RECALLED};
    bool receipt = strcmp(leaf->kind, "receipt") == 0 || strcmp(leaf->kind, "end") == 0;

    *said = (struct said){.msg_id = leaf->msg_id};
    if (strcmp(leaf->kind, "put") == 0)
        return strcmp(leaf->decision, "accepted") == 0;
    for (size_t i = 0; receipt && i < COUNT_OF(ends); i++)
        said->ends |= strcmp(leaf->decision, receipt_state_name(ends[i])) == 0;
    return said->ends;
}

/* On the heap, sorted by letter: what was said of each. */
static struct said *read_audit(struct ledger *ledger, size_t *n_said)
{
    struct arena arena = arena_new(LEAF_ARENA_BYTES);
    struct said *said = NULL;
    struct err err = {.code = CODE_OK};
    struct audit_leaf leaf;
    struct span bytes;
    bool found = false;
    size_t n = 0;

    for (uint64_t seq = 0;; seq++) {
        arena_reset(&arena, 0);
        network_must(ledger_audit_get(ledger, seq, &arena, &bytes, &found, &err),
                "read the audit log", &err);
        if (!found)
            break;
        network_must(wire_get(&WIRE_AUDIT_LEAF, bytes, &arena, &leaf, &err),
                "decode a row of the audit log", &err);
        if (n % SAID_GROW == 0)
            said = realloc(said, (n + SAID_GROW) * sizeof *said);
        if (said == NULL)
            abort();
        n += says_of_letter(&leaf, &said[n]);
    }
    arena_free(&arena);
    if (n > 0)
        qsort(said, n, sizeof *said, by_said);
    *n_said = n;
    return said;
}

void fleet_read_ledger(struct fleet *fleet, struct ledger_of_fleet *out)
{
    char path[FLEET_PATH_BYTES];
    struct err err = {.code = CODE_OK};
    int64_t counts[LEDGER_LETTER_STATES];
    size_t n = 0;

    memset(out, 0, sizeof *out);
    fleet_path(fleet, NETWORK_BROKER, "broker.db", path);
    struct ledger *ledger = ledger_open(path, NULL, &err);
    network_must(ledger != NULL, "open the ledger", &err);
    network_must(ledger_conserved(ledger, &out->faults, &err) &&
                         ledger_letter_counts(ledger, counts, &err),
            "count in the ledger", &err);
    for (int state = 0; state < LETTER_REFUSED; state++)
        out->n_live += counts[state];
    struct said *said = read_audit(ledger, &n);
    for (size_t i = 0; i < n; i++) {
        *(said[i].ends ? &out->n_ended : &out->n_taken) += 1;
        out->n_twice += i > 0 && by_said(&said[i], &said[i - 1]) == 0;
    }
    free(said);
    ledger_close(ledger);
}

/* ------------------------------------------------------------- filling */

struct fill {
    struct ledger *ledger;
    struct ledger_store store;
    uint32_t sender, recipient;
    const char *sender_name, *recipient_name;
};

static bool on_partner(void *self, uint32_t no, const char *name, bool suspended,
        bool in_step)
{
    struct fill *fill = self;

    (void)suspended;
    (void)in_step;
    if (strcmp(name, fill->sender_name) == 0)
        fill->sender = no;
    if (strcmp(name, fill->recipient_name) == 0)
        fill->recipient = no;
    return true;
}

static bool begin_fill(struct fill *fill, struct err *err)
{
    struct ledger *ledger = fill->ledger;

    return db_begin(ledger_db(ledger), err) &&
           ledger_start(ledger, &fill->store, err) &&
           ledger_partners(ledger, on_partner, fill, err) &&
           (fill->sender != 0 ||
                   ledger_partner_add(ledger, fill->sender_name, &fill->sender, err)) &&
           (fill->recipient != 0 || ledger_partner_add(ledger, fill->recipient_name,
                                            &fill->recipient, err));
}

static bool fill_one(struct fill *fill, int64_t now_ms, struct span sealed,
        struct err *err)
{
    struct letter_row letter = {.sender = fill->sender,
            .recipient = fill->recipient,
            .state = LETTER_WAITING,
            .type = LETTER_TYPE_EVENT,
            .priority = LEDGER_PRIORITIES - 1,
            .size = (int64_t)sealed.len,
            .at_ms = now_ms,
            .expires_ms = now_ms + (int64_t)20 * TIME_DAY_MS,
            .check_ms = now_ms + (int64_t)20 * TIME_DAY_MS,
            .mail_id = fill->store.mail_id++};
    uint8_t random[10];

    hash_random(random, sizeof random);
    letter.msg_id = ids_v7(now_ms, random);
    hash_random(&letter.hash, sizeof letter.hash);
    hash_random(&letter.core_hash, sizeof letter.core_hash);
    if (!ledger_letter_add(fill->ledger, &letter, sealed, err))
        return false;
    const struct mail_row mail = {.partner = fill->recipient,
            .priority = letter.priority,
            .mail_id = letter.mail_id,
            .kind = MAIL_LETTER,
            .ref = letter.no,
            .size = letter.size};
    return ledger_mail_add(fill->ledger, &mail, err);
}

static bool fill_all(struct fill *fill, size_t n, struct span sealed, struct err *err)
{
    int64_t now_ms = fleet_now_ms();

    if (!begin_fill(fill, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!fill_one(fill, now_ms, sealed, err))
            return false;
        if (i % FILL_COMMIT == FILL_COMMIT - 1 &&
                (!db_commit(ledger_db(fill->ledger), err) ||
                        !db_begin(ledger_db(fill->ledger), err)))
            return false;
    }
    return db_commit(ledger_db(fill->ledger), err);
}

void fleet_fill_mailbox(struct fleet *fleet, const char *sender, const char *recipient,
        size_t n, size_t bytes)
{
    struct fill fill = {.sender_name = sender, .recipient_name = recipient};
    char path[FLEET_PATH_BYTES];
    struct err err = {.code = CODE_OK};
    int how = 0;

    fleet_path(fleet, NETWORK_BROKER, "broker.db", path);
    pid_t pid = fleet_fork(fleet);
    if (pid == 0) {
        uint8_t *sealed = malloc(bytes);
        if (sealed == NULL)
            _exit(1);
        hash_random(sealed, bytes);
        fill.ledger = ledger_open(path, NULL, &err);
        bool ok = fill.ledger != NULL &&
                  fill_all(&fill, n, (struct span){sealed, bytes}, &err);
        network_must(ok, "fill a mailbox", &err);
        _exit(0);
    }
    waitpid(pid, &how, 0);
    network_must(WIFEXITED(how) && WEXITSTATUS(how) == 0, "fill a mailbox", NULL);
}
