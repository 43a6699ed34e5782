/* capsules.c - consent capsules by the hash of what was signed, the oldest given up for
 * the next. */
#include "broker/capsules.h"

#include <stdlib.h>

/* A capsule with every list full, read with the signature around it, takes less. */
enum { CAPSULE_BYTES = 24 * 1024 };

struct slot {
    bool used;
    struct key32 hash;
    struct consent capsule;
    _Alignas(max_align_t) uint8_t memory[CAPSULE_BYTES];
};

struct capsules {
    struct slot slots[CAPSULES_KEPT];
    size_t next;
};

struct capsules *capsules_new(struct err *err)
{
    struct capsules *capsules = calloc(1, sizeof *capsules);

    if (capsules == NULL)
        err_set(err, ERR_NOMEM, "no memory for consent capsules");
    return capsules;
}

void capsules_free(struct capsules *capsules)
{
    free(capsules);
}

static bool read(struct slot *slot, struct span bytes, struct err *err)
{
    struct arena arena = {.at = slot->memory, .size = sizeof slot->memory};
    struct signed_ thing;

    return wire_get(&WIRE_SIGNED, bytes, &arena, &thing, err) &&
           wire_get(&WIRE_CONSENT, thing.body, &arena, &slot->capsule, err);
}

bool capsules_get(struct capsules *capsules, const struct key32 *hash,
        struct span bytes, struct consent *capsule, struct err *err)
{
    for (size_t i = 0; i < CAPSULES_KEPT; i++) {
        const struct slot *slot = &capsules->slots[i];
        if (!slot->used || !key32_equal(&slot->hash, hash))
            continue;
        *capsule = slot->capsule;
        return true;
    }
    struct slot *slot = &capsules->slots[capsules->next];
    slot->used = false;
    if (!read(slot, bytes, err))
        return err_wrap(err, "a capsule in the ledger");
    slot->used = true;
    slot->hash = *hash;
    capsules->next = (capsules->next + 1) % CAPSULES_KEPT;
    *capsule = slot->capsule;
    return true;
}
