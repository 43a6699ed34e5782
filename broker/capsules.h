/* capsules.h - the consent capsules that were read last: the letters of an offer ask
 * for the same one when they are put, when they leave, and with each event. */
#ifndef CAPSULES_H
#define CAPSULES_H

#include "core/wire.h"
#include "gen/bus.h"

/* A capsule that was read stays valid until so many others have been read; no frame and
 * no hand-over reads as many. */
enum { CAPSULES_KEPT = 64 };

struct capsules;

/* ERR_NOMEM. */
MUST_USE struct capsules *capsules_new(struct err *err);
void capsules_free(struct capsules *capsules);

/* The inside of a packed Signed capsule of our own store, whose signed bytes have this
 * SHA-256; the store took it verified. capsule points into memory that stays for the
 * next CAPSULES_KEPT - 1 others. False with the code of wire_get when the store is
 * damaged. */
MUST_USE bool capsules_get(struct capsules *capsules, const struct key32 *hash,
        struct span bytes, struct consent *capsule, struct err *err);

#endif
