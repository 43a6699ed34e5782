/* partners.c - partners by name and number, and the counters of what waits. */
#include "broker/partners.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/time.h"

enum {
    NAME_SLOTS = 4 * PARTNERS_MAX, /* at most a quarter full */
    LOADS_START = 1024,
    JOURNAL_MAX = 4096,
};

struct load {
    uint64_t pair; /* recipient and sender; 0: free */
    struct decide_load load;
};

struct change {
    uint64_t pair;
    int64_t letters, bytes;
};

struct partners {
    struct partner *by_no[PARTNERS_MAX + 1];
    struct partner *in_order[PARTNERS_MAX];
    size_t n;
    struct partner *by_name[NAME_SLOTS];
    struct load *loads;
    size_t n_loads, cap_loads;
    struct change journal[JOURNAL_MAX];
    size_t n_journal;
};

struct partners *partners_new(struct err *err)
{
    struct partners *partners = calloc(1, sizeof *partners);

    if (partners != NULL) {
        partners->cap_loads = LOADS_START;
        partners->loads = calloc(LOADS_START, sizeof *partners->loads);
    }
    if (partners == NULL || partners->loads == NULL) {
        free(partners);
        err_set(err, ERR_NOMEM, "no memory for the partners");
        return NULL;
    }
    return partners;
}

void partners_free(struct partners *partners)
{
    if (partners == NULL)
        return;
    for (size_t i = 0; i < partners->n; i++)
        free(partners->in_order[i]);
    free(partners->loads);
    free(partners);
}

/* FNV-1a: the names are those that the steward signed, nobody else chooses them. */
static uint64_t mix(const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ at[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static size_t name_slot(const struct partners *partners, const char *name)
{
    size_t slot = (size_t)mix(name, strlen(name)) % NAME_SLOTS;
    while (partners->by_name[slot] != NULL &&
            strcmp(partners->by_name[slot]->name, name) != 0)
        slot = (slot + 1) % NAME_SLOTS;
    return slot;
}

bool partners_add(struct partners *partners, uint32_t no, const char *name,
        bool suspended, bool in_step)
{
    if (no == 0 || no > PARTNERS_MAX || partners->n == PARTNERS_MAX ||
            partners->by_no[no] != NULL || strlen(name) >= PARTNER_BYTES)
        return false;
    struct partner *partner = calloc(1, sizeof *partner);
    if (partner == NULL)
        return false;
    partner->no = no;
    partner->suspended = suspended;
    partner->in_step = in_step;
    snprintf(partner->name, sizeof partner->name, "%s", name);
    partners->by_no[no] = partner;
    partners->in_order[partners->n++] = partner;
    partners->by_name[name_slot(partners, name)] = partner;
    return true;
}

struct partner *partners_find(const struct partners *partners, const char *name)
{
    return partners->by_name[name_slot(partners, name)];
}

struct partner *partners_get(const struct partners *partners, uint32_t no)
{
    return no <= PARTNERS_MAX ? partners->by_no[no] : NULL;
}

struct partner *partners_at(const struct partners *partners, size_t index)
{
    return index < partners->n ? partners->in_order[index] : NULL;
}

const char *partners_name(const struct partners *partners, uint32_t no)
{
    const struct partner *partner = partners_get(partners, no);
    return partner != NULL ? partner->name : "";
}

size_t session_find_flight(const struct session *session, uint64_t mail_id)
{
    for (size_t i = 0; i < session->n_flight; i++)
        if (session->flight[i].mail_id == mail_id)
            return i;
    return session->n_flight;
}

/* ---- counters ---- */

static uint64_t pair_of(uint32_t recipient, uint32_t sender)
{
    return (uint64_t)recipient << 32 | sender;
}

static struct load *load_slot(struct load *loads, size_t cap, uint64_t pair)
{
    size_t slot = (size_t)mix(&pair, sizeof pair) % cap;
    while (loads[slot].pair != 0 && loads[slot].pair != pair)
        slot = (slot + 1) % cap;
    return &loads[slot];
}

/* Twice the room; pairs between which nothing waits are left out. */
static bool grow(struct partners *partners)
{
    size_t cap = partners->cap_loads * 2, n = 0;
    struct load *loads = calloc(cap, sizeof *loads);

    if (loads == NULL)
        return false;
    for (size_t i = 0; i < partners->cap_loads; i++) {
        const struct load *load = &partners->loads[i];
        if (load->pair == 0 || (load->load.letters == 0 && load->load.bytes == 0))
            continue;
        *load_slot(loads, cap, load->pair) = *load;
        n++;
    }
    free(partners->loads);
    partners->loads = loads;
    partners->cap_loads = cap;
    partners->n_loads = n;
    return true;
}

struct decide_load partners_load(const struct partners *partners, uint32_t recipient,
        uint32_t sender)
{
    return load_slot(partners->loads, partners->cap_loads, pair_of(recipient, sender))
            ->load;
}

static void change_load(struct partners *partners, uint64_t pair, int64_t letters,
        int64_t bytes)
{
    struct load *load = load_slot(partners->loads, partners->cap_loads, pair);
    partners->n_loads += load->pair == 0;
    load->pair = pair;
    load->load.letters += letters;
    load->load.bytes += bytes;
}

bool partners_count(struct partners *partners, uint32_t recipient, uint32_t sender,
        int64_t letters, int64_t bytes)
{
    /* Half of the slots stay free, so that what is taken back always finds one. */
    if (partners->n_journal == JOURNAL_MAX ||
            (partners->n_loads * 2 >= partners->cap_loads && !grow(partners)))
        return false;
    uint64_t pair = pair_of(recipient, sender);
    change_load(partners, pair, letters, bytes);
    partners->journal[partners->n_journal++] = (struct change){pair, letters, bytes};
    return true;
}

/* Beside the mailboxes, which have the numbers of partners. */
static uint32_t kept_box(enum ledger_kept kept)
{
    return PARTNERS_MAX + 1 + (uint32_t)kept;
}

int64_t partners_kept(const struct partners *partners, enum ledger_kept kept,
        uint32_t partner)
{
    return partners_load(partners, kept_box(kept), partner).letters;
}

bool partners_keep(struct partners *partners, enum ledger_kept kept, uint32_t partner,
        int64_t n)
{
    return partners_count(partners, kept_box(kept), partner, n, 0);
}

uint32_t partner_day_count(struct partner_day *count, int64_t now_ms)
{
    uint32_t day = (uint32_t)(now_ms / TIME_DAY_MS);

    if (count->day != day)
        *count = (struct partner_day){.day = day};
    return count->n;
}

void partners_mark(struct partners *partners)
{
    partners->n_journal = 0;
}

void partners_undo(struct partners *partners)
{
    while (partners->n_journal > 0) {
        const struct change *change = &partners->journal[--partners->n_journal];
        change_load(partners, change->pair, -change->letters, -change->bytes);
    }
}
