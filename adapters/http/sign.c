/* sign.c - secrets and signatures as text. */
#include "adapters/http/sign.h"

#include <stdio.h>

#include "core/hash.h"

/* RFC 4648, 4: three bytes are four letters. */
static void base64(const struct key32 *key, char *out)
{
    static const char LETTERS[] =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    enum { SIX = 6, BITS = 0x3F, THREE = 3, FOUR = 4, BYTE = 8, FILL = 64 };
    size_t len = sizeof key->b;
    for (size_t i = 0; i < len; i += THREE) {
        uint32_t group = 0;
        for (size_t j = 0; j < THREE; j++)
            group = group << BYTE | (i + j < len ? key->b[i + j] : 0);
        for (size_t j = 0; j < FOUR; j++)
            *out++ = LETTERS[i + j > len ? FILL : group >> (SIX * (THREE - j)) & BITS];
    }
    *out = '\0';
}

void sign_secret_text(const struct key32 *secret, char text[SIGN_SECRET_TEXT_BYTES])
{
    static const char PREFIX[] = "whsec_";
    memcpy(text, PREFIX, sizeof PREFIX);
    base64(secret, text + sizeof PREFIX - 1);
}

void sign_message(const struct key32 *secret, const char *id, int64_t at_s,
        struct span body, char text[SIGN_TEXT_BYTES])
{
    static const char VERSION[] = "v1,";
    char between[32];
    snprintf(between, sizeof between, ".%lld.", (long long)at_s);
    const struct span parts[] = {span_text(id), span_text(between), body};
    struct key32 mac = hash_hmac(SPAN_OF(*secret), parts, COUNT_OF(parts));
    memcpy(text, VERSION, sizeof VERSION);
    base64(&mac, text + sizeof VERSION - 1);
}
