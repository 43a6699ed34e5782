/* signed_inner.h - the bytes that leaf and signature are made over; for core/signed*.c
 * only.
 */
#ifndef SIGNED_INNER_H
#define SIGNED_INNER_H

#include "core/ids.h"
#include "core/signed.h"

enum {
    SIGNED_SIGNER_MAX = PARTNER_BYTES - 1,
    SIGNED_BODY_MAX = 16384, /* Signed.body in bus.proto */
    ROOT_INPUT_MAX = 8 + 1 + SIGNED_SIGNER_MAX + 16 + 4 + 32,
};

/* "BB1root" 00 | len(signer) u8 | signer | key_id 16 | size u32be | root: what the key
 * signs. */
struct root_input {
    uint8_t bytes[ROOT_INPUT_MAX];
    size_t len;
};
struct root_input signed_root_input(const char *signer, const struct id *key_id,
        uint32_t size, const struct key32 *root);

#endif
