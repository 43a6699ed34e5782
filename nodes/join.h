/* join.h - a home joins its network: the steward's bundle is compared with what people
 * were told, and kept. */
#ifndef JOIN_H
#define JOIN_H

#include "core/err.h"
#include "core/ids.h"
#include "core/span.h"

/* The fingerprint of the steward that signed this bundle, to be compared over the
 * phone. */
MUST_USE bool node_bundle_fingerprint(struct span bundle,
        char fingerprint[FINGERPRINT_TEXT_BYTES], struct err *err);

/* Join while the node does not run. expected: the fingerprint that the person
 * confirmed. E_AUTH: another steward, or no membership for this home in it;
 * E_DIRECTORY: the home is in another network; ERR_LOCKED: the node is running (load
 * the bundle over its socket then). */
MUST_USE bool node_join(const char *home, struct span bundle, const char *expected,
        struct err *err);

#endif
