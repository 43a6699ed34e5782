/* ids.h - identifiers and their text: UUIDv7, random ids, partner names, places,
 * hexadecimal and base32. */
#ifndef IDS_H
#define IDS_H

#include "core/err.h"
#include "core/span.h"

enum {
    ID_TEXT_BYTES = 37,          /* 8-4-4-4-12 hex digits and a NUL */
    PARTNER_BYTES = 41,          /* a partner id is 2 to 40 characters, and a NUL */
    FINGERPRINT_TEXT_BYTES = 65, /* 52 base32 characters in groups of four, and a NUL */
};

/* UUIDv4 of RFC 9562: random, with version and variant. */
struct id ids_v4(const uint8_t random[16]);

/* UUIDv7 of RFC 9562: 48 bits of now_ms, then the 10 random bytes with version and
 * variant set. */
struct id ids_v7(int64_t now_ms, const uint8_t random[10]);
/* The millisecond inside a UUIDv7. */
int64_t ids_v7_time(const struct id *id);

/* Lower-case 8-4-4-4-12 text. */
void ids_text(const struct id *id, char text[ID_TEXT_BYTES]);
/* Back from text; capitals accepted; false when it is not one. */
MUST_USE bool ids_parse(const char *text, struct id *id);

/* A partner id: lower-case letters, digits and single hyphens between them, 2 to 40
 * characters. */
bool ids_partner_ok(const char *text);

/* A NIS code of a municipality: five digits. */
bool ids_area_ok(const char *text);
/* tcp://HOST:PORT to connect to, with a port from 1 to 65535. */
bool ids_address_ok(const char *text);
/* The same to listen at: also with "*" for the host, every address of this computer,
 * and port 0, any that is free. */
bool ids_listen_ok(const char *text);
/* That, or the code of a statistical sector: nine characters, as in 21004A01-. It
 * begins with the code of the municipality in which it once was drawn; where it lies on
 * a day, directory_within says. */
bool ids_place_ok(const char *text);

/* Fingerprint of a public key: SHA-256 of it (given) as base32 (RFC 4648, lower case,
 * no padding), groups of four joined by a hyphen; people read it to each other over the
 * phone. */
void ids_fingerprint(const struct key32 *sha256, char text[FINGERPRINT_TEXT_BYTES]);
/* Same fingerprint? Case, spaces and hyphens do not count. */
bool ids_fingerprint_same(const char *a, const char *b);

/* Lower-case hexadecimal; text has room for 2 x len + 1. */
void ids_hex(struct span bytes, char *text);
/* Back; exactly len bytes, else false. */
MUST_USE bool ids_unhex(const char *text, uint8_t *out, size_t len);

#endif
