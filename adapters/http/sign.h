/* sign.h - messages to webhooks as Standard Webhooks 1.0 wants them signed: HMAC-SHA256
 * over id, timestamp and body with a secret that both ends have. */
#ifndef ADAPTERS_HTTP_SIGN_H
#define ADAPTERS_HTTP_SIGN_H

#include <stdint.h>

#include "core/span.h"

enum {
    SIGN_SECRET_TEXT_BYTES = 52, /* "whsec_" and base64, with NUL */
    SIGN_TEXT_BYTES = 48,        /* "v1," and base64, with NUL */
};

/* "whsec_..." of a secret, for whoever receives. */
void sign_secret_text(const struct key32 *secret, char text[SIGN_SECRET_TEXT_BYTES]);

/* The header webhook-signature of one secret. */
void sign_message(const struct key32 *secret, const char *id, int64_t at_s,
        struct span body, char text[SIGN_TEXT_BYTES]);

#endif
