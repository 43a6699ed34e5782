/* span.h - borrowed bytes: a pointer and a length that somebody else owns. */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The caller must look at the answer of such a function. */
#define MUST_USE __attribute__((warn_unused_result))

/* Number of elements of a fixed array. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes that are borrowed; valid for the call they are passed to, unless a header says
 * longer. */
struct span {
    const uint8_t *at;
    size_t len;
};

/* Fixed-size values of the protocol: identifiers, keys and hashes, signatures, key
 * tags. */
struct id {
    uint8_t b[16];
};
struct key32 {
    uint8_t b[32];
};
struct sig64 {
    uint8_t b[64];
};
struct tag8 {
    uint8_t b[8];
};

/* A span over an object in memory. */
#define SPAN_OF(object) ((struct span){(const uint8_t *)&(object), sizeof(object)})

static inline struct span span_text(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

/* Nothing to read in it: absent, empty, or blanks alone. */
static inline bool text_is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\n")] == '\0';
}

/* Equal bytes. Not for secrets: it stops at the first difference (hash_equal does not).
 */
static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool id_equal(const struct id *a, const struct id *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* True for the id that stands for "none": sixteen zero bytes. */
static inline bool id_is_none(const struct id *id)
{
    static const struct id none;
    return id_equal(id, &none);
}

static inline bool key32_equal(const struct key32 *a, const struct key32 *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

#endif
