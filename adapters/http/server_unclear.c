/* server_unclear.c - requests that two programs would read in two ways: what one of
 * them takes for a body is a request to the other (RFC 9112, 3.2, 5.1, 6.3). */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "adapters/http/server_inner.h"

struct seen {
    size_t n_hosts, n_lengths, n_codings;
    bool odd; /* a name with a blank, a length that is no number, another coding */
};

static bool is_number(const char *value)
{
    size_t len = strlen(value);
    return len > 0 && strspn(value, "0123456789") == len;
}

static enum MHD_Result on_header(void *self, enum MHD_ValueKind kind, const char *name,
        const char *value)
{
    struct seen *seen = self;
    const char *said = value == NULL ? "" : value;
    (void)kind;
    seen->odd = seen->odd || name[strcspn(name, " \t")] != '\0';
    if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
        seen->n_hosts++;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        seen->n_lengths++;
        seen->odd = seen->odd || !is_number(said);
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        seen->n_codings++;
        seen->odd = seen->odd || strcasecmp(said, "chunked") != 0;
    }
    return MHD_YES;
}

bool exchange_is_unclear(const struct exchange *exchange)
{
    struct seen seen = {0};
    MHD_get_connection_values(exchange->mhd, MHD_HEADER_KIND, on_header, &seen);
    return seen.odd || seen.n_hosts > 1 || seen.n_lengths + seen.n_codings > 1;
}

static int digit(char c)
{
    enum { TEN = 10 };
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + TEN;
}

/* A path is taken as it stands: ours need no encoding, and one that is decoded could be
 * another. In words NUL stays encoded, or it would end the text. */
size_t server_unescape(void *self, struct MHD_Connection *mhd, char *text)
{
    enum { SIXTEEN = 16 };
    size_t len = 0;
    (void)self;
    (void)mhd;
    if (text[0] == '/')
        return strlen(text);
    for (const char *at = text; *at != '\0'; at++) {
        bool encoded = at[0] == '%' && isxdigit((unsigned char)at[1]) &&
                       isxdigit((unsigned char)at[2]) && (at[1] != '0' || at[2] != '0');
        if (encoded) {
            text[len++] = (char)(digit(at[1]) * SIXTEEN + digit(at[2]));
            at += 2;
        } else {
            text[len++] = *at;
        }
    }
    text[len] = '\0';
    return len;
}
